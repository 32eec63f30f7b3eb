import assert from "node:assert/strict";
import {
  FakeKubeflow,
  type FakeKubeflowOptions,
  type Frame,
  refusal,
} from "../deploy/kubeflow/fake_kubeflow.ts";
import { Desk, type Ended, ended } from "./command_line.ts";

const STEPS = ["acquire", "preprocess", "train", "evaluate", "register", "contest", "serve"];

/** What the nodes of these steps look like when they have succeeded. */
function done(...steps: readonly string[]): Frame["nodes"] {
  return Object.fromEntries(steps.flatMap((step): [string, readonly [string, number]][] => [
    [`${step}-driver`, ["SUCCEEDED", 1]],
    [step, ["SUCCEEDED", 3]],
  ]));
}

const RUNNING: Frame = {
  state: "RUNNING",
  nodes: { ...done("acquire"), "preprocess-driver": "RUNNING" },
};
const GOOD: FakeKubeflowOptions = {
  frames: [{ state: "PENDING", nodes: {} }, RUNNING, { state: "SUCCEEDED", nodes: done(...STEPS) }],
  executions: [
    { task: "acquire", cached: true, outputs: { dataset: "mnist" } },
    { task: "train", outputs: { images_per_second: 5000 } },
    { task: "evaluate", outputs: { accuracy: 0.9912 } },
    { task: "register", outputs: { name: "digits-recognizer", version: 4 } },
    {
      task: "contest",
      outputs: {
        wins: true,
        verdict: {
          candidate: 4,
          champion: 4,
          before: null,
          accuracy: null,
          accuracyBefore: null,
          count: 0,
          problem: null,
          otherSplit: false,
        },
      },
    },
    { task: "serve", outputs: { right: 10, url: "http://digits.example", canary: false } },
  ],
};

function start(desk: Desk, server: FakeKubeflow, ...args: readonly string[]): Deno.ChildProcess {
  const env = { KFP_ENDPOINT: server.url, DIGITS_IMAGE: "digits:1", MNIST_MIRRORS: "" };
  return desk.start(["pipeline", ...args], env);
}

async function run(options: FakeKubeflowOptions, ...args: readonly string[]): Promise<
  Ended & { readonly url: string; readonly called: readonly string[] }
> {
  await using desk = new Desk();
  await using server = await FakeKubeflow.start(options);
  const result = await ended(start(desk, server, ...args));
  return { ...result, url: server.url, called: server.called };
}

Deno.test("pipeline runs on Kubeflow when KFP_ENDPOINT is set, and sums up as a local run does", async () => {
  await using desk = new Desk();
  await using server = await FakeKubeflow.start(GOOD);
  const args = ["--json", "--epochs", "2", "--service-account", "runner", "--no-cache"];
  const { code, stdout, stderr } = await ended(start(desk, server, ...args));
  assert.equal(code, 0, stderr);
  const lines = stderr.split("\n");
  assert.equal(lines[0], `Running on Kubeflow, at ${server.url}`);
  assert.equal(lines[1], `run      ${server.url}/#/runs/details/run-1`);
  assert.match(stderr, /\n✓ acquire {4}unchanged\n/);
  assert.match(stderr, /\n✓ serve {6}3\.0 s\n/);
  assert.match(stderr, /\n99\.12 % of the mnist test digits read right\n/);
  assert.match(stderr, /\nVersion 4 is champion, the first one\n/);
  assert.match(stderr, /\nmodel {4}digits-recognizer version 4, served\n/);
  const summary = JSON.parse(stdout);
  assert.deepEqual(
    [summary.testAccuracy, summary.served, summary.epochs, summary.runId, summary.error],
    [0.9912, true, 2, "run-1", null],
  );
  assert.equal(summary.link, `${server.url}/#/runs/details/run-1`);
  assert.deepEqual(summary.steps.map(({ name }: { name: string }) => name), STEPS);

  const { body } = server.calls.find(({ call }) => call === "POST /runs")!;
  assert.match(String(body["display_name"]), /^adam-2-epochs-[\da-f]{8}$/);
  assert.equal(body["service_account"], "runner");
  assert.equal(server.experiments[0]!["display_name"], "digits-recognizer-kfp");
  const { parameters } = body["runtime_config"] as { parameters: Record<string, unknown> };
  assert.equal(parameters["no_epochs"], 2);
  assert.equal(parameters["dataset"], "mnist");
});

