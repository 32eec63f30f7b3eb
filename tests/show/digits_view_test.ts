import assert from "node:assert/strict";
import { decodePicture } from "../../lib/draw/decode_picture.ts";
import { balanceView, digitsView, digitView, meansView } from "../../lib/show/digits_view.ts";
import { preprocessingView } from "../../lib/show/preprocessing_view.ts";
import { smallDigits } from "../digits/small_digits.ts";
import { findAll, parseMarkup, textOf } from "../draw/parse_markup.ts";

Deno.test("show.digits() draws a PNG, and its text has the labels as they are laid out", async () => {
  const { text, draw } = digitsView(smallDigits(12), { rows: 2, columns: 5 });
  assert.equal(text, "10 of 12 pictures:\n0 1 2 3 4\n5 6 7 8 9");
  const pictures = await draw();
  const { width, height } = await decodePicture(
    Uint8Array.fromBase64(pictures["image/png"] as string),
  );
  assert.ok(width > height && height > 2 * 56);
});

Deno.test("show.digits() leaves labels out", async () => {
  const digits = smallDigits(4);
  const sizeOf = async (labels: boolean) => {
    const { draw } = digitsView(digits, { labels });
    const png = Uint8Array.fromBase64((await draw())["image/png"] as string);
    return (await decodePicture(png)).height;
  };
  assert.ok(await sizeOf(false) < await sizeOf(true));
});

Deno.test("show.digit() has every pixel's value, in its text and in its picture", async () => {
  const digits = { ...smallDigits(2), images: new Uint8Array(24).fill(200, 23) };
  const { text, draw } = digitView(digits, 1);
  assert.equal(
    text,
    "Picture 1: a 1, 4×3 pixels, 0 (paper) to 255 (ink)\n" +
      "  ·   ·   ·\n  ·   ·   ·\n  ·   ·   ·\n  ·   · 200",
  );
  const svg = parseMarkup((await draw())["image/svg+xml"] as string);
  assert.deepEqual(findAll(svg, "text").map(textOf), ["200"]);
});

Deno.test("show.digit() shows a large or coloured picture without its numbers", async () => {
  const { text, draw } = digitView(smallDigits(1, { imageShape: [40, 40, 3] }), 0);
  assert.equal(text, "Picture 0: a 0, 40×40 pixels, 0 (paper) to 255 (ink)");
  assert.ok("image/png" in await draw());
});

Deno.test("show.digit() refuses an index that there is not, and says which there are", () => {
  for (const index of [3, -1, 0.5]) {
    assert.throws(() => digitView(smallDigits(3), index), {
      name: "RangeError",
      message: `Cannot show picture ${index} of 3: give a whole number from 0 to 2`,
    });
  }
});

Deno.test("show.balance() counts the classes of every part", async () => {
  const { text, draw } = balanceView({ train: smallDigits(12), test: smallDigits(10) });
  assert.match(text, /^Pictures of each class in train, test\n\nClass +train +test\n0 +2 +1\n/);
  const pictures = await draw();
  assert.deepEqual(Object.keys(pictures), ["application/vnd.vegalite.v5+json", "image/svg+xml"]);
  assert.throws(() => balanceView({}), RangeError);
});

Deno.test("show.means() shows the mean of each class that there is", async () => {
  const digits = {
    ...smallDigits(3),
    labels: Uint8Array.of(7, 2, 7),
    images: Uint8Array.from({ length: 36 }, (_, i) => 100 * Math.floor(i / 12)),
  };
  const { text, draw } = meansView(digits);
  assert.match(text, /: 2 \(1\), 7 \(2\)$/);
  assert.ok("image/png" in await draw());
});

Deno.test("show.preprocessing() tells the parts before and after", async () => {
  const [train, validation, test] = [smallDigits(8), smallDigits(2), smallDigits(5)];
  const dataset = { name: "tiny", source: "made", train: smallDigits(10), test };
  const { text, draw } = preprocessingView(dataset, { train, validation, test });
  assert.match(text, /Before: train +10 .*\nAfter: train +8 .*\nAfter: validation +2 .*\nTest +5 /);
  const svg = parseMarkup((await draw())["image/svg+xml"] as string);
  assert.equal(findAll(svg, "image").length, 10 + 8 + 2 + 5);
});
