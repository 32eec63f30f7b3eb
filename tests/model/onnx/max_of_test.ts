import assert from "node:assert/strict";
import { isPositive, maxOf, sharesOf } from "../../../lib/model/onnx/max_of.ts";
import { runGraph } from "./run_graph.ts";

Deno.test("maxOf() gives the gradient to the first of the largest alone", async () => {
  const cases = [
    [1, 2, 3, 4],
    [4, 3, 2, 1],
    [1, 3, 3, 2],
    [5, 5, 5, 5],
    [-2, -1, -1, -3],
    [0, 0, 1e-30, 0],
    [7, 1, 7, 7],
  ];
  const phase = (i: number) => ({ dims: [cases.length], data: cases.map((values) => values[i]!) });
  const dims = [cases.length];
  const found = await runGraph(
    {
      a: phase(0),
      b: phase(1),
      c: phase(2),
      d: phase(3),
      gradient: { dims, data: [1, 2, 3, 4, 5, 6, 7] },
    },
    (g) => {
      const largest = maxOf(g, ["a", "b", "c", "d"]);
      const [toA, toB, toC, toD] = sharesOf(g, largest.backward("gradient"));
      return {
        max: [largest.value, dims],
        toA: [toA!, dims],
        toB: [toB!, dims],
        toC: [toC!, dims],
        toD: [toD!, dims],
      };
    },
  );
  assert.deepEqual(found, {
    max: [4, 4, 3, 5, -1, Math.fround(1e-30), 7],
    toA: [0, 2, 0, 4, 0, 0, 7],
    toB: [0, 0, 3, 0, 5, 0, 0],
    toC: [0, 0, 0, 0, 0, 6, 0],
    toD: [1, 0, 0, 0, 0, 0, 0],
  });
});

Deno.test("maxOf() takes any number of tensors", async () => {
  for (const count of [1, 2, 3, 5, 9]) {
    const names = Array.from({ length: count }, (_, i) => `x${i}`);
    const winner = count >> 1;
    const inputs = Object.fromEntries(
      names.map((name, i) => [name, { dims: [1], data: [i === winner ? 3 : i % 3] }]),
    );
    const found = await runGraph({ ...inputs, gradient: { dims: [1], data: [8] } }, (g) => {
      const largest = maxOf(g, names);
      return Object.fromEntries(
        sharesOf(g, largest.backward("gradient")).map((
          value,
          i,
        ) => [`to${i}`, [g.add(value, largest.value), [1]]]),
      );
    });
    assert.deepEqual(Object.values(found).flat(), names.map((_, i) => i === winner ? 11 : 3));
  }
});

Deno.test("isPositive() is 1 above zero, 0 at zero and below", async () => {
  const x = { dims: [5], data: [-3, -1e-30, 0, 1e-30, 2] };
  const found = await runGraph({ x }, (g) => ({ y: [isPositive(g, "x"), [5]] }));
  assert.deepEqual(found["y"], [0, 0, 0, 1, 1]);
});
