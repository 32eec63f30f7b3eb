import assert from "node:assert/strict";
import {
  followRun,
  type KubeflowClient,
  readStepFailure,
  type RunMoment,
} from "../../../lib/deploy/kubeflow/mod.ts";
import { answerWith } from "../../base/test_server.ts";
import { type Frame, refusal } from "./fake_kubeflow.ts";
import { openClient } from "./open_client.ts";

const STEPS = ["acquire", "train", "serve"];
const GOOD: readonly Frame[] = [
  { state: "PENDING", nodes: {} },
  { state: "RUNNING", nodes: { "digits-x1": "RUNNING", "acquire-driver": "RUNNING" } },
  {
    state: "RUNNING",
    nodes: {
      "digits-x1": "RUNNING",
      "acquire-driver": "SUCCEEDED",
      acquire: "SUCCEEDED",
      executor: "SKIPPED",
      "train-driver": "SUCCEEDED",
      train: "RUNNING",
      "executor(0)": "PENDING",
    },
  },
  {
    state: "SUCCEEDED",
    nodes: {
      "digits-x1": "SUCCEEDED",
      "acquire-driver": "SUCCEEDED",
      acquire: "SUCCEEDED",
      "train-driver": "SUCCEEDED",
      train: ["SUCCEEDED", 12],
      "executor(0)": "SUCCEEDED",
      "condition-1-driver": "SUCCEEDED",
      "condition-1": "SKIPPED",
    },
  },
];

async function startRun(client: KubeflowClient): Promise<string> {
  const pipeline = { spec: {}, platform: null };
  return (await client.runs.create({ displayName: "one", pipeline })).runId;
}

/** What was told, in short. */
function shorten(moment: RunMoment): string {
  switch (moment.type) {
    case "step":
      return `${moment.step.name} ${moment.step.state}${moment.cached ? " cached" : ""}`;
    case "waits":
      return `${moment.step} waits: ${moment.reason}`;
    case "silence":
      return `silence ${moment.delayMs}`;
    case "end":
      return `end ${moment.run.state}`;
  }
}

Deno.test("followRun() tells of every step's states until the run is over", async () => {
  await using open = await openClient({
    frames: GOOD,
    executions: [{ task: "acquire", cached: true }, { task: "train" }],
  });
  const runId = await startRun(open.client);
  const moments = await Array.fromAsync(followRun(open.client, runId, { steps: STEPS }));
  assert.deepEqual(moments.map(shorten), [
    "acquire RUNNING",
    "acquire SUCCEEDED cached",
    "train RUNNING",
    "train SUCCEEDED",
    "serve SKIPPED",
    "end SUCCEEDED",
  ]);
  const train = moments.find((moment) => shorten(moment) === "train SUCCEEDED");
  assert.equal(train?.type === "step" && train.step.seconds, 12);
});

Deno.test("followRun() needs neither the pages nor the steps' names", async () => {
  await using open = await openClient({ frames: GOOD, apiOnly: true });
  const moments = await Array.fromAsync(followRun(open.client, await startRun(open.client)));
  assert.deepEqual(moments.map(shorten), [
    "acquire RUNNING",
    "acquire SUCCEEDED",
    "train RUNNING",
    "train SUCCEEDED",
    "condition-1 SKIPPED",
    "end SUCCEEDED",
  ]);
  const asked = open.server.called.filter((call) => call.includes("ml_metadata"));
  assert.equal(asked.length, 1); // after a refusal, no more
});

for (const state of ["FAILED", "CANCELED", "SKIPPED", "SUCCEEDED"]) {
  Deno.test(`followRun() ends with a run that is ${state}`, async () => {
    await using open = await openClient({ frames: [{ state, nodes: {} }] });
    const moments = await Array.fromAsync(followRun(open.client, await startRun(open.client)));
    assert.deepEqual(moments.map(shorten), [`end ${state}`]);
  });
}

Deno.test("followRun() goes on through PAUSED, CANCELING and states that nobody knows yet", async () => {
  const states = ["PAUSED", "CANCELING", "HIBERNATING", "CANCELED"];
  await using open = await openClient({ frames: states.map((state) => ({ state, nodes: {} })) });
  const moments = await Array.fromAsync(followRun(open.client, await startRun(open.client)));
  assert.deepEqual(moments.map(shorten), ["end CANCELED"]);
});

