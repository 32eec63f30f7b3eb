import assert from "node:assert/strict";
import { quartiles, ratioOfMedians } from "../../scripts/bench/statistics.ts";

Deno.test("quartiles() gives what numpy.quantile does", () => {
  assert.deepEqual(quartiles([7]), { lower: 7, median: 7, upper: 7 });
  assert.deepEqual(quartiles([4, 1]), { lower: 1.75, median: 2.5, upper: 3.25 });
  assert.deepEqual(quartiles([5, 1, 4, 2, 3]), { lower: 2, median: 3, upper: 4 });
  assert.deepEqual(quartiles([10, 9, 100, 1]), { lower: 7, median: 9.5, upper: 32.5 });
});

Deno.test("quartiles() leaves the values as they were, and refuses none", () => {
  const values = [3, 1, 2];
  quartiles(values);
  assert.deepEqual(values, [3, 1, 2]);
  assert.throws(() => quartiles([]), new RangeError("Cannot take quartiles of no values"));
});

Deno.test("ratioOfMedians() is not moved by one outlier", () => {
  assert.equal(ratioOfMedians([20, 22, 900], [10, 11, 12]), 2);
});
