import assert from "node:assert/strict";
import { MlflowClient, MlflowError, type MlflowRun } from "../../../lib/track/mlflow/mod.ts";
import { fakeHost } from "../../base/fake_host.ts";
import { answerWith, testServer } from "../../base/test_server.ts";
import { refusal, Reply, routesServer } from "./routes_server.ts";

const RUN = { info: { run_id: "r1", experiment_id: "1" } };

/** Gives the answers one after another, then the last again and again. */
function inTurn(...answers: readonly unknown[]): () => unknown {
  let count = 0;
  return () => answers[Math.min(count++, answers.length - 1)];
}

/** Does what was asked, then breaks the connection instead of answering. */
function lostAnswer(): Reply {
  const reply = new Reply(200);
  return Object.assign(reply, {
    answer: (_: unknown, response: { destroy(): void }) => response.destroy(),
  });
}

Deno.test("MlflowClient asks below a path prefix, logged in as the URL or the options say", async () => {
  await using host = await fakeHost();
  await using server = await testServer(answerWith(200, "{}"));
  const trackingUri = server.url.replace("//", "//ada:pass@") + "ml/flow/";
  const renewals = ["one", "two"];
  const token = () => renewals.shift()!;
  for (const auth of [{ auth: undefined }, { auth: { kind: "bearer", token } as const }]) {
    const { auth: login } = auth;
    const client = new MlflowClient({ trackingUri, host, ...(login && { auth: login }) });
    assert.equal(client.url, `${server.url}ml/flow`);
    await client.runs.setTags("r", { a: "b" });
    await client.runs.setTags("r", { a: "b" });
  }
  assert.deepEqual(server.asked.map(({ path }) => path), [
    ...Array(4).fill("/ml/flow/api/2.0/mlflow/runs/log-batch"),
  ]);
  assert.deepEqual(server.asked.map(({ headers }) => headers.authorization), [
    ...Array(2).fill(`Basic ${btoa("ada:pass")}`),
    "Bearer one",
    "Bearer two",
  ]);
});

Deno.test("MlflowClient gives the server's version, and refuses what is none", async () => {
  await using server = await routesServer({
    "GET /version": inTurn(new Reply(200, "3.17.2\n"), "<p>"),
  });
  assert.equal(await server.client.version(), "3.17.2");
  await assert.rejects(
    server.client.version(),
    /check the host, port and path of MLFLOW_TRACKING_URI/,
  );
});

Deno.test("MlflowClient tries again where the server is busy or fails for now", async () => {
  await using server = await routesServer({
    "POST runs/log-batch": inTurn(
      new Reply(429, "", { "retry-after": "2" }),
      new Reply(503),
      refusal(500, "INTERNAL_ERROR", "database is locked"),
      {},
    ),
  });
  await server.client.runs.logBatch("r", { params: { a: "b" } });
  assert.deepEqual(server.waits, [2000, 500, 1000]);
});

Deno.test("MlflowClient gives up after as many attempts as it may make, and says why", async () => {
  const locked = refusal(500, "INTERNAL_ERROR", "database is locked");
  await using server = await routesServer({ "POST runs/log-batch": () => locked }, { attempts: 3 });
  await assert.rejects(
    server.client.runs.setTags("r", { a: "b" }),
    (error) =>
      error instanceof MlflowError && error.retryable && error.status === 500 &&
      error.message.endsWith(": database is locked (INTERNAL_ERROR)"),
  );
  assert.equal(server.calls.length, 3);
});

Deno.test("MlflowClient does not repeat what MLflow refuses", async () => {
  await using server = await routesServer({
    "POST runs/log-batch": () => refusal(400, "INVALID_PARAMETER_VALUE", "no"),
  });
  await assert.rejects(server.client.runs.setTags("r", { a: "b" }));
  assert.equal(server.calls.length, 1);
});

Deno.test("MlflowClient repeats the creation of a run only when it surely was not done", async () => {
  await using server = await routesServer({
    "POST runs/create": inTurn(new Reply(503), new Reply(429), { run: RUN }),
  });
  assert.equal((await server.client.runs.create({ experimentId: "1" })).info.runId, "r1");
  assert.equal(server.calls.length, 3);
  await using other = await routesServer({
    "POST runs/create": inTurn(lostAnswer(), { run: RUN }),
  });
  await assert.rejects(other.client.runs.create({ experimentId: "1" }), MlflowError);
  assert.equal(other.calls.length, 1);
});

