/** Notebooks as pages, in a real browser. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { installJupyterLab } from "../../scripts/notebook/jupyterlab.ts";
import { browser } from "./page_browser.ts";

/** How nbconvert is asked to make pages look. */
export const themes = ["light", "dark"] as const;

/** Makes pages of notebooks with Jupyter's own `nbconvert`; gives their paths. */
export async function convertToHtml(
  notebooks: readonly string[],
  theme: typeof themes[number],
  folder: string,
): Promise<readonly string[]> {
  const { success, stderr } = await new Deno.Command(await installJupyterLab(), {
    args: ["-m", "nbconvert", "--to", "html", "--theme", theme, "--output-dir", folder].concat(
      notebooks,
    ),
    stdin: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return notebooks.map((path) => join(folder, path.split("/").at(-1)!.replace(/ipynb$/, "html")));
}

/** Opens a file without any network. */
export async function openFile(path: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1100, height: 900 },
    offline: true,
  });
  const page = await context.newPage();
  await page.goto(new URL(`file://${path}`).href, { waitUntil: "domcontentloaded" });
  return page;
}

/** A picture as the browser shows it. */
export interface SeenPicture {
  readonly width: number;
  readonly height: number;
  /** How many different ones it has, at most some. */
  readonly colours: number;
}

/** Every picture in the outputs of a notebook's page. */
export async function picturesOf(page: Page): Promise<readonly SeenPicture[]> {
  const pictures = await page.locator(".jp-OutputArea-output")
    .locator("img, svg:not(svg svg)").all();
  const seen: SeenPicture[] = [];
  for (const picture of pictures) {
    const png = (await picture.screenshot()).toString("base64"); // scrolls there
    const { width, height } = (await picture.boundingBox())!;
    seen.push({ width, height, colours: await page.evaluate(countColours, png) });
  }
  return seen;
}

/** Runs in the page. */
async function countColours(png: string): Promise<number> {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d")!;
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  return new Set(new Uint32Array(data.buffer)).size;
}
