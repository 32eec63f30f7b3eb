import assert from "node:assert/strict";
import { Random } from "../../lib/base/random.ts";
import { learnHandwriting } from "../../lib/digits/handwriting.ts";

const writeDigit = learnHandwriting(20);

Deno.test("learnHandwriting() writes every digit so that its ink just fills the box", () => {
  const random = new Random(3);
  for (let i = 0; i < 500; i++) {
    const points = writeDigit(i % 10, random).flat();
    const left = Math.min(...points.map(({ x }) => x));
    const top = Math.min(...points.map(({ y }) => y));
    const right = Math.max(...points.map(({ x }) => x));
    const bottom = Math.max(...points.map(({ y }) => y));
    assert.ok(Math.abs(left - top) < 1e-9, `${left} and ${top} should both be the pen's radius`);
    assert.ok(Math.abs(Math.max(right, bottom) + left - 20) < 1e-9);
    for (const { radius } of points) assert.ok(radius > 0.7 * left && radius < 1.3 * left);
  }
});

Deno.test("learnHandwriting() writes the same again from the same state, and differently after", () => {
  const random = new Random(5);
  const state = random.state;
  const once = writeDigit(8, random);
  assert.notDeepEqual(writeDigit(8, random), once);
  random.state = state;
  assert.deepEqual(writeDigit(8, random), once);
});

Deno.test("learnHandwriting() uses thin and thick pens", () => {
  const random = new Random(6);
  const pens = Array.from(
    { length: 200 },
    () => Math.min(...writeDigit(1, random).flat().map(({ radius }) => radius)),
  );
  const [thinnest, thickest] = [Math.min(...pens), Math.max(...pens)];
  assert.ok(thinnest < 0.9 && thickest > 1.6, `${thinnest} to ${thickest}`);
});
