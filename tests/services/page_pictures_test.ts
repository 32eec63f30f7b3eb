import assert from "node:assert/strict";
import { generateDigits } from "../../lib/digits/synthetic.ts";
import { imageAt } from "../../lib/digits/digits.ts";
import { digitFromPicture } from "../../lib/digits/picture.ts";
import { encodePng } from "../../lib/draw/png.ts";
import { createHandler } from "../../lib/serve/handler.ts";
import type { Predictor } from "../../lib/serve/predictor.ts";
import { type OpenPage, ways, withPage } from "./page_browser.ts";
import { stubbornPredictor } from "./page_model.ts";

const side = 400;

/** A digit in the corner of a large sheet, dark on light. */
function pictureOfDigit(): Uint8ClampedArray<ArrayBuffer> {
  const image = imageAt(generateDigits(1, { seed: 5 }), 0);
  const data = new Uint8ClampedArray(4 * side * side);
  for (let i = 0; i < side * side; i++) {
    const x = Math.floor((i % side - 200) / 6), y = Math.floor((i / side - 210) / 6);
    const ink = x >= 0 && y >= 0 && x < 28 && y < 28 ? image[28 * y + x]! : 0;
    data.set([235 - 0.8 * ink, 230 - 0.8 * ink, 220 - 0.8 * ink, 255], 4 * i);
  }
  return data;
}

const picture = pictureOfDigit();
const png = encodePng(picture, [side, side, 4]);

/** A model that tells what it was shown. */
function watchfulPredictor(seen: (Uint8Array | Float32Array)[]): Predictor {
  const predictor = stubbornPredictor("digits", 3);
  return {
    ...predictor,
    predict(images) {
      seen.push(images);
      return predictor.predict(images);
    },
  };
}

/** Drops or pastes a file. */
async function give(
  open: OpenPage,
  kind: "drop" | "paste",
  file: { readonly name: string; readonly type: string; readonly bytes: Uint8Array },
): Promise<void> {
  await open.page.evaluate(({ kind, name, type, base64 }) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.fromBase64(base64)], name, { type }));
    const options = { bubbles: true, cancelable: true };
    document.querySelector("#pad")!.dispatchEvent(
      kind === "drop"
        ? new DragEvent("drop", { ...options, dataTransfer: transfer })
        : new ClipboardEvent("paste", { ...options, clipboardData: transfer }),
    );
  }, { kind, name: file.name, type: file.type, base64: file.bytes.toBase64() });
}

Deno.test("a picture that is dropped, pasted or chosen is made a digit as everywhere else", async () => {
  const expected = digitFromPicture({ data: picture, width: side, height: side });
  const file = { name: "three.png", type: "image/png", bytes: png };
  for (const way of ["drop", "paste", "choose"] as const) {
    const seen: (Uint8Array | Float32Array)[] = [];
    await withPage(createHandler({ models: [watchfulPredictor(seen)] }), async (open) => {
      if (way === "choose") {
        const choosing = open.page.waitForEvent("filechooser");
        await open.page.getByRole("button", { name: "Picture" }).click();
        const { Buffer } = await import("node:buffer");
        const buffer = Buffer.from(file.bytes);
        await (await choosing).setFiles({ name: file.name, mimeType: file.type, buffer });
      } else await give(open, way, file);
      await open.reads("3");
      assert.deepEqual(seen.at(-1), expected);
      const shown = await open.page.locator("#seen canvas").evaluate((canvas) => {
        const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, 28, 28);
        return Array.from(data.filter((_, i) => i % 4 === 0));
      });
      assert.deepEqual(shown, Array.from(expected));
    });
  }
});

Deno.test("a drawing in place of a picture can be undone", async () => {
  await withPage(createHandler({ models: [stubbornPredictor("digits", 3)] }), async (open) => {
    await give(open, "drop", { name: "three.png", type: "image/png", bytes: png });
    await open.reads("3");
    await open.draw(ways.one);
    await open.draw(ways.narrowSeven);
    await open.reads("33"); // each stroke is a digit, and the model is stubborn
    await open.press("Control+z", "Control+z");
    await open.reads("3");
  });
});

Deno.test("a file that is no picture, and a picture without a digit, are told apart", async () => {
  await withPage(createHandler({ models: [stubbornPredictor("digits", 3)] }), async (open) => {
    const text = new TextEncoder().encode("no picture");
    await give(open, "drop", { name: "notes.txt", type: "text/plain", bytes: text });
    await open.says("#notice", /^Cannot read “notes\.txt” as a picture: use a PNG, JPEG/);
    const paper = new Uint8ClampedArray(4 * 100 * 100).fill(255);
    const blank = encodePng(paper, [100, 100, 4]);
    await give(open, "drop", { name: "blank.png", type: "image/png", bytes: blank });
    await open.says("#verdict", /^No digit found in the picture$/);
    assert(await open.page.locator("#notice").isHidden());
    await give(open, "drop", { name: "cut.png", type: "image/png", bytes: png.subarray(0, 60) });
    await open.says("#notice", /^Cannot read “cut\.png”/);
    await open.draw(ways.one);
    await open.reads("3");
    assert(await open.page.locator("#notice").isHidden());
  });
});
