import assert from "node:assert/strict";
import { DataError, UnavailableError, UsageError } from "../../../lib/base/errors.ts";
import { DeployError } from "../../../lib/deploy/kserve/deploy_error.ts";
import { deployModel, type DeployOptions } from "../../../lib/deploy/kserve/deploy_model.ts";
import { KINDS } from "../../../lib/deploy/kubernetes/kube_object.ts";
import { connect } from "../../../lib/serve/client.ts";
import { createHandler } from "../../../lib/serve/handler.ts";
import { listen } from "../../../lib/serve/listen.ts";
import { sumPredictor } from "../../serve/fake_predictor.ts";
import type { Json } from "../kubernetes/server_side_apply.ts";
import type { Reconciled } from "../kubernetes/test_cluster.ts";
import { place } from "./place.ts";
import { failingFor, pod, standardController, verdict } from "./test_controller.ts";

async function failureOf(options: DeployOptions): Promise<DeployError> {
  try {
    await deployModel(options);
  } catch (error) {
    assert(error instanceof DeployError, String(error));
    return error;
  }
  throw new Error("it came into service");
}

/** What somebody else might apply. */
const wanted = (predictor: Json) => ({
  apiVersion: KINDS.inferenceService.apiVersion,
  kind: KINDS.inferenceService.kind,
  metadata: { name: "mnist" },
  spec: { predictor },
});

const uriOf = (spec: Json | undefined): unknown =>
  (spec?.predictor as { model: { storageUri: string } } | undefined)?.model.storageUri;

Deno.test("deployModel() makes a service, and waits until pods with the version answer", async () => {
  await using it = await place();
  const deployment = await deployModel(it.version(1));
  assert.deepEqual(deployment, {
    name: "mnist",
    namespace: "team-a",
    url: "http://mnist-predictor.team-a.svc.cluster.local",
    externalUrl: "http://mnist-team-a.example.com",
    version: "1",
    mode: "Standard",
    canary: false,
    changed: true,
  });
  assert.equal(uriOf(it.server.spec("mnist")), "s3://models/runs/1/repository");
  assert.deepEqual(it.said, ["asked for version 1", "no pod of the new version is ready yet"]);
});

Deno.test("deployModel() changes nothing the second time", async () => {
  await using it = await place();
  await deployModel(it.version(1));
  const { changed } = await deployModel(it.version(1));
  assert.equal(changed, false);
  assert.equal(it.said.at(-1), "version 1 is there already");
});

Deno.test("deployModel() waits for the last old pod, though KServe says Ready all the time", async () => {
  await using it = await place();
  await deployModel(it.version(1));
  const waited = it.host.waits.length;
  const deployment = await deployModel(it.version(2));
  assert.equal(deployment.version, "2");
  assert(it.host.waits.length > waited);
  assert.equal(uriOf(it.server.spec("mnist")), "s3://models/runs/2/repository");
});

Deno.test("deployModel() tries the version through our own client, on a real server", async () => {
  const stop = new AbortController();
  await using server = listen(createHandler({ models: [sumPredictor()] }), {
    port: 0,
    signal: stop.signal,
  });
  await using it = await place();
  const labels: string[] = [];
  await deployModel(it.version(1, {
    smokeTestUrl: server.url,
    async smokeTest(url) {
      const client = connect(url, { model: "sum", host: it.host });
      const [prediction] = await client.predict([Uint8Array.of(1, 2, 0, 0, 0, 0)]);
      labels.push(prediction!.label);
    },
  }));
  assert.deepEqual(labels, ["3"]);
});

Deno.test("deployModel() puts the version before back when the smoke test fails", async () => {
  await using it = await place();
  await deployModel(it.version(1));
  const error = await failureOf(
    it.version(2, {
      smokeTest: () => Promise.reject(new DataError("it takes a 7 for a 1")),
    }),
  );
  assert.equal(error.reason, "SmokeTestFailed");
  assert.equal(
    error.message,
    "Cannot put version 2 of mnist into service in team-a: its smoke test at " +
      "http://mnist-predictor.team-a.svc.cluster.local fails: it takes a 7 for a 1; version 1 " +
      "answers again",
  );
  assert.equal(uriOf(it.server.spec("mnist")), "s3://models/runs/1/repository");
});