Deno.test("runs.ensure() finds the run that a lost answer was about", async () => {
  let made: unknown[] = [];
  await using server = await routesServer({
    "POST runs/search": () => ({ runs: made }),
    "GET runs/get": () => ({ run: RUN }),
    "POST runs/create": () => {
      made = [...made, RUN];
      return lostAnswer();
    },
  });
  const tag = { key: "my.id", value: "it's 7" };
  const run = await server.client.runs.ensure({ experimentId: "1", tags: { a: "b" } }, tag);
  assert.equal(run.info.runId, "r1");
  assert.equal(made.length, 1);
  const [search, create] = server.calls;
  assert.equal(search!.body.filter, 'tags.`my.id` = "it\'s 7"');
  assert.deepEqual(create!.body.tags, [
    { key: "a", value: "b" },
    { key: "my.id", value: "it's 7" },
  ]);
});

Deno.test("runs.ensure() gives up when every creation fails", async () => {
  await using server = await routesServer({
    "POST runs/search": () => ({}),
    "POST runs/create": () => new Reply(500),
  }, { attempts: 3 });
  const tag = { key: "k", value: "v" };
  await assert.rejects(server.client.runs.ensure({ experimentId: "1" }, tag), MlflowError);
  const creations = server.calls.filter(({ call }) => call === "POST runs/create");
  assert.equal(creations.length, 3);
});

Deno.test("experiments.ensure() takes the one that somebody else made first", async () => {
  const experiment = { experiment_id: "7", name: "digits" };
  await using server = await routesServer({
    "GET experiments/get-by-name": inTurn(
      refusal(404, "RESOURCE_DOES_NOT_EXIST", "none"),
      { experiment },
    ),
    "POST experiments/create": () => refusal(400, "RESOURCE_ALREADY_EXISTS", "there is one"),
  });
  assert.equal((await server.client.experiments.ensure("digits")).experimentId, "7");
});

Deno.test("experiments.ensure() says how to get one out of the bin", async () => {
  const experiment = { experiment_id: "7", name: "digits", lifecycle_stage: "deleted" };
  await using server = await routesServer({
    "GET experiments/get-by-name": () => ({ experiment }),
  });
  await assert.rejects(
    server.client.experiments.ensure("digits"),
    /^MlflowError: Cannot use experiment "digits" .* \(mlflow experiments restore -x 7\)/,
  );
});

Deno.test("registry.ensureModel() takes the one that somebody else made first", async () => {
  await using server = await routesServer({
    "GET registered-models/get": inTurn(
      refusal(404, "RESOURCE_DOES_NOT_EXIST", "none"),
      { registered_model: { name: "m" } },
    ),
    "POST registered-models/create": () => refusal(400, "RESOURCE_ALREADY_EXISTS", "there is one"),
  });
  assert.equal((await server.client.registry.ensureModel("m")).name, "m");
});

Deno.test("searches fetch a page when it is come to, with the token of the one before", async () => {
  const runs = [1, 2, 3].map((i) => ({ info: { run_id: `r${i}`, experiment_id: "1" } }));
  await using server = await routesServer({
    "POST runs/search": inTurn(
      { runs: runs.slice(0, 2), next_page_token: "second" },
      { runs: runs.slice(2), next_page_token: "" },
    ),
  });
  const { runs: api } = server.client;
  const ids: string[] = [];
  const asked: number[] = [];
  for await (const { info } of api.search(["1", "2"], { filter: "params.a = 'b'", pageSize: 2 })) {
    ids.push(info.runId);
    asked.push(server.calls.length);
  }
  assert.deepEqual(ids, ["r1", "r2", "r3"]);
  assert.deepEqual(asked, [1, 1, 2]);
  assert.deepEqual(server.calls[1]!.body, {
    experiment_ids: ["1", "2"],
    filter: "params.a = 'b'",
    run_view_type: "ACTIVE_ONLY",
    max_results: 2,
    page_token: "second",
  });
});

