import assert from "node:assert/strict";
import { UsageError } from "../../../lib/base/errors.ts";
import { deployModel } from "../../../lib/deploy/kserve/deploy_model.ts";
import {
  deleteService,
  getService,
  listServices,
  promoteCanary,
  rollBackCanary,
  serviceLogs,
} from "../../../lib/deploy/kserve/services.ts";
import type { Json } from "../kubernetes/server_side_apply.ts";
import { place } from "./place.ts";
import { failingFor, knativeController, verdict } from "./test_controller.ts";

interface Spec {
  readonly predictor: Json & {
    readonly name?: string;
    readonly model: { readonly storageUri: string };
  };
  readonly canary?: readonly {
    readonly trafficPercent: number;
    readonly predictor: Spec["predictor"];
  }[];
}

const uriOf = (version: number): string => `s3://models/runs/${version}/repository`;

Deno.test("getService(), listServices() and serviceLogs() show what is served", async () => {
  await using it = await place({ log: "listening\n" });
  assert.equal(await getService(it.cluster, "mnist"), undefined);
  await deployModel(it.version(1));
  const view = await getService(it.cluster, "mnist");
  assert.deepEqual(view, {
    name: "mnist",
    ready: true,
    reason: null,
    version: "1",
    runId: "run-1",
    storageUri: uriOf(1),
    url: "http://mnist-predictor.team-a.svc.cluster.local",
    mode: "Standard",
    canaryPercent: null,
  });
  assert.deepEqual(await listServices(it.cluster), [view]);
  assert.deepEqual([...await serviceLogs(it.cluster, "mnist")], [["new", "listening\n"]]);
  assert.equal(await deleteService(it.cluster, "mnist"), true);
  assert.equal(await deleteService(it.cluster, "mnist"), false);
});

Deno.test("serviceLogs() has nothing of a pod that has not begun, or is gone by now", async () => {
  let code = 400;
  await using it = await place({
    refuse: ({ path }) =>
      path.endsWith("/log") ? { code, message: "no log", details: { kind: "pods" } } : undefined,
  });
  await deployModel(it.version(1));
  for (code of [400, 404]) {
    assert.deepEqual([...await serviceLogs(it.cluster, "mnist")], [["new", ""]]);
  }
});

Deno.test("in Standard mode a canary stands beside the version before, and is promoted", async () => {
  await using it = await place();
  await deployModel(it.version(1, { replicas: { min: 2, max: 4 } }));
  const urls: string[] = [];
  const deployment = await deployModel(it.version(2, {
    canaryPercent: 10,
    replicas: { min: 2, max: 4 },
    smokeTest: (url) => Promise.resolve(void urls.push(url)),
  }));
  assert.equal(deployment.canary, true);
  const { predictor, canary } = it.server.spec("mnist") as unknown as Spec;
  assert.equal(predictor.model.storageUri, uriOf(1));
  const [entry] = canary!;
  assert.equal(entry!.trafficPercent, 10);
  assert.equal(entry!.predictor.model.storageUri, uriOf(2));
  for (const field of ["minReplicas", "maxReplicas", "scaleMetric", "scaleTarget"]) {
    assert(!(field in entry!.predictor), `KServe refuses ${field} there`);
  }
  const name = entry!.predictor.name!;
  assert.match(name, /^v2-[0-9a-f]{5}$/);
  assert.deepEqual(urls, [`http://mnist-${name}-predictor.team-a.svc.cluster.local`]);
  assert.equal((await getService(it.cluster, "mnist"))!.canaryPercent, 10);

  const { version, runId, canaryPercent } = await promoteCanary(it.cluster, "mnist", it);
  assert.deepEqual([version, runId, canaryPercent], ["2", "run-2", null]);
  const promoted = it.server.spec("mnist") as unknown as Spec;
  assert.equal(promoted.canary, undefined);
  assert.equal(promoted.predictor.name, name); // its Deployment goes on
  assert(!("name" in promoted.predictor.model));
  assert.equal(promoted.predictor.maxReplicas, 4);
  assert.equal(promoted.predictor.model.storageUri, uriOf(2));

  await deployModel(it.version(3));
  assert.equal((it.server.spec("mnist") as unknown as Spec).predictor.name, name);
});

