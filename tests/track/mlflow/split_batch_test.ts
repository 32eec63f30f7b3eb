import assert from "node:assert/strict";
import { splitBatch } from "../../../lib/track/mlflow/split_batch.ts";
import type { MetricInput } from "../../../lib/track/mlflow/metric.ts";

function points(count: number, key: (index: number) => string): MetricInput[] {
  return Array.from({ length: count }, (_, step) => ({
    key: key(step),
    value: step,
    timestamp: 1,
    step,
  }));
}

function record(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, String(i)]));
}

function sizes(bodies: ReturnType<typeof splitBatch>) {
  return [...bodies].map(({ metrics, params, tags }) => [
    metrics.length,
    params.length,
    tags.length,
  ]);
}

Deno.test("splitBatch() gives nothing for nothing, and one body for a little of each", () => {
  assert.deepEqual(sizes(splitBatch({})), []);
  const batch = { metrics: points(2, () => "a"), params: record(3), tags: record(4) };
  assert.deepEqual(sizes(splitBatch(batch)), [[2, 3, 4]]);
});

Deno.test("splitBatch() keeps to each of MLflow's limits, and to that of all together", () => {
  assert.deepEqual(sizes(splitBatch({ metrics: points(2001, () => "a") })), [
    [1000, 0, 0],
    [1000, 0, 0],
    [1, 0, 0],
  ]);
  assert.deepEqual(sizes(splitBatch({ params: record(150), tags: record(101) })), [
    [0, 100, 0],
    [0, 50, 100],
    [0, 0, 1],
  ]);
  const batch = { metrics: points(1000, () => "a"), params: record(100), tags: record(100) };
  assert.deepEqual(sizes(splitBatch(batch)), [[800, 100, 100], [200, 0, 0]]);
});

Deno.test("splitBatch() keeps every body below a megabyte", () => {
  const tags = Object.fromEntries(
    Array.from({ length: 90 }, (_, i) => [`${i}`, "€".repeat(8_000)]),
  );
  const bodies = [...splitBatch({ tags })];
  assert.equal(bodies.length, 3);
  for (const body of bodies) {
    assert(new TextEncoder().encode(JSON.stringify(body)).length < 1_000_000);
  }
});

Deno.test("splitBatch() puts the points of one name together where it takes several bodies", () => {
  const bodies = [...splitBatch({ metrics: points(1500, (i) => i % 2 ? "odd" : "even") })];
  const all = bodies.flatMap(({ metrics }) => metrics as MetricInput[]);
  assert.deepEqual(all.map(({ key }) => key), [
    ...Array(750).fill("even"),
    ...Array(750).fill("odd"),
  ]);
  assert.deepEqual(all.slice(0, 3).map(({ step }) => step), [0, 2, 4]);
});

Deno.test("splitBatch() keeps the order where one body is enough", () => {
  const [body] = splitBatch({ metrics: points(4, (i) => i % 2 ? "odd" : "even") });
  assert.deepEqual((body!.metrics as MetricInput[]).map(({ step }) => step), [0, 1, 2, 3]);
});

Deno.test("splitBatch() writes NaN and the infinities as MLflow does", () => {
  const metrics = [NaN, Infinity, -Infinity, -0.5].map((value) => ({
    key: "m",
    value,
    timestamp: 1,
    step: 0,
  }));
  const [body] = splitBatch({ metrics });
  assert.deepEqual((body!.metrics as { value: unknown }[]).map(({ value }) => value), [
    "NaN",
    "Infinity",
    "-Infinity",
    -0.5,
  ]);
});

Deno.test("splitBatch() cuts what MLflow would not keep, and says so", () => {
  const bodies = [...splitBatch({
    params: { exact: "x".repeat(6000), long: "😀".repeat(6001) },
    tags: { exact: "y".repeat(8000), long: "y".repeat(8001) },
  })];
  const { params, tags } = bodies[0]! as Record<"params" | "tags", { value: string }[]>;
  assert.equal(params[0]!.value, "x".repeat(6000));
  assert.equal([...params[1]!.value].length, 6000);
  assert.match(params[1]!.value, /^(😀)+… \(cut: it has 6001 characters\)$/u);
  assert.equal(tags[0]!.value, "y".repeat(8000));
  assert.match(tags[1]!.value, /^y+… \(cut: it has 8001 characters\)$/);
  assert.equal(tags[1]!.value.length, 8000);
});
