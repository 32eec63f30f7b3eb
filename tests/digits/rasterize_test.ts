import assert from "node:assert/strict";
import { rasterizeStrokes } from "../../lib/digits/rasterize.ts";

const size = { width: 10, height: 6 };

function rows(pixels: Uint8Array): readonly (readonly number[])[] {
  return Array.from({ length: size.height }, (_, y) => [...pixels.subarray(y * 10, y * 10 + 10)]);
}

Deno.test("rasterizeStrokes() draws a line as broad as the pen", () => {
  const line = [{ x: -2, y: 3, radius: 1 }, { x: 12, y: 3, radius: 1 }];
  const [paper, ink] = [Array(10).fill(0), Array(10).fill(255)];
  assert.deepEqual(rows(rasterizeStrokes([line], size)), [paper, paper, ink, ink, paper, paper]);
});

Deno.test("rasterizeStrokes() shades what is half covered, more of it for softer edges", () => {
  const line = [{ x: -2, y: 2.5, radius: 1 }, { x: 12, y: 2.5, radius: 1 }];
  const column = (softness: number) =>
    rows(rasterizeStrokes([line], size, softness)).map((r) => r[5]);
  assert.deepEqual(column(1), [0, 128, 255, 128, 0, 0]);
  assert.deepEqual(column(2), [0, 128, 255, 128, 0, 0]);
  assert.deepEqual(column(4), [64, 128, 191, 128, 64, 0]);
});

Deno.test("rasterizeStrokes() broadens a line as its radius grows", () => {
  const line = [{ x: 0, y: 3, radius: 0.5 }, { x: 10, y: 3, radius: 3 }];
  const image = rows(rasterizeStrokes([line], size));
  const ink = (x: number) => image.reduce((sum, row) => sum + row[x]!, 0);
  for (let x = 1; x < 9; x++) assert.ok(ink(x) > ink(x - 1), `column ${x}`);
});

Deno.test("rasterizeStrokes() makes a dot of one point and nothing of none", () => {
  const dot = rasterizeStrokes([[{ x: 4.5, y: 2.5, radius: 0.5 }]], size);
  assert.deepEqual([...dot].flatMap((ink, i) => ink > 0 ? [[i, ink]] : []), [[24, 255]]);
  assert.deepEqual(rasterizeStrokes([[]], size), new Uint8Array(60));
});

Deno.test("rasterizeStrokes() keeps the stronger ink where strokes cross", () => {
  const across = [{ x: 0, y: 3, radius: 0.7 }, { x: 10, y: 3, radius: 0.7 }];
  const down = [{ x: 5, y: 0, radius: 0.7 }, { x: 5, y: 6, radius: 0.7 }];
  const [a, b] = [rasterizeStrokes([across], size), rasterizeStrokes([down], size)];
  assert.deepEqual(rasterizeStrokes([across, down], size), a.map((ink, i) => Math.max(ink, b[i]!)));
});