Deno.test("in Standard mode a canary is taken back", async () => {
  await using it = await place();
  await deployModel(it.version(1));
  await deployModel(it.version(2, { canaryPercent: 0 }));
  const { canary } = it.server.spec("mnist") as unknown as Spec;
  assert.equal(canary![0]!.predictor.minReplicas, 1); // else there is nothing to try
  const { version, canaryPercent } = await rollBackCanary(it.cluster, "mnist", it);
  assert.deepEqual([version, canaryPercent], ["1", null]);
  assert.deepEqual(Object.keys(it.server.spec("mnist")!), ["predictor"]);
});

Deno.test("in Knative mode a canary is a share of the newest revision, until it is promoted", async () => {
  await using it = await place({ reconcile: knativeController() });
  await deployModel(it.version(1));
  const urls: string[] = [];
  const smokeTest = (url: string) => Promise.resolve(void urls.push(url));
  const deployment = await deployModel(it.version(2, { canaryPercent: 20, smokeTest }));
  assert.deepEqual([deployment.canary, deployment.mode], [true, "Knative"]);
  assert.deepEqual(urls, ["http://latest-mnist-predictor.team-a.svc.cluster.local"]);
  const { predictor, canary } = it.server.spec("mnist") as unknown as Spec;
  assert.equal(predictor.canaryTrafficPercent, 20);
  assert.equal(predictor.model.storageUri, uriOf(2));
  assert.equal(canary, undefined);
  const { canaryPercent } = await promoteCanary(it.cluster, "mnist", it);
  assert.equal(canaryPercent, null);
  const { predictor: promoted } = it.server.spec("mnist") as unknown as Spec;
  assert(!("canaryTrafficPercent" in promoted));
});

Deno.test("in Knative mode a canary that is taken back gets no requests", async () => {
  await using it = await place({ reconcile: knativeController() });
  await deployModel(it.version(1));
  await deployModel(it.version(2, { canaryPercent: 20 }));
  assert.equal((await rollBackCanary(it.cluster, "mnist", it)).canaryPercent, 0);
});

Deno.test("a first version gets all requests, whatever share a canary should have", async () => {
  await using it = await place();
  assert.equal((await deployModel(it.version(1, { canaryPercent: 10 }))).canary, false);
  assert.equal((it.server.spec("mnist") as unknown as Spec).canary, undefined);
});

Deno.test("the version that is served is not made a canary of itself", async () => {
  await using it = await place();
  await deployModel(it.version(1));
  const again = await deployModel(it.version(1, { canaryPercent: 10 }));
  assert.deepEqual([again.canary, again.changed], [false, false]);
});

Deno.test("a canary that fails leaves the version before as it was", async () => {
  const failure = () => ({ status: verdict("InvalidSpec", "NoSupportingRuntime", "none") });
  await using it = await place({ reconcile: failingFor("runs/2/", failure, knativeController()) });
  await deployModel(it.version(1));
  const before = structuredClone(it.server.spec("mnist"));
  await assert.rejects(deployModel(it.version(2, { canaryPercent: 10 })), {
    reason: "NoSupportingRuntime",
  });
  assert.deepEqual(it.server.spec("mnist"), before);
});

Deno.test("promoteCanary() and rollBackCanary() say when there is none", async () => {
  await using it = await place();
  const refused = (says: RegExp) => (error: unknown) => {
    assert(error instanceof UsageError);
    assert.match(error.message, says);
    return true;
  };
  await assert.rejects(promoteCanary(it.cluster, "mnist", it), refused(/Cannot find the service/));
  await deployModel(it.version(1));
  await assert.rejects(
    promoteCanary(it.cluster, "mnist", it),
    refused(/Cannot promote the canary/),
  );
  await assert.rejects(
    rollBackCanary(it.cluster, "mnist", it),
    refused(/Cannot take back the can/),
  );
  await assert.rejects(
    deployModel(it.version(2, { canaryPercent: 101 })),
    refused(/take 0 to 100/),
  );
});
