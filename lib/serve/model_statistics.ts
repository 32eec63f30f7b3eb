/**
 * What models have done so far, as the statistics extension of the Open Inference
 * Protocol has it.
 *
 * @module
 */
import type { RequestReport } from "./observer.ts";

/** How often, and how long in all. */
interface Duration {
  count: number;
  ns: number;
}

class Counts {
  readonly success: Duration = { count: 0, ns: 0 };
  readonly fail: Duration = { count: 0, ns: 0 };
  readonly input: Duration = { count: 0, ns: 0 };
  readonly infer: Duration = { count: 0, ns: 0 };
  readonly output: Duration = { count: 0, ns: 0 };
  images = 0;
}

/** Counts the requests of each version. */
export class ModelStatistics {
  readonly #counts = new Map<string, Map<string, Counts>>();

  /** A request was answered. */
  answered(report: RequestReport): void {
    const { model, version, status, cameAt, readAt, predictedAt, answeredAt } = report;
    if (model === "") return;
    const counts = this.#of(model, version);
    if (status !== 200) return add(counts.fail, answeredAt - cameAt);
    add(counts.success, answeredAt - cameAt);
    add(counts.input, readAt - cameAt);
    add(counts.infer, predictedAt - readAt);
    add(counts.output, answeredAt - predictedAt);
    counts.images += report.images;
  }

  /** One version's, as JSON. Waiting for others is part of `compute_infer`. */
  of(name: string, version: string): unknown {
    const { success, fail, input, infer, output, images } = this.#of(name, version);
    return {
      name,
      version,
      inference_count: images,
      execution_count: success.count,
      inference_stats: {
        success,
        fail,
        queue: { count: 0, ns: 0 },
        compute_input: input,
        compute_infer: infer,
        compute_output: output,
      },
      batch_stats: [],
    };
  }

  #of(model: string, version: string): Counts {
    const versions = this.#counts.get(model) ?? new Map<string, Counts>();
    this.#counts.set(model, versions);
    const counts = versions.get(version) ?? new Counts();
    versions.set(version, counts);
    return counts;
  }
}

function add(duration: Duration, ms: number): void {
  duration.count++;
  duration.ns += Math.round(1e6 * ms);
}
