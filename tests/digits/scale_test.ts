import assert from "node:assert/strict";
import { scaleImages } from "../../lib/digits/scale.ts";

Deno.test("scaleImages() divides by 255 and rounds to float32 once", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  assert.deepEqual(scaleImages(bytes), Float32Array.from(bytes, (byte) => Math.fround(byte / 255)));
});

Deno.test("scaleImages() writes where it is told", () => {
  const into = new Float32Array(4).fill(7);
  assert.equal(scaleImages(new Uint8Array([0, 255]), into), into);
  assert.deepEqual([...into], [0, 1, 7, 7]);
});
