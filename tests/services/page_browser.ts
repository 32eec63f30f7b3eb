/** The page in a real browser: Debian's Chromium, or the one that DIGITS_CHROMIUM names. */
import assert from "node:assert/strict";
import type { BrowserContextOptions, Page } from "playwright-core";
import type { Handler } from "../../lib/serve/handler.ts";
import { listen, type Server } from "../../lib/serve/listen.ts";

Deno.env.set("__IS_WSL_TEST__", "1"); // else it looks into /proc, for which Deno wants --allow-all
const { chromium } = await import("playwright-core");

/** One for all tests of a file. */
export const browser = await chromium.launch({
  executablePath: Deno.env.get("DIGITS_CHROMIUM") ?? "/usr/bin/chromium",
  args: ["--no-sandbox"], // it shows nothing but our own page, and containers run as root
});
Deno.test.afterAll(() => browser.close());

/** How a phone and a desk look at pages. */
export const screens = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 800 } },
} satisfies Record<string, BrowserContextOptions>;

/** Where a pen goes on the sheet, 0..1 from its left and top. */
export type Way = readonly (readonly [x: number, y: number])[];

/** As people write them, in one stroke each. */
export const ways = {
  one: [[0.22, 0.2], [0.21, 0.5], [0.2, 0.8]],
  seven: [[0.3, 0.22], [0.5, 0.2], [0.7, 0.2], [0.62, 0.4], [0.52, 0.6], [0.46, 0.82]],
  narrowSeven: [[0.52, 0.22], [0.66, 0.2], [0.82, 0.2], [0.74, 0.4], [0.68, 0.6], [0.64, 0.82]],
} satisfies Record<string, Way>;

/** The page, open on a server of its own. */
export class OpenPage {
  readonly page: Page;
  /** What the browser complained of. */
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(error.message));
  }

  /** Draws with the mouse. */
  async draw(way: Way): Promise<void> {
    const { mouse } = this.page;
    const [first, ...others] = await this.#onSheet(way);
    await mouse.move(...first!);
    await mouse.down();
    for (const point of others) await mouse.move(...point, { steps: 6 });
    await mouse.up();
  }

  /** Draws with a finger, which is lifted in the end, or taken away by the system. */
  async drawByTouch(
    way: Way,
    { end = "touchEnd" }: { readonly end?: "touchEnd" | "touchCancel" } = {},
  ): Promise<void> {
    const devtools = await this.page.context().newCDPSession(this.page);
    const touch = (type: "touchStart" | "touchMove" | typeof end, points: [number, number][]) =>
      devtools.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: points.map(([x, y]) => ({ x, y })),
      });
    const [first, ...others] = await this.#onSheet(way);
    await touch("touchStart", [first!]);
    for (const point of others) await touch("touchMove", [point]);
    await touch(end, []);
    await devtools.detach();
  }

  /** Draws with a pen that feels how strongly it is pressed, 0..1. */
  async drawByPen(way: Way, pressure: number): Promise<void> {
    const devtools = await this.page.context().newCDPSession(this.page);
    const points = await this.#onSheet(way);
    const pen = (type: "mousePressed" | "mouseMoved" | "mouseReleased", [x, y]: [number, number]) =>
      devtools.send("Input.dispatchMouseEvent", {
        type,
        x,
        y,
        button: "left",
        buttons: type === "mouseReleased" ? 0 : 1,
        clickCount: 1,
        force: pressure,
        pointerType: "pen",
      });
    await pen("mousePressed", points[0]!);
    for (const point of points) await pen("mouseMoved", point);
    await pen("mouseReleased", points.at(-1)!);
    await devtools.detach();
  }

  /** Presses keys one after the other; `ArrowDown*5` is five times. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const [name, times = "1"] = key.split("*");
      for (let i = 0; i < Number(times); i++) await this.page.keyboard.press(name!);
    }
  }

  /** Waits until the page reads this. */
  async reads(text: string): Promise<void> {
    await this.says("#digit", new RegExp(`^${text}$`));
  }

  /** Waits until an element is seen with a text. */
  async says(selector: string, text: RegExp): Promise<void> {
    await this.page.locator(selector).filter({ hasText: text, visible: true })
      .waitFor({ timeout: 15_000 });
  }

  /** By how many pixels the page is broader than the screen. */
  overflow(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  }

  async #onSheet(way: Way): Promise<[number, number][]> {
    const box = await this.page.locator("#pad").boundingBox();
    assert(box);
    return way.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height]);
  }
}

/** Opens the page of a server, and lets `test` use it. */
export async function withPage(
  handler: Handler,
  test: (open: OpenPage, server: Server) => Promise<void>,
  options: BrowserContextOptions = screens.desktop,
): Promise<void> {
  await using server = listen(handler, { port: 0 });
  await using context = await browser.newContext(options);
  const open = new OpenPage(await context.newPage());
  await open.page.goto(server.url);
  await test(open, server);
}
