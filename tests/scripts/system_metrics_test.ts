import { deepStrictEqual, ok } from "node:assert/strict";
import { memoryTracker } from "../../lib/track/memory_tracker.ts";
import { sampleSystem } from "../../scripts/cli/system_metrics.ts";
import { someRun } from "../pipeline/sample.ts";

/** A clock that is told how long to sleep, and lets the test go on after so many pauses. */
function clock(pauses: number) {
  let time = 0;
  const slept: number[] = [];
  const { promise: done, resolve } = Promise.withResolvers<void>();
  return {
    slept,
    done,
    now: () => time,
    sleep(milliseconds: number, { signal }: { readonly signal?: AbortSignal } = {}) {
      if (slept.length === pauses) {
        resolve();
        return new Promise<void>((_, reject) =>
          signal?.addEventListener("abort", () => reject(signal.reason))
        );
      }
      slept.push(milliseconds);
      time += milliseconds;
      return Promise.resolve();
    },
  };
}

Deno.test("sampleSystem() logs what the process takes, often at first, until it is disposed of, and goes on counting", async () => {
  const tracker = memoryTracker();
  {
    await using earlier = await tracker.start(someRun);
    await earlier.log({ "system/memory_usage_megabytes": 100 }, 2);
  }
  const run = await tracker.start(someRun);
  const host = clock(400);
  {
    await using _sampler = await sampleSystem(run, { host, reader: tracker });
    await host.done;
  }
  await run.end("FINISHED"); // nothing is logged any more, or this would be too early
  deepStrictEqual([host.slept[0], host.slept.at(-1)], [1_000, 10_000]);
  ok(host.slept.every((pause, i) => i === 0 || pause >= host.slept[i - 1]!));
  const { metrics } = await tracker.readRun(run.id);
  const memory = metrics.filter(({ name }) => name === "system/memory_usage_megabytes");
  deepStrictEqual(memory.map(({ step }) => step), Array.from({ length: 401 }, (_, i) => i + 2));
  ok(memory.every(({ value }) => value > 10));
  const busy = metrics.filter(({ name }) => name === "system/cpu_utilization_percentage");
  ok(busy.every(({ value }) => value >= 0));
});

Deno.test("sampleSystem() gives up quietly where nothing can be recorded", async () => {
  const tracker = memoryTracker();
  const run = await tracker.start(someRun);
  await run.end("FINISHED");
  await using _sampler = await sampleSystem(run, { host: clock(5), reader: tracker });
});