Deno.test("sweep on Kubeflow ends with the table of its trainings, in whatever order they ran", async () => {
  const trained = (label: string, validation_accuracy: number) => ({
    task: "train",
    inputs: { label },
    outputs: { validation_accuracy },
  });
  await using desk = new Desk();
  await using server = await FakeKubeflow.start({
    frames: [{ state: "SUCCEEDED", nodes: done(...STEPS) }],
    executions: [
      { ...trained("sgd-0.003-64", 0.97), cached: true },
      { task: "train", inputs: { label: "adam-0.001-64" } }, // a pod that was lost
      trained("adam-0.001-64", 0.98),
      trained("adam-0.003-64", 0.99),
      { task: "choose", outputs: { settings: { label: "adam-0.003-64" } } },
    ],
  });
  const env = { KFP_ENDPOINT: server.url, DIGITS_IMAGE: "digits:1", MNIST_MIRRORS: "" };
  const args = ["--json", "--optimizer", "adam,sgd", "--learning-rate", "1e-3,3e-3"];
  const { stdout, stderr } = await ended(desk.start(["sweep", ...args], env));
  const accuracies = JSON.parse(stdout).trials.map((
    { label, validationAccuracy }: Record<string, unknown>,
  ) => [label, validationAccuracy]);
  assert.deepEqual(accuracies, [
    ["adam-0.001-64", 0.98],
    ["adam-0.003-64", 0.99],
    ["sgd-0.001-64", null],
    ["sgd-0.003-64", 0.97],
  ]);
  assert.match(
    stderr,
    /optimizer +learning rate +batch +validation\nadam +0\.003 +64 +99\.00 % +best\n/,
  );
  assert.match(stderr, /\nsgd +0\.003 +64 +97\.00 % +from the cache\nsgd +0\.001 +64\n/);
});

Deno.test("pipeline tells why a step failed on Kubeflow, and ends with 1", async () => {
  const { code, stderr } = await run({
    frames: [RUNNING, {
      state: "FAILED",
      nodes: {
        ...done("acquire", "preprocess"),
        "train-driver": "SUCCEEDED",
        train: ["FAILED", 9],
        "evaluate-driver": "",
      },
    }],
    workflow: [{ path: "root.train.executor", phase: "Failed", message: "Error (exit code 1)" }],
    logs: { "digits-x1-impl-0": "epoch 1 of 3\nerror: Cannot train: the digits are empty\n" },
  });
  assert.equal(code, 1, stderr);
  assert.match(
    stderr,
    /\n✗ train {6}9\.0 s {2}Cannot train: the digits are empty\n {4}epoch 1 of 3/,
  );
  assert.match(stderr, /\n– evaluate {3}skipped\n/);
  assert.match(stderr, /\nerror: Cannot train: the digits are empty \(in step "train"\)\n/);
});

Deno.test("pipeline ends with 1 when somebody terminates its run", async () => {
  const { code, stderr } = await run({
    frames: [RUNNING, { state: "CANCELING", nodes: RUNNING.nodes }, {
      state: "FAILED", // as terminated runs end
      nodes: RUNNING.nodes,
    }],
  });
  assert.equal(code, 1, stderr);
  assert.match(stderr, /\n✗ preprocess 0\.0 s {2}stopped\n/);
  assert.match(stderr, /\nerror: The run was terminated\n/);
});

Deno.test("Ctrl-C stops watching, and says how to go on", async () => {
  await using desk = new Desk();
  await using server = await FakeKubeflow.start({ frames: [RUNNING] });
  const child = start(desk, server);
  const looks = () => server.called.filter((call) => call === "GET /runs/run-1").length;
  while (looks() < 1) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGINT");
  const { code, stderr } = await ended(child);
  assert.equal(code, 130, stderr);
  assert.match(
    stderr,
    /The run goes on: deno task pipeline --follow run-1 watches it again, --terminate run-1 ends/,
  );
  assert.ok(!server.called.includes("POST /runs/run-1:terminate"));

  const terminated = await ended(start(desk, server, "--terminate", "run-1"));
  assert.equal(terminated.code, 0, terminated.stderr);
  const followed = await ended(start(desk, server, "--follow", "run-1"));
  assert.equal(followed.code, 1, followed.stderr);
  assert.match(followed.stderr, /The run was terminated/);
});