Deno.test("followRun() tells of steps that a terminated run cut off as canceled", async () => {
  await using open = await openClient({
    frames: [
      { state: "RUNNING", nodes: { "train-driver": "SUCCEEDED", train: "RUNNING" } },
      { state: "FAILED", nodes: { "train-driver": "SUCCEEDED", train: "RUNNING" } },
    ],
  });
  const runId = await startRun(open.client);
  const moments = await Array.fromAsync(followRun(open.client, runId, { steps: ["train"] }));
  assert.deepEqual(moments.map(shorten), ["train RUNNING", "train CANCELED", "end FAILED"]);
});

Deno.test("followRun() waits for a server that restarts, ever longer", async () => {
  let asked = 0;
  await using open = await openClient({
    frames: GOOD,
    fault({ call }) {
      if (!call.startsWith("GET /runs/")) return undefined;
      asked++;
      if (asked < 3 || asked > 6) return undefined;
      return [
        answerWith(503, "upstream connect error"),
        answerWith(200, '{"run_id": "run-1", "sta'),
        answerWith(502, "<html>bad gateway</html>"),
        answerWith(500, "database is locked"),
      ][asked - 3];
    },
  }, { attempts: 1 });
  const runId = await startRun(open.client);
  const moments = await Array.fromAsync(followRun(open.client, runId, { steps: STEPS }));
  assert.deepEqual(moments.map(shorten), [
    "acquire RUNNING",
    "silence 1000",
    "silence 2000",
    "silence 4000",
    "silence 8000",
    "acquire SUCCEEDED",
    "train RUNNING",
    "train SUCCEEDED",
    "serve SKIPPED",
    "end SUCCEEDED",
  ]);
});

Deno.test("followRun() loses its patience with a server that stays away", async () => {
  await using open = await openClient({
    fault: ({ call }) =>
      call.startsWith("GET") ? answerWith(503, "no healthy upstream") : undefined,
  }, { attempts: 1 });
  const moments: string[] = [];
  const following = (async () => {
    const runId = await startRun(open.client);
    for await (const moment of followRun(open.client, runId, { patienceMs: 60_000 })) {
      moments.push(shorten(moment));
    }
  })();
  await assert.rejects(following, { status: 503 });
  assert.deepEqual(moments.slice(-2), ["silence 16000", "silence 16000"]);
});

Deno.test("followRun() ends at once when the login has expired", async () => {
  let asked = 0;
  await using open = await openClient({
    frames: GOOD,
    fault: ({ call }) =>
      call.startsWith("GET /runs/") && ++asked > 2
        ? refusal(16, "token has expired", 401)
        : undefined,
  }, { auth: { kind: "bearer", token: "abcdef" } });
  const runId = await startRun(open.client);
  await assert.rejects(
    Array.fromAsync(followRun(open.client, runId)),
    /renew KFP_TOKEN \(token has expired\)/,
  );
});

Deno.test("followRun() ends at once when the run is deleted", async () => {
  await using open = await openClient();
  await assert.rejects(Array.fromAsync(followRun(open.client, "run-404")), {
    code: "NOT_FOUND",
    message: `Cannot follow run run-404 of Kubeflow Pipelines at ${open.server.url}: there is no ` +
      "such run, or no longer; the id stands at the end of its page's address",
  });
});

Deno.test("followRun() can be given up while it waits", async () => {
  const controller = new AbortController();
  await using open = await openClient({ frames: [{ state: "RUNNING", nodes: {} }] });
  const runId = await startRun(open.client);
  const following = Array.fromAsync(
    followRun(open.client, runId, { signal: controller.signal, pollMs: 30_000 }),
  );
  while (open.server.called.length < 2) await new Promise((resolve) => setTimeout(resolve));
  controller.abort(new Error("enough"));
  await assert.rejects(following, { message: "enough" });
});

Deno.test("followRun() tells once why a pod waits", async () => {
  const waiting: Frame = {
    state: "RUNNING",
    nodes: { "train-driver": "SUCCEEDED", train: "RUNNING", executor: "PENDING" },
  };
  await using open = await openClient({
    frames: [...Array.from({ length: 40 }, () => waiting), { state: "FAILED", nodes: {} }],
    workflow: [
      { path: "root.train", phase: "Running" },
      {
        path: "root.train.executor",
        phase: "Pending",
        message: 'ImagePullBackOff: Back-off pulling image "digits:none"',
      },
    ],
  });
  const runId = await startRun(open.client);
  const moments = await Array.fromAsync(followRun(open.client, runId, { steps: ["train"] }));
  assert.deepEqual(moments.map(shorten), [
    "train RUNNING",
    'train waits: ImagePullBackOff: Back-off pulling image "digits:none"',
    "train SKIPPED",
    "end FAILED",
  ]);
});

