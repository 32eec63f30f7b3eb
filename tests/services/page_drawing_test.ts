import assert from "node:assert/strict";
import { createHandler } from "../../lib/serve/handler.ts";
import { screens, ways, withPage } from "./page_browser.ts";
import { trainReader } from "./page_model.ts";

const reader = await trainReader();
Deno.test.afterAll(async () => await reader[Symbol.asyncDispose]());
const handler = createHandler({ models: [reader] });

Deno.test("the page reads a seven that is drawn with the mouse", async () => {
  await withPage(handler, async (open) => {
    await open.draw(ways.seven);
    await open.reads("7");
    assert.match(await open.page.locator("li.best").innerText(), /^7\s+(> )?\d+\.\d\s%$/);
  });
});

Deno.test("the page reads a seven that is drawn with a finger, and does not scroll", async () => {
  await withPage(handler, async (open) => {
    await open.drawByTouch(ways.seven);
    await open.reads("7");
    assert.equal(await open.page.evaluate(() => scrollY), 0);
  }, { ...screens.phone, viewport: { width: 390, height: 500 } });
});

Deno.test("the page reads a seven that is drawn with the keyboard", async () => {
  await withPage(handler, async (open) => {
    await open.page.locator("#pad").focus();
    await open.press("ArrowLeft*5", " ", "ArrowRight*11");
    await open.says("#announcer", /Pen down/);
    await open.press(...Array(5).fill(["ArrowDown*3", "ArrowLeft"]).flat(), " ");
    await open.reads("7");
    await open.press(" ", "ArrowRight*3", "Backspace"); // gives up only what is being drawn
    await open.reads("7");
    await open.press("Backspace");
    await open.reads("–");
  });
});

Deno.test("the page reads two digits beside each other, each by itself", async () => {
  await withPage(handler, async (open) => {
    await open.draw(ways.one);
    await open.reads("1");
    await open.draw(ways.narrowSeven);
    await open.reads("17");
    await open.says("#verdict", /^2 digits$/);
    assert.match(await open.page.locator("li.best").innerText(), /^1\b/);
    await open.page.getByRole("button", { name: "Probabilities of digit 2 of 2" }).click();
    assert.match(await open.page.locator("li.best").innerText(), /^7\b/);
  });
});

Deno.test("undo, redo, clear and next do what they say, by buttons and by keys", async () => {
  await withPage(handler, async (open) => {
    const button = (name: string) => open.page.getByRole("button", { name, exact: true });
    assert(await button("Undo").isDisabled());
    await open.draw(ways.one);
    await open.draw(ways.narrowSeven);
    await open.reads("17");
    await button("Undo").click();
    await open.reads("1");
    await open.press("Control+Shift+Z");
    await open.reads("17");
    await open.press("Control+z", "Control+z");
    await open.reads("–");
    assert(await button("Clear").isDisabled());
    await open.press("Control+y");
    await open.reads("1");
    await button("Clear").click();
    await open.says("#verdict", /^Nothing drawn yet$/);
    assert(await open.page.locator("#pad").evaluate((pad) => pad === document.activeElement));
    await open.press("Backspace"); // on the sheet: undoes
    await open.reads("1");
    await open.press("Enter"); // next
    await open.reads("–");
    assert(await button("Undo").isDisabled());
    assert.deepEqual(await open.page.locator("#kept li").allInnerTexts(), ["1"]);
    await open.draw(ways.seven);
    await open.reads("7");
    await button("Next").click();
    assert.deepEqual(await open.page.locator("#kept li").allInnerTexts(), ["7", "1"]);
  });
});

Deno.test("a pen that presses harder writes more broadly", async () => {
  await withPage(handler, async (open) => {
    const inkOf = async (pressure: number): Promise<number> => {
      await open.drawByPen(ways.one, pressure);
      await open.reads("1");
      const ink = await open.page.locator("#pad").evaluate((pad) => {
        const canvas = pad as HTMLCanvasElement;
        const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
        return data.reduce((sum, value, i) => sum + (i % 4 === 3 ? value : 0), 0);
      });
      await open.press("Control+z");
      await open.reads("–");
      return ink;
    };
    const light = await inkOf(0.2);
    const strong = await inkOf(0.9);
    assert(strong > 1.5 * light, `${light} and ${strong}`);
  });
});

Deno.test("a stroke that the system takes away leaves nothing, and the menu button draws nothing", async () => {
  await withPage(handler, async (open) => {
    await open.drawByTouch(ways.seven, { end: "touchCancel" });
    await open.reads("–");
    await open.page.locator("#pad").click({ button: "right" });
    await open.reads("–");
    await open.page.locator("#pad").click(); // a dot
    await open.says("#verdict", /^Too little to read$/);
  }, screens.phone);
});
