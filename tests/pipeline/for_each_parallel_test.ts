import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { forEachParallel } from "../../lib/pipeline/for_each_parallel.ts";

/** Long enough for everything else that can go on. */
const aMoment = () => new Promise((resolve) => setTimeout(resolve));

/** Counts up, and knows how far it was asked and whether it was closed. */
function counter(end: number) {
  const seen = { taken: 0, closed: false };
  async function* count() {
    try {
      while (seen.taken < end) yield await Promise.resolve(seen.taken++);
    } finally {
      seen.closed = true;
    }
  }
  return { seen, items: count() };
}

Deno.test("forEachParallel() works on so many at a time, and takes no more than it works on", async () => {
  const { seen, items } = counter(10);
  let [running, most, done] = [0, 0, 0];
  await forEachParallel(items, 3, async () => {
    most = Math.max(most, ++running);
    ok(seen.taken - done <= 3);
    await aMoment();
    running--;
    done++;
  });
  deepStrictEqual({ most, done, ...seen }, { most: 3, done: 10, taken: 10, closed: true });
});

Deno.test("forEachParallel() begins nothing new after a failure, and waits for what has begun", async () => {
  const { seen, items } = counter(100);
  const ended: number[] = [];
  const failed = new Error("item 1");
  const work = forEachParallel(items, 3, async (item, signal) => {
    if (item === 1) {
      await aMoment();
      throw failed;
    }
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    strictEqual(signal.reason, failed);
    ended.push(item);
  });
  await rejects(work, failed);
  deepStrictEqual(ended, [0, 2]);
  ok(seen.closed && seen.taken <= 4);
});

Deno.test("forEachParallel() fails with what its items fail with", async () => {
  const items = ReadableStream.from(async function* () {
    yield await Promise.resolve(1);
    throw new Error("no more");
  }());
  await rejects(forEachParallel(items, 2, () => Promise.resolve()), /no more/);
});

Deno.test("forEachParallel() works through what is there already, too", async () => {
  const done: string[] = [];
  await forEachParallel(["a", "b", "c"], 2, (item) => Promise.resolve(void done.push(item)));
  deepStrictEqual(done, ["a", "b", "c"]);
});
