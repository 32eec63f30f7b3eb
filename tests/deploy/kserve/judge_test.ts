import assert from "node:assert/strict";
import { judge, type Judgement } from "../../../lib/deploy/kserve/judge.ts";
import { REVISION_LABEL } from "../../../lib/deploy/kserve/names.ts";
import type { Pod } from "../../../lib/deploy/kserve/pod_problem.ts";
import type { Json } from "../kubernetes/server_side_apply.ts";
import { pod, verdict } from "./test_controller.ts";

const expected = { revision: "new", canary: undefined, alone: true };

function judged(status: Json, pods: readonly Json[], proven = false): Judgement {
  const service = {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    metadata: { name: "mnist", generation: 4 },
    spec: { predictor: {} },
    status,
  };
  const seen = { service, pods: pods as unknown as readonly Pod[], current: true, proven };
  return judge(seen, expected);
}

const of = (revision: string, ready: boolean, status: Json = {}) =>
  pod(revision, { [REVISION_LABEL]: revision }, ready, status);
const ready = (rest: Json = {}): Json => ({
  deploymentMode: "Standard",
  conditions: [{ type: "Ready", status: "True" }],
  ...rest,
});
const waits = (message: string): Judgement => ({ state: "waiting", message });

Deno.test("judge() counts new pods, not generations, which in Standard mode are a Deployment's", () => {
  const late = ready({ observedGeneration: 1 }); // the service's own is 4
  assert.deepEqual(judged(late, [of("new", true)], true), { state: "ready" });
  const early = ready({ observedGeneration: 9 }); // scaling counts there
  const pods = [of("old", true), of("new", false)];
  assert.deepEqual(judged(early, pods), waits("no pod of the new version is ready yet"));
});

Deno.test("judge() waits for old pods to go, but not for those that are going", () => {
  const old = of("old", true);
  const both = [of("new", true), old];
  assert.deepEqual(
    judged(ready(), both, true),
    waits("pods of the version before still answer: 1"),
  );
  const going = { ...old, metadata: { ...old.metadata as Json, deletionTimestamp: "2026" } };
  assert.deepEqual(judged(ready(), [of("new", true), going], true), { state: "ready" });
});

Deno.test("judge() does not blame the new version for an old pod that fails", () => {
  const status = verdict("BlockedByFailedLoad", "ModelLoadFailed", "no such model");
  const pods = [of("old", false), of("new", false)];
  assert.deepEqual(judged(status, pods), waits("no pod of the new version is ready yet"));
  assert.equal(judged(status, [of("new", false)]).state, "failed");
});

Deno.test("judge() waits for a node with room, and for an image that is tried again", () => {
  const message = "0/3 nodes are available: 3 Insufficient cpu.";
  const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }];
  const unscheduled = judged(verdict("InProgress", "", ""), [of("new", false, { conditions })]);
  assert.deepEqual(
    unscheduled,
    waits(
      `no node has room for the pod (${message}): ask for less CPU and memory, or add a node`,
    ),
  );
  const state = { waiting: { reason: "ErrImagePull", message: "timeout" } };
  const containerStatuses = [{ name: "kserve-container", image: "digits:1", state }];
  const pulling = judged(verdict("InProgress", "", ""), [of("new", false, { containerStatuses })]);
  assert.deepEqual(pulling, waits("digits:1 can't be pulled yet"));
});

Deno.test("judge() tells which conditions are not met", () => {
  const conditions = [
    { type: "IngressReady", status: "False", reason: "NoGateway" },
    { type: "PredictorReady", status: "True" },
    { type: "Ready", status: "False" },
    { type: "Stopped", status: "False" },
  ];
  const status = { deploymentMode: "Standard", conditions };
  assert.deepEqual(judged(status, [of("new", true)], true), waits("IngressReady: NoGateway"));
});

Deno.test("judge() waits in Knative mode until requests go to the newest revision", () => {
  const predictor = { latestCreatedRevision: "r2", latestReadyRevision: "r1" };
  const knative = (changes: Json) =>
    ready({ deploymentMode: "Knative", components: { predictor: { ...predictor, ...changes } } });
  const pods = [of("new", true), of("old", true)];
  assert.deepEqual(judged(knative({}), pods, true), waits("its newest revision is not ready yet"));
  const moving = knative({ latestReadyRevision: "r2", latestRolledoutRevision: "r1" });
  assert.deepEqual(judged(moving, pods, true), waits("requests still go to the revision before"));
  const done = knative({ latestReadyRevision: "r2", latestRolledoutRevision: "r2" });
  assert.deepEqual(judged(done, pods, true), { state: "ready" });
});
