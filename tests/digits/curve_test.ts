import assert from "node:assert/strict";
import { followCurve, parseDrawing, type Point } from "../../lib/digits/curve.ts";

Deno.test("parseDrawing() reads strokes of points", () => {
  assert.deepEqual(parseDrawing("12,8 50,6; 40,30 60,30"), [
    [[12, 8], [50, 6]],
    [[40, 30], [60, 30]],
  ]);
});

Deno.test("followCurve() goes straight from one point to another", () => {
  assert.deepEqual(followCurve([[0, 0], [8, 4]], 2), [[0, 0], [4, 2], [8, 4]]);
});

Deno.test("followCurve() passes through every point, smoothly", () => {
  const path = followCurve([[0, 0], [10, 10], [20, 0]], 20);
  assert.equal(path.length, 41);
  assert.deepEqual(path[20], [10, 10]);
  const direction = (a: Point, b: Point) => Math.atan2(b[1] - a[1], b[0] - a[0]);
  const turns = path.slice(2).map((point, i) =>
    Math.abs(direction(path[i + 1]!, point) - direction(path[i]!, path[i + 1]!))
  );
  assert.ok(Math.max(...turns) < 0.3, `turned by ${Math.max(...turns)}`);
});

Deno.test("followCurve() turns sharply at a point written twice", () => {
  const path = followCurve([[0, 0], [10, 10], [10, 10], [20, 0]], 4);
  assert.equal(path.length, 9);
  assert.ok(path.every(([x, y]) => Math.abs(y - Math.min(x, 20 - x)) < 1e-9));
});
