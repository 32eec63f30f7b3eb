import assert from "node:assert/strict";
import { Hono } from "hono";
import { drawingPage, isPageFile } from "../../lib/serve/page/page.ts";

const app = new Hono().route("/", drawingPage()).get("/", (context) => context.json("not HTML"));
const asBrowsers = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return await app.request(`http://localhost${path}`, { headers });
}

/** The paths of all files that the page names. */
async function filesOf(): Promise<readonly string[]> {
  const html = await (await get("/", asBrowsers)).text();
  return [...new Set(html.matchAll(/(?:href|src)="([^"]+)"/g).map(([, path]) => `/${path}`))];
}

Deno.test("GET / gives the page to browsers, and to nobody else", async () => {
  const page = await get("/", asBrowsers);
  assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
  assert.match(await page.text(), /^<!DOCTYPE html>/);
  for (const accept of ["*/*", "application/json", ""]) {
    const other = await get("/", { accept });
    assert.equal(await other.json(), "not HTML");
    assert.equal(other.headers.get("vary"), "accept");
  }
  assert.equal(await (await get("/")).json(), "not HTML");
  assert.equal(page.headers.get("vary"), "accept");
});

Deno.test("the page may load nothing but its own files, and run nothing else", async () => {
  const { headers } = await get("/", asBrowsers);
  const policy = headers.get("content-security-policy")!;
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; /);
  assert.doesNotMatch(policy, /unsafe|https?:|\*/);
  const html = await (await get("/", asBrowsers)).text();
  assert.doesNotMatch(html, /\sstyle=|\son\w+=|<style|https?:|\{assets\}/);
  for (const path of await filesOf()) {
    const text = await (await get(path)).text();
    assert.doesNotMatch(
      text.replace("http://www.w3.org/2000/svg", ""),
      /https?:\/\/|@import/,
      path,
    );
  }
});

Deno.test("every file is JavaScript, a style or a picture, and may be kept forever", async () => {
  const files = await filesOf();
  assert(files.length > 20);
  for (const path of files) {
    assert(isPageFile(path));
    const { status, headers } = await get(path);
    assert.equal(status, 200, path);
    const type = {
      ts: "text/javascript",
      css: "text/css",
      svg: "image/svg+xml",
    }[path.split(".").at(-1)!]!;
    assert(headers.get("content-type")!.startsWith(type), path);
    assert.equal(headers.get("cache-control"), "public, max-age=31536000, immutable");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
  }
});

Deno.test("the page is asked for anew each time, and sent only when it has changed", async () => {
  const { headers } = await get("/", asBrowsers);
  assert.equal(headers.get("cache-control"), "no-cache");
  const etag = headers.get("etag")!;
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
    const again = await get("/", { ...asBrowsers, "if-none-match": known });
    assert.equal(again.status, 304);
    assert.equal(await again.text(), "");
  }
  assert.equal((await get("/", { ...asBrowsers, "if-none-match": '"other"' })).status, 200);
});

Deno.test("modules import only files that the page names: none is missing, and none is left over", async () => {
  const files = await filesOf();
  const modules = files.filter((path) => path.endsWith(".ts"));
  const imported = new Set<string>();
  for (const path of modules) {
    const source = await (await get(path)).text();
    for (const [, specifier] of source.matchAll(/^(?:import|export) .*?from\s+"([^"]+)"/gms)) {
      assert(specifier!.startsWith("."), `${path} imports ${specifier}`);
      imported.add(new URL(specifier!, `http://localhost${path}`).pathname);
    }
  }
  const entry = modules.find((path) => path.endsWith("/main.ts"))!;
  const needed = new Set([...imported, entry]);
  assert.deepEqual([...needed].sort(), [...modules].sort());
});

Deno.test("files of another version, and paths that are none, are not found", async () => {
  const [file] = await filesOf();
  const version = file!.split("/")[2]!;
  for (
    const path of [
      file!.replace(version, "0123456789abcdef"),
      `/page/${version}/serve/page/page.ts`,
      `/page/${version}/../../handler.ts`,
      `/page/${version}/__proto__`,
      `/page/${version}/`,
      "/page",
    ]
  ) assert.equal((await get(path)).status, 404, path);
});
