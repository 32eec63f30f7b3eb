import assert from "node:assert/strict";
import { autolog, withRun } from "../../../lib/track/mlflow/mod.ts";
import { type Route, routesServer } from "./routes_server.ts";

type Logged = readonly [Readonly<Record<string, number>>, number];

function sink() {
  const logged: Logged[] = [];
  const log = (...entry: Logged) => {
    logged.push(entry);
    return Promise.resolve();
  };
  return { logged, log };
}

Deno.test("autolog() logs every number of an epoch at its step, and hands the epoch on", async () => {
  const run = sink();
  const epochs = [
    { epoch: 3, loss: 0.5, validationLoss: null, note: "x", done: true },
    { epoch: 4, loss: NaN, validationLoss: 0.25, note: "y", done: false },
  ];
  assert.deepEqual(await Array.fromAsync(autolog(run, epochs)), epochs);
  assert.deepEqual(run.logged, [[{ loss: 0.5 }, 3], [{ loss: NaN, validationLoss: 0.25 }, 4]]);
});

Deno.test("autolog() counts steps where epochs have no number, and logs what it is told to", async () => {
  const run = sink();
  const epochs = [{ loss: 1 }, { loss: 2 }];
  await Array.fromAsync(autolog(run, epochs));
  await Array.fromAsync(autolog(run, epochs, {
    metrics: ({ loss }) => ({ "train/loss": loss }),
    step: (_, index) => 100 * index,
  }));
  assert.deepEqual(run.logged, [
    [{ loss: 1 }, 1],
    [{ loss: 2 }, 2],
    [{ "train/loss": 1 }, 0],
    [{ "train/loss": 2 }, 100],
  ]);
});

Deno.test("autolog() has logged an epoch before its reader goes on, and stops with its reader", async () => {
  const run = sink();
  let stopped = false;
  async function* train() {
    try {
      for (let epoch = 1; epoch <= 9; epoch++) yield { epoch };
    } finally {
      stopped = true;
    }
  }
  for await (const { epoch } of autolog(run, train(), { metrics: ({ epoch }) => ({ epoch }) })) {
    assert.equal(run.logged.length, epoch);
    if (epoch === 2) break;
  }
  assert.equal(run.logged.length, 2);
  assert(stopped);
});

const ROUTES: Readonly<Record<string, Route>> = {
  "GET experiments/get-by-name": () => ({ experiment: { experiment_id: "5", name: "mine" } }),
  "POST runs/create": () => ({ run: { info: { run_id: "r", experiment_id: "5" } } }),
  "POST runs/log-batch": () => ({}),
  "POST runs/update": () => ({ run_info: { run_id: "r", experiment_id: "5" } }),
};

Deno.test("withRun() logs a loop of one's own, and ends the run", async () => {
  await using server = await routesServer(ROUTES);
  const options = { experiment: "mine", runName: "first", params: { rate: "0.1" }, now: () => 7 };
  const result = await withRun(server.client, options, async (run) => {
    for await (const _ of autolog(run, [{ epoch: 1, loss: 0.5 }]));
    await run.tag({ done: "yes" });
    return run.info.runId;
  });
  assert.equal(result, "r");
  const nothing = { metrics: [], params: [], tags: [] };
  assert.deepEqual(server.calls.slice(1).map(({ body }) => body), [
    { experiment_id: "5", run_name: "first", start_time: 7, tags: [] },
    { run_id: "r", ...nothing, params: [{ key: "rate", value: "0.1" }] },
    { run_id: "r", ...nothing, metrics: [{ key: "loss", value: 0.5, timestamp: 7, step: 1 }] },
    { run_id: "r", ...nothing, tags: [{ key: "done", value: "yes" }] },
    { run_id: "r", status: "FINISHED", end_time: 7 },
  ]);
});

Deno.test("withRun() ends a run that failed or was given up, and rejects with the reason", async () => {
  for (const status of ["FAILED", "KILLED"]) {
    await using server = await routesServer(ROUTES);
    const stop = new AbortController();
    const options = { experiment: "mine", signal: stop.signal };
    const run = withRun(server.client, options, () => {
      if (status === "KILLED") stop.abort();
      throw new Error("diverged");
    });
    await assert.rejects(run, /^Error: diverged$/);
    assert.equal(server.calls.at(-1)!.body.status, status);
  }
});
