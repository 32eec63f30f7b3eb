/** The sketchpad of notebooks in a real browser, on a page of no origin, as outputs may be. */
import assert from "node:assert/strict";
import { createShow } from "../../lib/show/show.ts";
import { withCors } from "../../lib/serve/cors.ts";
import { createHandler, type Handler } from "../../lib/serve/handler.ts";
import { listen } from "../../lib/serve/listen.ts";
import { FakeNotebook } from "../show/fake_notebook.ts";
import { ways } from "./page_browser.ts";
import { trainReader } from "./page_model.ts";

const { chromium } = await import("playwright-core");
const browser = await chromium.launch({
  executablePath: Deno.env.get("DIGITS_CHROMIUM") ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const reader = await trainReader();
Deno.test.afterAll(async () => {
  await browser.close();
  await reader[Symbol.asyncDispose]();
});
const handler = createHandler({ models: [reader] });

/** Draws a seven on a sketchpad for this address; gives what it says once that fits. */
async function drawSeven(url: string, says: RegExp): Promise<void> {
  const notebook = new FakeNotebook();
  await createShow(notebook).sketchpad(url, { model: reader.name }).display();
  const page = await browser.newPage();
  try {
    await page.setContent(notebook.outputs[0]!.frames[0]!["text/html"] as string);
    const words = page.locator("[data-words]");
    assert.equal(await words.textContent(), "Draw a digit.");
    const sheet = (await page.locator("canvas").first().boundingBox())!;
    const points = ways.seven.map(([x, y]) =>
      [sheet.x + x * sheet.width, sheet.y + y * sheet.height] as const
    );
    await page.mouse.move(...points[0]!);
    await page.mouse.down();
    for (const point of points.slice(1)) await page.mouse.move(...point, { steps: 6 });
    await page.mouse.up();
    await page.getByText(says).waitFor({ timeout: 10_000 });
    await page.getByRole("button", { name: "Clear" }).click();
    assert.equal(await words.textContent(), "Draw a digit.");
  } finally {
    await page.close();
  }
}

async function withServer(own: Handler, use: (url: string) => Promise<void>): Promise<void> {
  await using server = listen(own, { hostname: "127.0.0.1", port: 0 });
  await use(server.url);
}

Deno.test("show.sketchpad() reads a seven by a server that lets other pages in", async () => {
  await withServer(
    withCors(handler, "*"),
    (url) => drawSeven(url, /^It reads 7, \d+\.\d % sure\.$/),
  );
});

Deno.test("show.sketchpad() says that a server does not let other pages in", async () => {
  await withServer(
    handler,
    (url) => drawSeven(url, /does not answer this page: start it with cors/),
  );
});

Deno.test("show.sketchpad() says that there is no server", async () => {
  let gone = "";
  await withServer(handler, (url) => Promise.resolve(void (gone = url)));
  await drawSeven(gone, /^Nothing answers at http:\/\/127\.0\.0\.1:\d+: start the server/);
});