Deno.test("Ctrl-C before the answer says that a run may have begun, and what it is called", async () => {
  await using desk = new Desk();
  await using server = await FakeKubeflow.start({
    fault: ({ call }) => call === "POST /runs" ? () => {} : undefined,
  });
  const child = start(desk, server);
  while (!server.called.includes("POST /runs")) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill("SIGINT");
  const { code, stderr } = await ended(child);
  assert.equal(code, 130, stderr);
  assert.match(
    stderr,
    /The run may have begun nevertheless: look for adam-3-epochs-[\da-f]{8} at .*\/#\/runs\n/,
  );
});

Deno.test("pipeline says of a run to follow or to terminate that there is none", async () => {
  await using desk = new Desk();
  await using server = await FakeKubeflow.start();
  for (const verb of ["follow", "terminate"]) {
    const { code, stderr } = await ended(start(desk, server, `--${verb}`, "nonsense"));
    assert.equal(code, 1, stderr);
    assert.match(stderr, new RegExp(`error: Cannot ${verb} run nonsense .*: there is no such run`));
  }
});

Deno.test("pipeline goes on when Kubeflow restarts in between", async () => {
  let looks = 0;
  const { code, stderr } = await run({
    ...GOOD,
    fault: ({ call }) =>
      call === "GET /runs/run-1" && [2, 3, 4, 5].includes(++looks)
        ? (_request, response) => response.writeHead(503).end("no healthy upstream")
        : undefined,
  });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /! Cannot look for run run-1 in .*no healthy upstream.*; asking again\n/);
});

Deno.test("pipeline says what to do when the token is none", async () => {
  const { code, stderr, called } = await run({ token: "t0k3n" });
  assert.equal(code, 1, stderr);
  assert.match(stderr, /error: Cannot create|error: Cannot ask for the health/);
  assert.match(stderr, /it wants a login: set KFP_TOKEN/);
  assert.ok(!called.includes("POST /runs"));
});

Deno.test("pipeline says that the run goes on when the login expires meanwhile", async () => {
  let looks = 0;
  const { code, stderr } = await run({
    frames: [RUNNING],
    fault: ({ call }) =>
      call === "GET /runs/run-1" && ++looks > 1 ? refusal(16, "token has expired", 401) : undefined,
  });
  assert.equal(code, 1, stderr);
  assert.match(stderr, /The run goes on: deno task pipeline --follow run-1 .*\nerror: .*expired/);
});

Deno.test("pipeline refuses a folder for Kubeflow, and a Kubeflow of many users without a namespace", async () => {
  const folder = await run(GOOD, "--data", "./digits");
  assert.equal(folder.code, 2, folder.stderr);
  assert.match(folder.stderr, /Cannot use "\.\/digits" as digits on Kubeflow/);
  assert.deepEqual(folder.called, []);
  const shared = await run({ ...GOOD, multiUser: true });
  assert.equal(shared.code, 2, shared.stderr);
  assert.match(shared.stderr, /set K8S_NAMESPACE to yours/);
  assert.deepEqual(shared.called, ["GET /healthz"]);
});

Deno.test("pipeline sums up what it can where the results can't be read", async () => {
  const { code, stderr } = await run({ ...GOOD, apiOnly: true });
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /! Cannot ask the metadata store of .*; the run's page shows what its steps/,
  );
  assert.match(stderr, /\nrun {6}run-1 \(60\.0 s\)\n/);
});

Deno.test("pipeline says that nobody listens, and where nothing is set what to set", async () => {
  await using desk = new Desk();
  const server = await FakeKubeflow.start();
  await server[Symbol.asyncDispose]();
  const away = await ended(start(desk, server));
  assert.equal(away.code, 1);
  assert.match(away.stderr, /nothing listens there: start the port-forward/);
  const unset = await desk.run("pipeline", "--runner", "kubeflow");
  assert.equal(unset.code, 2);
  assert.match(unset.stderr, /KFP_ENDPOINT is not set: set it to the address of Kubeflow's pages/);
});
