import assert from "node:assert/strict";
import type { MetricInput } from "../../../lib/track/mlflow/mod.ts";
import { splitLanes } from "../../../lib/track/mlflow/split_lanes.ts";
import { refusal, Reply, routesServer } from "./routes_server.ts";

function points(count: number, names: number): MetricInput[] {
  return Array.from({ length: count }, (_, i) => ({
    key: `m${i % names}`,
    value: i,
    timestamp: 1,
    step: Math.floor(i / names),
  }));
}

Deno.test("splitLanes() keeps together what fits into one request, or may not be parted", () => {
  const small = { metrics: points(1000, 10), params: { a: "b" } };
  assert.deepEqual(splitLanes(small, 4), [small]);
  assert.deepEqual(splitLanes({}, 4), [{ metrics: [] }]);
  const large = { metrics: points(5000, 10) };
  assert.deepEqual(splitLanes(large, 1), [large]);
  assert.deepEqual(splitLanes({ metrics: points(5000, 1) }, 4).length, 1);
});

Deno.test("splitLanes() shares names evenly, each in one lane and in its order", () => {
  const tags = { a: "b" };
  const metrics = points(6000, 12);
  const lanes = splitLanes({ metrics, tags }, 4);
  assert.deepEqual(lanes.map((lane) => lane.metrics!.length), [1500, 1500, 1500, 1500]);
  assert.deepEqual(lanes.map((lane) => lane.tags), [tags, undefined, undefined, undefined]);
  const seen = new Set<string>();
  for (const lane of lanes) {
    for (const [key, group] of Map.groupBy(lane.metrics!, ({ key }) => key)) {
      assert(!seen.has(key));
      seen.add(key);
      assert.deepEqual(group.map(({ step }) => step), group.map((_, i) => i));
    }
  }
  assert.equal(seen.size, 12);
});

Deno.test("logBatch() sends lanes at the same time, and every point once", async () => {
  const steps: unknown[] = [];
  await using server = await routesServer({
    "POST runs/log-batch": ({ body }) => {
      steps.push(...body.metrics as unknown[]);
      return {};
    },
  });
  const metrics = points(4500, 3);
  await server.client.runs.logBatch("r", { metrics, params: { a: "b" } });
  assert.equal(steps.length, 4500);
  assert.equal(server.calls.length, 6);
  assert.deepEqual(
    new Set(steps.map((point) => JSON.stringify(point))),
    new Set(metrics.map((point) => JSON.stringify(point))),
  );
});

Deno.test("logBatch() stops all lanes when one is refused, with MLflow's reason", async () => {
  let count = 0;
  await using server = await routesServer({
    "POST runs/log-batch": () =>
      count++ === 0 ? refusal(400, "INVALID_PARAMETER_VALUE", "no") : new Reply(503),
  });
  const logged = server.client.runs.logBatch("r", { metrics: points(40_000, 4) });
  await assert.rejects(logged, /: no \(INVALID_PARAMETER_VALUE\)$/);
  assert(server.calls.length < 20, `${server.calls.length} calls`);
});
