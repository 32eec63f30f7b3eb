import assert from "node:assert/strict";
import { writeAll } from "../../lib/base/write_all.ts";

Deno.test("writeAll() goes on until a file that takes little at a time has all of it", async () => {
  const taken: number[] = [];
  const file = {
    write(bytes: Uint8Array) {
      taken.push(...bytes.subarray(0, 3));
      return Promise.resolve(Math.min(3, bytes.length));
    },
  };
  await writeAll(file, Uint8Array.of(1, 2, 3, 4, 5, 6, 7));
  assert.deepEqual(taken, [1, 2, 3, 4, 5, 6, 7]);
});
