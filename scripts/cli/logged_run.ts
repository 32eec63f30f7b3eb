/**
 * A run that is only told: lines of the log, where there is no MLflow.
 *
 * @module
 */
import type { ModelRegistry, Run } from "../../lib/pipeline/tracker.ts";

const RETELL_MS = 5_000; // of numbers that are logged again and again

/** How a run is told. */
export interface LoggedRunOptions {
  /** 32 hexadecimal digits: the run that model versions are said to be of. */
  readonly id: string;
  readonly registry: ModelRegistry;
  readonly say: (line: string) => void;
  readonly now: () => number;
}

/** Says what is recorded; files and data that it reads are not kept. */
export function loggedRun({ id, registry, say, now }: LoggedRunOptions): Run {
  const saidAt = new Map<string, number>();
  const told = (line: string): Promise<void> => Promise.resolve(say(line));
  const nothing = () => Promise.resolve();
  return {
    id,
    resumed: false,
    registry,
    log(metrics, step) {
      const names = Object.keys(metrics).join();
      if (now() - (saidAt.get(names) ?? -Infinity) < RETELL_MS) return nothing();
      saidAt.set(names, now());
      const shown = Object.entries(metrics).map(([name, value]) => `${name} ${round(value)}`);
      return told(`metrics at ${step}: ${shown.join(", ")}`);
    },
    tag: (tags) => told(`tags: ${JSON.stringify(tags)}`),
    params: (params) => told(`parameters: ${JSON.stringify(params)}`),
    attach: nothing,
    input: nothing,
    step: nothing,
    end: nothing,
    [Symbol.asyncDispose]: nothing,
  };
}

function round(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value);
}
