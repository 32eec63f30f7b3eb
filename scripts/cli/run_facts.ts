/**
 * What people want to know of a recorded run.
 *
 * @module
 */
import type { RunRecord } from "../../lib/pipeline/tracker.ts";

/** One run, as `deno task runs --json` prints it. */
export interface RunFacts {
  readonly runId: string;
  readonly experiment: string;
  readonly status: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly seconds: number | null;
  readonly dataset: string | null;
  readonly params: RunRecord["params"];
  /** The last value of each metric, but for courses such as `system/…`, of which it says little. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly models: readonly string[];
  readonly error: string | null;
}

/** Gathers them. */
export function runFacts(record: RunRecord): RunFacts {
  const { id, startedAt, endedAt, tags, params, metrics, modelVersions } = record;
  const last = metrics
    .filter(({ name }) => !name.includes("/"))
    .sort((a, b) => a.step - b.step);
  return {
    runId: id,
    experiment: record.experiment,
    status: record.status,
    startedAt: new Date(startedAt).toISOString(),
    seconds: endedAt === null ? null : (endedAt - startedAt) / 1000,
    dataset: tags["dataset"] ?? null,
    params,
    metrics: Object.fromEntries(last.map(({ name, value }) => [name, value])),
    models: modelVersions.map(({ name, version }) => `${name} version ${version}`),
    error: record.error,
  };
}

/** `0.9912` as `99.12 %`; nothing for what was not measured. */
export function percent(share: number | undefined): string {
  return share === undefined ? "" : `${(100 * share).toFixed(2)} %`;
}
