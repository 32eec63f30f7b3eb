import { deepStrictEqual, rejects, strictEqual, throws } from "node:assert/strict";
import { limitConcurrency } from "../../lib/pipeline/limit_concurrency.ts";

Deno.test("limitConcurrency() starts the next in order as soon as one has ended", async () => {
  const limit = limitConcurrency(2);
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const started: number[] = [];
  const all = gates.map((gate, i) =>
    limit(async () => {
      started.push(i);
      await gate.promise;
      return i;
    })
  );
  const settle = () => new Promise<void>((resolve) => queueMicrotask(resolve));
  await settle();
  deepStrictEqual(started, [0, 1]);
  gates[1]!.resolve();
  strictEqual(await all[1], 1);
  await settle();
  deepStrictEqual(started, [0, 1, 2]);
  gates.forEach((gate) => gate.resolve());
  deepStrictEqual(await Promise.all(all), [0, 1, 2, 3]);
});

Deno.test("limitConcurrency() frees the place of what failed", async () => {
  const limit = limitConcurrency(1);
  await rejects(limit(() => Promise.reject(new Error("no"))));
  strictEqual(await limit(() => Promise.resolve(1)), 1);
});

Deno.test("limitConcurrency() refuses to run nothing at a time", () => {
  for (const count of [0, -1, NaN]) throws(() => limitConcurrency(count), RangeError);
});
