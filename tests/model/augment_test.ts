import assert from "node:assert/strict";
import { Random } from "../../lib/base/random.ts";
import type { ImageShape } from "../../lib/digits/digits.ts";
import { copyShifted } from "../../lib/model/augment.ts";

const digit = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);

function moved(down: number, right: number): number[] {
  const target = new Uint8Array(9).fill(255);
  copyShifted(digit, target, { imageShape: [3, 3, 1], down, right });
  return [...target];
}

Deno.test("copyShifted() moves pixels and fills with 0 what comes in", () => {
  assert.deepEqual(moved(0, 0), [...digit]);
  assert.deepEqual(moved(1, 0), [0, 0, 0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual(moved(-1, 0), [4, 5, 6, 7, 8, 9, 0, 0, 0]);
  assert.deepEqual(moved(0, 1), [0, 1, 2, 0, 4, 5, 0, 7, 8]);
  assert.deepEqual(moved(0, -1), [2, 3, 0, 5, 6, 0, 8, 9, 0]);
  assert.deepEqual(moved(-2, 2), [0, 0, 7, 0, 0, 0, 0, 0, 0]);
});

Deno.test("copyShifted() does as the definition says, for any shape and shift", () => {
  const random = new Random(1);
  for (let round = 0; round < 200; round++) {
    const imageShape: ImageShape = [
      1 + random.integer(6),
      1 + random.integer(6),
      1 + random.integer(3),
    ];
    const [height, width, channels] = imageShape;
    const image = Uint8Array.from({ length: height * width * channels }, () => random.integer(256));
    const down = random.integer(2 * height - 1) - height + 1;
    const right = random.integer(2 * width - 1) - width + 1;
    const expected = image.map((_, i) => {
      const y = Math.floor(i / channels / width) - down;
      const x = Math.floor(i / channels) % width - right;
      const inside = y >= 0 && y < height && x >= 0 && x < width;
      return inside ? image[(y * width + x) * channels + i % channels]! : 0;
    });
    const target = image.map(() => 255);
    copyShifted(image, target, { imageShape, down, right });
    assert.deepEqual(target, expected);
  }
});
