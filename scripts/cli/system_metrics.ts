/**
 * What this process takes of the machine, logged while it works.
 *
 * @module
 */
import process from "node:process";
import type { Host } from "../../lib/base/host.ts";
import type { Run, RunReader, RunRecord } from "../../lib/pipeline/tracker.ts";

const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000; // MLflow's own

/**
 * Logs processor and memory use under names that MLflow shows among a run's system metrics, until
 * it is disposed of: every second at first, later less often, and in the end as often as MLflow
 * does. Unlike MLflow's they are of this process alone: the machine's would need a permission.
 *
 * @param options.reader of a run that is continued: the count goes on.
 */
export async function sampleSystem(
  run: Run,
  { host, reader }: {
    readonly host: Pick<Host, "now" | "sleep">;
    readonly reader: Pick<RunReader, "readRun">;
  },
): Promise<AsyncDisposable> {
  const stop = new AbortController();
  const firstStep = run.resumed ? nextSample(await reader.readRun(run.id)) : 0;
  const sampled = sample(run, host, firstStep, stop.signal).catch(() => {
    // It was told to end; or the disk refuses, which is told by whoever records something needed.
  });
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await sampled;
    },
  };
}

function nextSample({ metrics }: RunRecord): number {
  return metrics
    .filter(({ name }) => name.startsWith("system/"))
    .reduce((next, { step }) => Math.max(next, step + 1), 0);
}

async function sample(
  run: Run,
  host: Pick<Host, "now" | "sleep">,
  firstStep: number,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = host.now();
  let before = { at: startedAt, cpu: process.cpuUsage() };
  for (let step = firstStep;; step++) {
    const elapsedMs = host.now() - startedAt;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, elapsedMs / 50));
    await host.sleep(pauseMs, { signal });
    const now = { at: host.now(), cpu: process.cpuUsage() };
    await run.log(systemMetrics(before, now), step);
    before = now;
  }
}

interface Reading {
  /** Milliseconds. */
  readonly at: number;
  /** Microseconds. */
  readonly cpu: { readonly user: number; readonly system: number };
}

function systemMetrics(before: Reading, now: Reading) {
  const busyMs = (now.cpu.user - before.cpu.user + now.cpu.system - before.cpu.system) / 1000;
  const passedMs = Math.max(1, now.at - before.at); // clocks are set back at times
  const { rss, heapUsed } = process.memoryUsage();
  return {
    "system/cpu_utilization_percentage": 100 * busyMs / passedMs / navigator.hardwareConcurrency,
    "system/memory_usage_megabytes": rss / 1e6,
    "system/heap_usage_megabytes": heapUsed / 1e6,
  };
}
