/**
 * Shares what a run logs between requests that go at the same time. Pure.
 *
 * @module
 */
import type { MetricInput } from "./metric.ts";
import { type Batch, MAX_METRICS } from "./split_batch.ts";

/**
 * Up to `count` batches that may be sent at the same time, of about the same size. All points of
 * one name are in one of them, in their order: MLflow's last value of a name is then the last.
 * What fits into one request stays together.
 */
export function splitLanes({ metrics = [], ...rest }: Batch, count: number): readonly Batch[] {
  if (metrics.length <= MAX_METRICS || count === 1) return [{ ...rest, metrics }];
  const lanes = Array.from({ length: count }, (): MetricInput[] => []);
  const groups = [...Map.groupBy(metrics, ({ key }) => key).values()];
  for (const group of groups.sort((a, b) => b.length - a.length)) {
    const shortest = lanes.reduce((a, b) => b.length < a.length ? b : a);
    for (const metric of group) shortest.push(metric);
  }
  const [first, ...others] = lanes.filter((lane) => lane.length > 0);
  return [{ ...rest, metrics: first! }, ...others.map((metrics) => ({ metrics }))];
}
