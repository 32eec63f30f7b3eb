/**
 * Cuts what a run logs into pieces that MLflow takes. Pure.
 *
 * @module
 */
import { toKeyValues } from "./answer_schemas.ts";
import { encodeMetric, type MetricInput } from "./metric.ts";

/** What a run logs in one go. */
export interface Batch {
  /** In order. @default none */
  readonly metrics?: readonly MetricInput[];
  /** What was chosen; they never change. @default none */
  readonly params?: Readonly<Record<string, string>>;
  /** What else is to be known; they may change. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** The lists of one `runs/log-batch`, without the run's id. */
export interface BatchBody {
  /** As MLflow's JSON wants them. */
  metrics: unknown[];
  /** As MLflow's JSON wants them. */
  params: unknown[];
  /** As MLflow's JSON wants them. */
  tags: unknown[];
}

/** The most metrics that MLflow takes in one `runs/log-batch`. */
export const MAX_METRICS = 1000;

/** What else it takes. */
const LIMITS = { metrics: MAX_METRICS, params: 100, tags: 100, all: 1000, bytes: 990_000 }; // of 1 MB

/** What MLflow keeps of a value: the rest it would cut off without a word. */
const MAX_PARAM_LENGTH = 6000;
const MAX_TAG_LENGTH = 8000;

/**
 * One or more bodies, in order: params and tags in the first ones. A longer value than MLflow
 * keeps is cut, and ends by saying so.
 */
export function* splitBatch({ metrics = [], params, tags }: Batch): Generator<BatchBody> {
  const items = [
    ...toItems("params", toKeyValues(params).map((param) => cutValue(param, MAX_PARAM_LENGTH))),
    ...toItems("tags", toKeyValues(tags).map((tag) => cutValue(tag, MAX_TAG_LENGTH))),
    ...toItems("metrics", groupByKey(metrics).map(encodeMetric)),
  ];
  let body: BatchBody = { metrics: [], params: [], tags: [] };
  let count = 0;
  let bytes = 0;
  for (const { kind, item } of items) {
    const size = byteLength(item);
    const full = count === LIMITS.all || body[kind].length === LIMITS[kind] ||
      bytes + size > LIMITS.bytes;
    if (full) {
      yield body;
      body = { metrics: [], params: [], tags: [] };
      count = bytes = 0;
    }
    body[kind].push(item);
    count++;
    bytes += size;
  }
  if (count > 0) yield body;
}

/**
 * MLflow's cost grows with the names in a request: where there are several requests, the points
 * of one name go together, in their order.
 */
function groupByKey(metrics: readonly MetricInput[]): readonly MetricInput[] {
  if (metrics.length <= LIMITS.metrics) return metrics;
  return [...Map.groupBy(metrics, ({ key }) => key).values()].flat();
}

function toItems(
  kind: keyof BatchBody,
  items: readonly unknown[],
): { readonly kind: keyof BatchBody; readonly item: unknown }[] {
  return items.map((item) => ({ kind, item }));
}

/** Of its JSON and the comma behind it. */
function byteLength(item: unknown): number {
  return new TextEncoder().encode(JSON.stringify(item)).length + 1;
}

/** A value that MLflow keeps whole. */
function cutValue<T extends { readonly value: string }>(pair: T, maxLength: number): T {
  const length = [...pair.value].length; // in Unicode characters, as Python counts
  if (length <= maxLength) return pair;
  const notice = `… (cut: it has ${length} characters)`;
  return { ...pair, value: [...pair.value].slice(0, maxLength - notice.length).join("") + notice };
}