Deno.test("deployModel() tries again while the service's route is not there yet", async () => {
  await using it = await place();
  let tries = 0;
  const smokeTest = () =>
    ++tries < 3 ? Promise.reject(new UnavailableError("no route")) : Promise.resolve();
  await deployModel(it.version(1, { smokeTest }));
  assert.equal(tries, 3);
});

Deno.test("deployModel() deletes a first version that fails", async () => {
  await using it = await place();
  const error = await failureOf(
    it.version(1, { smokeTest: () => Promise.reject(new DataError("no")) }),
  );
  assert.match(error.message, /; it was deleted again, as it was not there before$/);
  assert.equal(it.server.spec("mnist"), undefined);
});

Deno.test("deployModel() puts the version before back on Ctrl-C", async () => {
  await using it = await place();
  await deployModel(it.version(1));
  const controller = new AbortController();
  const reason = new DOMException("Interrupted", "AbortError");
  const options = it.version(2, {
    signal: controller.signal,
    smokeTest() {
      controller.abort(reason);
      return Promise.reject(reason);
    },
  });
  await assert.rejects(deployModel(options), reason);
  assert.equal(uriOf(it.server.spec("mnist")), "s3://models/runs/1/repository");
});

Deno.test("deployModel() leaves nothing of a change that was given up before its answer came", async () => {
  const controller = new AbortController();
  const reason = new DOMException("Interrupted", "AbortError");
  await using it = await place({
    mutate: ({ metadata }) => { // the change is being made when Ctrl-C comes
      const { annotations } = metadata as { annotations: Readonly<Record<string, string>> };
      if (annotations["fourdotinfinity/run-id"] === "run-2") controller.abort(reason);
    },
  });
  const { signal } = controller;
  await assert.rejects(deployModel(it.version(2, { signal })), reason);
  assert.equal(it.server.spec("mnist"), undefined);
  assert.equal(it.said.at(-1), "it was deleted again, as it was not there before");
});

Deno.test("deployModel() undoes a change whose answers are all lost", async () => {
  let lost = false;
  await using it = await place({
    mutate: ({ metadata }) => {
      const { annotations } = metadata as { annotations: Readonly<Record<string, string>> };
      if (lost && annotations["fourdotinfinity/run-id"] === "run-2") throw new Error("lost");
    },
  });
  await deployModel(it.version(1));
  lost = true;
  const error = await failureOf(it.version(2));
  assert.match(error.message, /: the cluster answered 500: Error: lost; nothing was changed$/);
  assert.equal(uriOf(it.server.spec("mnist")), "s3://models/runs/1/repository");
});

const crash = (container: string, terminated: Json): Json => ({
  name: container,
  image: "registry.example/digits:1",
  state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 10s" } },
  lastState: { terminated },
});

const failures: Readonly<
  Record<string, {
    readonly reason: string;
    readonly says: RegExp;
    readonly status?: Json;
    readonly pod?: Json;
  }>
