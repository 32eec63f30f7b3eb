import assert from "node:assert/strict";
import { CellQueue } from "../../scripts/notebook/cell_queue.ts";

Deno.test("CellQueue lets one cell run at a time, in order", () => {
  const queue = new CellQueue<string>();
  assert.deepEqual(["a", "b", "c"].map((cell) => queue.add(cell)), [true, false, false]);
  assert.deepEqual([queue.next(), queue.next(), queue.next()], ["b", "c", undefined]);
  assert(queue.add("d"));
});

Deno.test("CellQueue drops what waits, and not what comes later", () => {
  const queue = new CellQueue<string>();
  for (const cell of ["a", "b", "c"]) queue.add(cell);
  assert.deepEqual(queue.drop(), ["b", "c"]);
  assert.equal(queue.next(), undefined);
  assert(queue.add("d"));
});