Deno.test("what is looked up and is not there is undefined", async () => {
  const none = () => refusal(404, "RESOURCE_DOES_NOT_EXIST", "none");
  await using server = await routesServer({
    "GET runs/get": none,
    "GET experiments/get": none,
    "GET experiments/get-by-name": none,
    "GET logged-models/m-1": none,
    "GET registered-models/get": none,
    "GET model-versions/get": none,
    "GET registered-models/alias": () =>
      refusal(400, "INVALID_PARAMETER_VALUE", "Registered model alias x not found."),
  });
  const { runs, experiments, loggedModels, registry } = server.client;
  assert.deepEqual(
    await Promise.all([
      runs.get("r"),
      experiments.get("7"),
      experiments.getByName("x"),
      loggedModels.get("m-1"),
      registry.getModel("x"),
      registry.getVersion("x", 1),
      registry.getByAlias("x", "x"),
    ]),
    Array(7).fill(undefined),
  );
});

Deno.test("loggedModels.supported() tells MLflow 3 from MLflow 2, and asks once", async () => {
  await using three = await routesServer({ "POST logged-models/search": () => ({}) });
  assert.equal(await three.client.loggedModels.supported(), true);
  assert.equal(await three.client.loggedModels.supported(), true);
  assert.equal(three.calls.length, 1);
  await using two = await routesServer({ "POST experiments/search": () => ({}) });
  assert.equal(await two.client.loggedModels.supported(), false);
  assert.equal(await two.client.loggedModels.supported(), false);
  assert.equal(two.calls.length, 2);
});

Deno.test("loggedModels.supported() rejects where there is no MLflow, and asks again later", async () => {
  await using server = await routesServer({
    "POST logged-models/search": inTurn(new Reply(404), new Reply(401), {}),
  });
  await assert.rejects(server.client.loggedModels.supported(), /there is no such MLflow call/);
  await assert.rejects(server.client.loggedModels.supported(), /the server wants a login/);
  assert.equal(await server.client.loggedModels.supported(), true);
});

Deno.test("a run is read with all that is known of it, and defaults for what is left out", async () => {
  const full = {
    info: {
      ...RUN.info,
      run_name: "n",
      status: "FINISHED",
      start_time: 5,
      end_time: "6",
      artifact_uri: "mlflow-artifacts:/1/r1/artifacts",
      lifecycle_stage: "deleted",
    },
    data: {
      params: [{ key: "empty" }],
      tags: [{ key: "a", value: "b" }],
      metrics: [
        { key: "m", value: "NaN", timestamp: 5, step: 3 },
        { key: "zero", model_id: "m-1", dataset_name: "d", dataset_digest: "1" },
      ],
    },
    inputs: { dataset_inputs: [{ dataset: { name: "d", digest: "1" } }] },
    outputs: { model_outputs: [{ model_id: "m-1" }] },
  };
  await using server = await routesServer({ "GET runs/get": inTurn({ run: full }, { run: RUN }) });
  const read = await server.client.runs.get("r1");
  const metric = { key: "m", value: NaN, timestamp: 5, step: 3, modelId: null, dataset: null };
  const expected: MlflowRun = {
    info: {
      runId: "r1",
      runName: "n",
      experimentId: "1",
      status: "FINISHED",
      startTime: 5,
      endTime: 6,
      artifactUri: "mlflow-artifacts:/1/r1/artifacts",
      lifecycleStage: "deleted",
    },
    params: { empty: "" },
    tags: { a: "b" },
    metrics: [
      { ...metric, runId: null },
      {
        key: "zero",
        value: 0,
        timestamp: 0,
        step: 0,
        modelId: "m-1",
        dataset: { name: "d", digest: "1" },
        runId: null,
      },
    ],
    datasets: [{
      dataset: { name: "d", digest: "1", sourceType: "", source: "", schema: null, profile: null },
      tags: {},
    }],
    modelInputs: [],
    modelOutputs: [{ modelId: "m-1", step: 0 }],
  };
  assert.deepEqual(read, expected);
  const bare = await server.client.runs.get("r1");
  assert.deepEqual(bare!.info.status, "RUNNING");
  assert.deepEqual([bare!.params, bare!.datasets, bare!.info.endTime], [{}, [], null]);
});
