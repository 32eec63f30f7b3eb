/**
 * Which points of a run MLflow has already.
 *
 * @module
 */
import type { MetricPoint } from "../../pipeline/tracker.ts";
import type { CallOptions } from "../mlflow/mlflow_http.ts";
import type { MlflowClient } from "../mlflow/mlflow_client.ts";

/** Asks MLflow what it has of each metric, once. */
export class KnownPoints {
  readonly #client: MlflowClient;
  readonly #runId: string;
  readonly #since: number;
  readonly #points = new Map<string, ReadonlySet<string>>();

  /**
   * @param options.since where the run is somebody else's: what was logged before counts by
   * its step alone, as it is what another attempt at the same work logged
   * @default since -Infinity
   */
  constructor(client: MlflowClient, runId: string, options: { readonly since?: number } = {}) {
    this.#client = client;
    this.#runId = runId;
    this.#since = options.since ?? -Infinity;
  }

  /** Those that MLflow does not have. */
  async missing(
    points: readonly MetricPoint[],
    options: CallOptions,
  ): Promise<readonly MetricPoint[]> {
    for (const name of new Set(points.map(({ name }) => name))) {
      if (!this.#points.has(name)) this.#points.set(name, await this.#read(name, options));
    }
    return points.filter((point) => {
      const known = this.#points.get(point.name)!;
      return !known.has(identityOf(point.step, point.time, point.value)) &&
        !known.has(String(point.step));
    });
  }

  async #read(name: string, options: CallOptions): Promise<ReadonlySet<string>> {
    const known = new Set<string>();
    for await (
      const { step, timestamp, value } of this.#client.runs.metricHistory(
        this.#runId,
        name,
        options,
      )
    ) {
      known.add(timestamp < this.#since ? String(step) : identityOf(step, timestamp, value));
    }
    return known;
  }
}

/** MLflow's database takes the same point again for the same one, too. */
function identityOf(step: number, time: number, value: number): string {
  return `${step} ${time} ${asKept(value)}`;
}

/** What MLflow makes of the infinities. */
function asKept(value: number): number {
  return Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
}
