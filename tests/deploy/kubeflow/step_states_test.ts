import assert from "node:assert/strict";
import { stepNames } from "../../../lib/deploy/kubeflow/mod.ts";
import type { RunNode } from "../../../lib/deploy/kubeflow/run.ts";
import { stepStates } from "../../../lib/deploy/kubeflow/step_states.ts";

function statesOf(nodes: Readonly<Record<string, string>>, steps: readonly string[] | null) {
  const list = Object.entries(nodes).map(([name, state]): RunNode => ({
    name: name.replace(/#\d+$/, ""), // a record has no name twice
    state,
    startedAt: 1_000,
    endedAt: 3_500,
  }));
  return Object.fromEntries(stepStates(list, steps).map(({ name, state }) => [name, state]));
}

Deno.test("stepStates() takes the nodes of a step together", () => {
  const cases: readonly (readonly [Readonly<Record<string, string>>, string | undefined])[] = [
    [{}, undefined],
    [{ "train-driver": "PENDING" }, "RUNNING"],
    [{ "train-driver": "RUNNING" }, "RUNNING"],
    [{ "train-driver": "SUCCEEDED" }, "RUNNING"],
    [{ "train-driver": "SUCCEEDED", train: "RUNNING", executor: "PENDING" }, "RUNNING"],
    [{ "train-driver": "SUCCEEDED", train: "SUCCEEDED", executor: "SUCCEEDED" }, "SUCCEEDED"],
    [{ "train-driver": "SUCCEEDED", train: "SUCCEEDED", executor: "SKIPPED" }, "SUCCEEDED"],
    [{ "train-driver": "SUCCEEDED", train: "SKIPPED" }, "SKIPPED"],
    [{ "train-driver": "SUCCEEDED", train: "FAILED", "executor(0)": "FAILED" }, "FAILED"],
    [{ "train-driver": "FAILED", train: "" }, "FAILED"],
    [{ "train-driver": "", train: "" }, undefined], // left out, as the one before it failed
    [{ train: "PENDING" }, "PENDING"], // an importer has no driver
    [{ train: "SUCCEEDED" }, "SUCCEEDED"],
  ];
  for (const [nodes, state] of cases) {
    assert.equal(statesOf(nodes, ["train"])["train"], state, JSON.stringify(nodes));
  }
});

Deno.test("stepStates() takes the turns of a loop together", () => {
  const turn = (n: number, body: string) => ({
    [`train-driver#${n}`]: "SUCCEEDED",
    [`train#${n}`]: body,
  });
  const of = (...bodies: string[]) =>
    statesOf(Object.assign({}, ...bodies.map((body, i) => turn(i, body))), ["train"])["train"];
  assert.equal(of("SUCCEEDED", "RUNNING"), "RUNNING");
  assert.equal(of("SUCCEEDED", "SUCCEEDED"), "SUCCEEDED");
  assert.equal(of("SUCCEEDED", "FAILED"), "FAILED");
  assert.equal(of("SUCCEEDED", "SKIPPED"), "SUCCEEDED");
});

Deno.test("stepStates() guesses which nodes are steps", () => {
  const nodes = {
    "digits-x1": "RUNNING",
    "root-driver": "SUCCEEDED",
    root: "RUNNING",
    "iteration-driver": "SUCCEEDED",
    "iteration-item(0:0)": "RUNNING",
    "train-driver": "SUCCEEDED",
    train: "RUNNING",
    executor: "RUNNING",
  };
  assert.deepEqual(statesOf(nodes, null), { train: "RUNNING" });
});

Deno.test("stepStates() measures a step from its first node to its last", () => {
  const nodes = [
    { name: "train-driver", state: "SUCCEEDED", startedAt: 1_000, endedAt: 2_000 },
    { name: "train", state: "SUCCEEDED", startedAt: 2_000, endedAt: 9_500 },
    { name: "other", state: "RUNNING", startedAt: 9_000, endedAt: null },
  ];
  const seconds = stepStates(nodes, ["train", "other"]).map((step) => step.seconds);
  assert.deepEqual(seconds, [8.5, 0]);
});

Deno.test("stepNames() lists the tasks of a compiled pipeline, also those in groups, once each", () => {
  const task = (name: string) => ({ componentRef: { name } });
  const spec = {
    root: { dag: { tasks: { acquire: task("comp-a"), "condition-1": task("comp-c") } } },
    components: {
      "comp-a": { executorLabel: "exec-a" },
      "comp-c": { dag: { tasks: { serve: task("comp-a"), acquire: task("comp-a") } } },
    },
  };
  assert.deepEqual(stepNames(spec), ["acquire", "serve"]);
  assert.throws(() => stepNames({}), TypeError);
});
