import assert from "node:assert/strict";
import { Hono } from "hono";
import { createHandler, type Handler } from "../../lib/serve/handler.ts";
import { tokenCheck, withToken } from "../../lib/serve/auth.ts";
import { listen } from "../../lib/serve/listen.ts";
import { drawingPage, isPageFile } from "../../lib/serve/page/page.ts";
import { ways, withPage } from "./page_browser.ts";
import { stubbornPredictor } from "./page_model.ts";

/** A model of a server in a test: its name, its versions and what each takes pictures for. */
interface FakeModel {
  readonly name: string;
  readonly isLoading?: boolean;
  readonly reads: Readonly<Record<string, string>>;
}

/** As much of a V2 server as the page needs. */
function fakeServer(models: () => readonly FakeModel[]): Handler {
  const app = new Hono().route("/", drawingPage());
  app.get("/v2/models", (context) => context.json({ models: models().map(({ name }) => name) }));
  app.get("/v2/models/:name", (context) => {
    const model = models().find(({ name }) => name === context.req.param("name"));
    if (!model || model.isLoading) return context.json({ error: "Cannot use it yet" }, 503);
    return context.json({ name: model.name, versions: Object.keys(model.reads) });
  });
  app.post("/v2/models/:path{.+}/infer", async (context) => {
    const [name, , version] = context.req.param("path").split("/");
    const model = models().find((one) => one.name === name);
    const digit = model?.reads[version ?? Object.keys(model.reads).at(-1)!];
    if (digit === undefined) return context.json({ error: "Cannot find that" }, 404);
    const { inputs: [input], outputs: [output] } = await context.req.json();
    assert.deepEqual(input.shape.slice(1), [28, 28]);
    assert.deepEqual(output, { name: "probabilities", parameters: { classification: 1000 } });
    const order = [...new Set([digit, ..."0123456789"])];
    const data = Array(input.shape[0]).fill(order).flat()
      .map((label) => `${label === digit ? 0.91 : 0.01}:${label}:${label}`);
    return context.json({ outputs: [{ name: "probabilities", data }] });
  });
  return async (request) => await app.fetch(request);
}

Deno.test("another model or version reads what is drawn, as soon as it is chosen", async () => {
  const models = [
    { name: "digits", reads: { "1": "1", "2": "2", "10": "3" } },
    { name: "other", reads: { "7": "7" } },
  ];
  await withPage(fakeServer(() => models), async (open) => {
    const model = open.page.getByLabel("Model", { exact: true }),
      version = open.page.getByLabel("Version");
    await open.draw(ways.one);
    await open.reads("3");
    assert.deepEqual(await version.locator("option").allInnerTexts(), ["latest", "10", "2", "1"]);
    await version.selectOption("2");
    await open.reads("2");
    await version.selectOption("1");
    await open.reads("1");
    await model.selectOption("other");
    await open.reads("7");
    assert.equal(await version.inputValue(), "");
    assert.deepEqual(open.complaints, []);
  });
});

Deno.test("a version that is gone gives way to the latest", async () => {
  let reads: Record<string, string> = { "1": "1", "2": "2" };
  await withPage(fakeServer(() => [{ name: "digits", reads }]), async (open) => {
    const version = open.page.getByLabel("Version");
    await open.draw(ways.one);
    await version.selectOption("1");
    await open.reads("1");
    reads = { "2": "2", "3": "5" };
    await open.draw(ways.narrowSeven);
    await open.reads("55");
    assert.deepEqual(await version.locator("option").allInnerTexts(), ["latest", "3", "2"]);
    assert(await open.page.locator("#notice").isHidden());
  });
});

Deno.test("classes with names are shown by their names", async () => {
  const predictor = {
    ...stubbornPredictor("clothes", 1),
    classNames: Array.from({ length: 10 }, (_, i) => `garment ${i}`),
  };
  await withPage(createHandler({ models: [predictor] }), async (open) => {
    await open.draw(ways.seven);
    await open.reads("garment 1");
    assert.match(await open.page.locator("li.best").innerText(), /^garment 1\s+91\.0\s%$/);
    assert.equal(await open.overflow(), 0);
  });
});

Deno.test("a server without a model says what makes one, and reads once it has one", async () => {
  let models: readonly FakeModel[] = [];
  await withPage(fakeServer(() => models), async (open) => {
    await open.says("#notice", /^The server has no model yet: deno task pipeline makes one/);
    await open.draw(ways.one);
    models = [{ name: "digits", isLoading: true, reads: { "1": "1" } }];
    await open.says("#notice", /^digits is not ready yet/);
    models = [{ name: "digits", reads: { "1": "1" } }];
    await open.reads("1");
    assert(await open.page.locator("#notice").isHidden());
  });
});

Deno.test("a server that is gone is waited for, and what was drawn meanwhile is read", async () => {
  const handler = fakeServer(() => [{ name: "digits", reads: { "1": "1" } }]);
  await withPage(handler, async (open, server) => {
    await open.draw(ways.one);
    await open.reads("1");
    await server[Symbol.asyncDispose]();
    await open.draw(ways.narrowSeven);
    await open.says("#notice", /^The server does not answer\. Trying again/);
    await using _server = listen(handler, { port: Number(new URL(server.url).port) });
    await open.reads("11");
    assert(await open.page.locator("#notice").isHidden());
  });
});

Deno.test("a server with a token is asked with the token that is entered", async () => {
  const handler = fakeServer(() => [{ name: "digits", reads: { "1": "1" } }]);
  const guarded = withToken(handler, tokenCheck("open-sesame"), { open: isPageFile });
  await withPage(guarded, async (open) => {
    await open.says("#notice", /^The server wants a token/);
    await open.draw(ways.one);
    await open.page.getByLabel("Token").fill("wrong");
    await open.press("Enter");
    await open.says("#notice", /^The server wants a token/);
    await open.page.getByLabel("Token").fill("open-sesame");
    await open.page.getByRole("button", { name: "Use it" }).click();
    await open.reads("1");
    assert(await open.page.locator("#notice").isHidden());
  });
});

Deno.test("a refusal is shown in the server's words", async () => {
  const predictor = { ...stubbornPredictor("large", 1), imageShape: [32, 32, 1] as const };
  await withPage(createHandler({ models: [predictor] }), async (open) => {
    await open.draw(ways.one);
    await open.says("#notice", /^Cannot read .*32/);
  });
});

Deno.test("one request is under way at a time, and the last drawing is what is read", async () => {
  let underWay = 0, most = 0, requests = 0;
  const predictor = stubbornPredictor("digits", 4);
  const models = [{
    ...predictor,
    async predict(images: Uint8Array | Float32Array) {
      requests++;
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 30));
      underWay--;
      return await predictor.predict(images);
    },
  }];
  await withPage(createHandler({ models }), async (open) => {
    await open.draw(ways.one);
    await open.draw(ways.narrowSeven);
    await open.reads("44");
    assert.equal(most, 1);
    assert(requests < 40, `${requests} requests for some 50 movements`);
  });
});