> = {
  "a runtime that is not there": {
    reason: "RuntimeNotRecognized",
    says:
      /KServe says RuntimeNotRecognized \(Waiting for runtime to become available\): the cluster has no such ServingRuntime: apply that in deploy\//,
    status: verdict(
      "InvalidSpec",
      "RuntimeNotRecognized",
      "Waiting for runtime to become available",
    ),
  },
  "a format that no runtime loads": {
    reason: "NoSupportingRuntime",
    says: /no runtime in the cluster loads such a model/,
    status: verdict("InvalidSpec", "NoSupportingRuntime", "No runtime found"),
  },
  "a model that is not in the bucket": {
    reason: "ModelLoadFailed",
    says:
      /KServe says ModelLoadFailed \(RuntimeError: Failed to fetch model\): is the model in the bucket/,
    status: verdict(
      "BlockedByFailedLoad",
      "ModelLoadFailed",
      "Traceback\n  File x\nRuntimeError: Failed to fetch model",
    ),
  },
  "what the pod's own log says of the model": {
    reason: "CrashLoopBackOff",
    says:
      /storage-initializer fails as it ends again and again with exit code 1: no bucket: is the model in the bucket.* \(its log ends: last line of the log\)/,
    status: verdict("BlockedByFailedLoad", "ModelLoadFailed", ""),
    pod: {
      initContainerStatuses: [crash("storage-initializer", { exitCode: 1, message: "no bucket" })],
    },
  },
  "an image that can't be pulled": {
    reason: "ImagePullBackOff",
    says:
      /the image registry\.example\/digits:1 can't be pulled \(ImagePullBackOff: not found\): is DIGITS_IMAGE right/,
    pod: {
      containerStatuses: [{
        name: "kserve-container",
        image: "registry.example/digits:1",
        state: { waiting: { reason: "ImagePullBackOff", message: "not found" } },
      }],
    },
  },
  "too little memory": {
    reason: "OOMKilled",
    says: /kserve-container fails as it ran out of memory: raise resources\.limits\.memory/,
    pod: { containerStatuses: [crash("kserve-container", { reason: "OOMKilled", exitCode: 137 })] },
  },
  "a Secret that is missing": {
    reason: "CreateContainerConfigError",
    says: /storage-initializer can't be started \(secret "x" not found\): apply the Secrets/,
    pod: {
      initContainerStatuses: [{
        name: "storage-initializer",
        state: {
          waiting: { reason: "CreateContainerConfigError", message: 'secret "x" not found' },
        },
      }],
    },
  },
  "a quota that its pods are over": {
    reason: "QuotaExceeded",
    says: /the namespace's quota is used up \(pods "a" is forbidden: exceeded quota: team\): ask/,
    status: {
      deploymentMode: "Standard",
      conditions: [
        {
          type: "PredictorReady",
          status: "False",
          reason: "FailedCreate",
          message: 'pods "a" is forbidden: exceeded quota: team',
        },
        { type: "Ready", status: "False" },
      ],
    },
  },
};

for (const [what, { reason, says, status, pod: podStatus }] of Object.entries(failures)) {
  Deno.test(`deployModel() ends at once with ${what}, and puts the version before back`, async () => {
    const failure = (service: Json): Reconciled => {
      const { predictor } = service.spec as { predictor: Json };
      return {
        status: status ?? verdict("InProgress", "", ""),
        pods: podStatus ? [pod("new", predictor.labels, false, podStatus)] : [],
      };
    };
    await using it = await place({
      reconcile: failingFor("runs/2/", failure),
      log: "first line\nlast line of the log\n",
    });
    await deployModel(it.version(1));
    const waited = it.host.waits.length;
    const error = await failureOf(it.version(2));
    assert.equal(error.reason, reason);
    assert.match(error.message, says);
    assert.match(error.message, /; version 1 answers again$/);
    assert.equal(uriOf(it.server.spec("mnist")), "s3://models/runs/1/repository");
    assert(it.host.waits.length - waited < 5);
  });
}

Deno.test("deployModel() gives up in time, with what is lacking and the last warning", async () => {
  const failure = () => ({ status: undefined });
  await using it = await place({ reconcile: failingFor("runs/1/", failure) });
  for (const [name, minute] of [["a", 3], ["b", 7], ["c", 5]] as const) {
    const path = `/api/v1/namespaces/team-a/events/${name}`;
    const lastTimestamp = `2026-11-24T00:0${minute}:00Z`;
    const object = {
      metadata: { name },
      type: "Warning",
      message: `warning ${name}`,
      lastTimestamp,
    };
    it.server.objects.set(path, { object, owners: new Map(), looks: 0, pods: [] });
  }
  const error = await failureOf(it.version(1, { timeoutMs: 60_000 }));
  assert.equal(error.reason, "TimedOut");
  assert.match(
    error.message,
    /not ready within 60 s: KServe has not seen it yet \(last warning: warning b\)/,
  );
});

