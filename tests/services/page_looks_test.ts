import assert from "node:assert/strict";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { createHandler } from "../../lib/serve/handler.ts";
import { screens, ways, withPage } from "./page_browser.ts";
import { stubbornPredictor } from "./page_model.ts";

const handler = createHandler({ models: [stubbornPredictor("digits-recognizer", 7)] });
const folder = Deno.env.get("DIGITS_SCREENSHOTS"); // for whoever wants to look at the page

/** What breaks WCAG's rules, or axe's own good practice, and where; with what axe can't judge by itself. */
async function axeComplaints(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { readonly axe: typeof import("axe-core") };
    const { violations, incomplete } = await axe.run();
    return [...violations, ...incomplete].flatMap(({ id, nodes }) =>
      nodes.map(({ target, any }) => `${id} at ${target}: ${any.map(({ message }) => message)}`)
    );
  });
}

for (const [screen, size] of Object.entries(screens)) {
  for (const colorScheme of ["light", "dark"] as const) {
    const name = `${screen}-${colorScheme}`;
    Deno.test(`the page fits a ${screen} in the ${colorScheme}, and axe finds nothing wrong`, async () => {
      await withPage(handler, async (open) => {
        const check = async (state: string): Promise<void> => {
          if (folder) await open.page.screenshot({ path: `${folder}/${name}-${state}.png` });
          assert.equal(await open.overflow(), 0);
          assert.deepEqual(await axeComplaints(open.page), [], state);
        };
        await check("blank");
        await open.draw(ways.seven);
        await open.reads("7");
        await check("seven");
        await open.page.getByRole("button", { name: "Next" }).click();
        await open.draw(ways.one);
        await open.draw(ways.narrowSeven);
        await open.reads("77");
        await check("two");
      }, { ...size, colorScheme });
    });
  }
}

Deno.test("the page fits a narrow phone, a low screen and large print", async () => {
  for (const viewport of [{ width: 320, height: 568 }, { width: 844, height: 390 }]) {
    await withPage(handler, async (open) => {
      await open.draw(ways.seven);
      await open.reads("7");
      assert.equal(await open.overflow(), 0);
      await open.page.evaluate(() => document.documentElement.style.fontSize = "200%");
      assert.equal(await open.overflow(), 0, `${viewport.width} in large print`);
    }, { ...screens.phone, viewport });
  }
});

Deno.test("all that can be done can be reached by tab, in the order in which it is seen", async () => {
  await withPage(handler, async (open) => {
    await open.draw(ways.seven);
    await open.reads("7");
    await open.page.locator("#model").focus();
    const ids: string[] = [];
    for (let i = 0; i < 6; i++) {
      await open.press("Tab");
      ids.push(await open.page.evaluate(() => document.activeElement!.id));
      const outline = await open.page.evaluate(() => {
        const element = document.activeElement!;
        return [element, element.parentElement!].map((one) => getComputedStyle(one).outlineStyle);
      });
      assert(outline.includes("solid"), `${ids.at(-1)} shows no focus`);
    }
    assert.deepEqual(ids, ["version", "pad", "undo", "clear", "choose", "next"]);
  });
});

Deno.test("what is read is announced, and nothing moves for those who want it so", async () => {
  await withPage(handler, async (open) => {
    await open.draw(ways.seven);
    await open.says("#announcer", /^7, Fairly sure, 91\.0\s%$/);
    const duration = await open.page.locator(".fill").first()
      .evaluate((bar) => getComputedStyle(bar).transitionDuration);
    assert.equal(duration, "0s");
  }, { reducedMotion: "reduce" });
});

Deno.test("the browser complains of nothing, keeps the files, and finds the page again", async () => {
  await withPage(handler, async (open, server) => {
    await open.draw(ways.seven);
    await open.reads("7");
    const statuses: number[] = [];
    open.page.on("response", (response) => statuses.push(response.status()));
    await open.page.goto(`${server.url}/?again`);
    await open.draw(ways.seven);
    await open.reads("7");
    assert.deepEqual(open.complaints, []);
    const files = await open.page.evaluate(() =>
      performance.getEntriesByType("resource")
        .map((entry) => entry as PerformanceResourceTiming)
        .filter(({ name }) => name.includes("/page/"))
        .map(({ transferSize }) => transferSize)
    );
    assert(files.length > 20);
    assert(files.every((size) => size === 0), `bytes sent again: ${files}`);
  });
});