const FAILED_WORKFLOW = [
  { path: "root", phase: "Failed" },
  { path: "root.train-driver", phase: "Succeeded" },
  { path: "root.train", phase: "Failed" },
  { path: "root.train.executor", phase: "Failed", message: "Error (exit code 1)" },
];
const LOG = [
  "I1103 12:00:01.000000      14 launcher_v2.go:187] publish success.",
  "step 1 of 938",
  "error: Cannot train: out of memory",
  "F1103 12:00:09.000000      14 main.go:59] failed to execute component: exit status 1",
  "",
].join("\n");

for (const apiOnly of [false, true]) {
  const through = apiOnly ? "the API server" : "Kubeflow's pages";
  Deno.test(`readStepFailure() gives the end of the step's log through ${through}`, async () => {
    await using open = await openClient({
      workflow: FAILED_WORKFLOW,
      logs: { "digits-x1-impl-3": LOG },
      apiOnly,
    });
    const runId = await startRun(open.client);
    assert.deepEqual(await readStepFailure(open.client, { runId, step: "train" }), {
      message: "Error (exit code 1)",
      lines: ["step 1 of 938", "error: Cannot train: out of memory"],
    });
  });
}

Deno.test("readStepFailure() finds the pod in the metadata where there is no workflow", async () => {
  await using open = await openClient({
    fault: ({ call }) => call.includes("/apis/v1beta1/") ? answerWith(404, "gone") : undefined,
    executions: [{ task: "acquire" }, { task: "train" }],
    logs: { "digits-x1-impl-train": LOG },
  });
  const runId = await startRun(open.client);
  const { message, lines } = await readStepFailure(open.client, { runId, step: "train" });
  assert.equal(message, "");
  assert.equal(lines.at(-1), "error: Cannot train: out of memory");
});

Deno.test("readStepFailure() is empty where nobody tells anything", async () => {
  await using open = await openClient({
    fault: ({ call }) => call === "POST /runs" ? undefined : answerWith(404, "404 page not found"),
  });
  const runId = await startRun(open.client);
  const failure = await readStepFailure(open.client, { runId, step: "train" });
  assert.deepEqual(failure, { message: "", lines: [] });
});

Deno.test("The metadata store gives what steps gave, page by page", async () => {
  await using open = await openClient({
    executions: [
      { task: "acquire", outputs: { dataset: "mnist" } },
      { task: "evaluate", outputs: { accuracy: 0.991 } },
      {
        task: "contest",
        outputs: { wins: true, verdict: { champion: 2, before: null, list: [1, "a", null] } },
      },
    ],
  });
  const executions = await open.client.metadata.executions(await startRun(open.client));
  assert.deepEqual(executions.map(({ task, outputs }) => [task, outputs]), [
    ["acquire", { dataset: "mnist" }],
    ["evaluate", { accuracy: 0.991 }],
    ["contest", { wins: true, verdict: { champion: 2, before: null, list: [1, "a", null] } }],
  ]);
  assert.deepEqual(await open.client.metadata.executions("run-404"), []);
});

Deno.test("The metadata store that is not there is told with what to do", async () => {
  await using open = await openClient({
    fault: ({ call }) => call.includes("ml_metadata") ? answerWith(200, "<html>") : undefined,
  });
  await assert.rejects(
    open.client.metadata.executions("run-1"),
    /not gRPC's: KFP_ENDPOINT must be Kubeflow's pages \(ml-pipeline-ui\), not its API server$/,
  );
});

Deno.test("The metadata store's refusals stand in a frame or in the headers", async () => {
  const trailer = "grpc-status: 14\r\ngrpc-message: connect failed\r\n";
  const frame = new Uint8Array([
    0x80,
    0,
    0,
    0,
    trailer.length,
    ...new TextEncoder().encode(trailer),
  ]);
  const answers = [
    answerWith(200, frame),
    answerWith(200, "", { "grpc-status": "13", "grpc-message": "database is away" }),
    answerWith(200, "", { "grpc-status": "5", "grpc-message": "No type found" }),
    answerWith(200, frame.subarray(0, 9)),
  ];
  await using open = await openClient({ fault: () => answers.shift() });
  const { metadata } = open.client;
  await assert.rejects(metadata.executions("run-1"), /: connect failed$/);
  await assert.rejects(metadata.executions("run-1"), /: database is away$/);
  assert.deepEqual(await metadata.executions("run-1"), []);
  await assert.rejects(metadata.executions("run-1"), /the answer breaks off/);
});