Deno.test("deployModel() does not take an old verdict for one on the new version", async () => {
  const well = standardController();
  const old = verdict("BlockedByFailedLoad", "ModelLoadFailed", "the old model");
  await using it = await place({
    reconcile: (service, looks, generation) =>
      JSON.stringify(service.spec).includes("runs/1/") || looks < 2
        ? { status: structuredClone(old) }
        : well(service, looks, generation),
  });
  await it.cluster.apply(
    KINDS.inferenceService,
    wanted({ model: { storageUri: "s3://models/runs/1/repository" } }),
    {
      manager: "digits-recognizer",
    },
  );
  assert.equal((await deployModel(it.version(2))).version, "2");
});

Deno.test("deployModel() goes on when the API server is away for a moment", async () => {
  let down = 0;
  await using it = await place({
    refuse: ({ method }) =>
      method === "GET" && down-- > 0 ? { code: 503, message: "apiserver restarts" } : undefined,
  });
  const progress = (message: string) => {
    if (message.startsWith("asked")) down = 8;
  };
  assert.equal((await deployModel(it.version(1, { progress }))).version, "1");
});

Deno.test("deployModel() changes nothing where it may not look at the pods", async () => {
  await using it = await place({ forbidden: ["list pods"] });
  await assert.rejects(deployModel(it.version(1)), { failure: "forbidden" });
  assert.equal(it.server.spec("mnist"), undefined);
});

Deno.test("deployModel() asks before it overwrites what people have set", async () => {
  await using it = await place();
  await deployModel(it.version(1));
  const theirs = wanted({ maxReplicas: 5 });
  await it.cluster.apply(KINDS.inferenceService, theirs, { manager: "kubectl" });
  const options = it.version(2, { replicas: { min: 1, max: 2 } });
  await assert.rejects(deployModel(options), { failure: "conflict" });
  assert.equal(uriOf(it.server.spec("mnist")), "s3://models/runs/1/repository");
  await deployModel({ ...options, force: true });
  assert.equal((it.server.spec("mnist")!.predictor as Json).maxReplicas, 2);
});

Deno.test("deployModel() may change what the webhook has filled in for it", async () => {
  const mutate = (object: Json) => {
    const { model } = (object.spec as { predictor: { model: Json } }).predictor;
    model.resources ??= { requests: { cpu: "1", memory: "2Gi" } };
  };
  await using it = await place({ mutate });
  await deployModel(it.version(1));
  const requests = { cpu: "500m", memory: "512Mi" };
  await deployModel(it.version(2, { resources: { requests } }));
  const { model } = it.server.spec("mnist")!.predictor as { model: Json };
  assert.deepEqual(model.resources, { requests });
});

Deno.test("deployModel() refuses a folder of this machine before it asks the cluster", async () => {
  await using it = await place();
  const options = it.version(1, { storageUri: "file:///tmp/models/1" });
  await assert.rejects(deployModel(options), (error) => {
    assert(error instanceof UsageError);
    assert.match(error.message, /pods can't see this machine's folders: keep artifacts in S3/);
    return true;
  });
  assert.deepEqual(it.server.asked, []);
});

Deno.test("deployModel() waits until a service that was deleted is gone", async () => {
  await using it = await place({ lingering: 3 });
  await deployModel(it.version(1));
  await it.cluster.delete(KINDS.inferenceService, "mnist");
  await deployModel(it.version(2));
  assert(it.said.includes("waits until the service that was deleted is gone"));
  assert.equal(uriOf(it.server.spec("mnist")), "s3://models/runs/2/repository");
});
