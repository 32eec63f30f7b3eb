import assert from "node:assert/strict";
import { Random } from "../../lib/base/random.ts";
import type { ImageShape } from "../../lib/digits/digits.ts";
import { decodePicture } from "../../lib/draw/decode_picture.ts";
import { encodePng, pngUrl } from "../../lib/draw/png.ts";

for (const channels of [1, 2, 3, 4]) {
  Deno.test(`encodePng() writes ${channels} channels that Skia reads back`, async () => {
    const random = new Random(channels);
    const shape: ImageShape = [5, 7, channels];
    const pixels = Uint8Array.from(
      { length: 5 * 7 * channels },
      (_, i) => channels % 2 === 0 && (i + 1) % channels === 0 ? 255 : random.integer(256),
    );
    const { data, ...size } = await decodePicture(encodePng(pixels, shape));
    assert.deepEqual(size, { width: 7, height: 5 });
    const expected = Array.from({ length: 35 }, (_, i) => {
      const pixel = pixels.subarray(i * channels, (i + 1) * channels);
      const [red, green, blue] = channels < 3 ? Array(3).fill(pixel[0]) : pixel;
      return [red, green, blue, 255];
    });
    assert.deepEqual([...data], expected.flat());
  });
}

Deno.test("encodePng() refuses pixels of another shape", () => {
  assert.throws(() => encodePng(new Uint8Array(5), [2, 2, 1]), RangeError);
  assert.throws(() => encodePng(new Uint8Array(20), [2, 2, 5]), RangeError);
  assert.throws(() => encodePng(new Uint8Array(0), [0, 0, 1]), RangeError);
});

Deno.test("pngUrl() gives the file as a data URL", () => {
  const prefix = "data:image/png;base64,";
  const url = pngUrl(Uint8Array.of(1, 2, 3, 4), [2, 2, 1]);
  assert.ok(url.startsWith(prefix));
  assert.deepEqual(
    Uint8Array.fromBase64(url.slice(prefix.length)),
    encodePng(Uint8Array.of(1, 2, 3, 4), [2, 2, 1]),
  );
});
