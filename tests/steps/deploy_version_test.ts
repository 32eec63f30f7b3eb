import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { DataError } from "../../lib/base/errors.ts";
import { localHost } from "../../lib/base/local_host.ts";
import type { TrainedModel } from "../../lib/model/trained_model.ts";
import type { ArtifactStore } from "../../lib/pipeline/artifact_store.ts";
import type { Progress } from "../../lib/pipeline/step_context.ts";
import { deployVersion } from "../../lib/steps/deploy_version.ts";
import { openVersion } from "../../lib/steps/open_version.ts";
import { serve } from "../../lib/steps/serve.ts";
import { memoryStore } from "../../lib/store/memory_store.ts";
import { type Place, place } from "../deploy/kserve/place.ts";
import { smallData } from "../model/small_training.ts";
import { arena } from "./arena.ts";
import { smallModel } from "./small_models.ts";

const digits = smallData.train;
const here = { ...localHost({ cacheFolder: "" }), cores: 1 };
const [good, poor] = await Promise.all([
  smallModel(),
  smallModel({ epochs: 1, learningRate: 1e-6 }),
]);

/** What the pods of a service would answer with. */
async function pods(model: TrainedModel, name: string) {
  return await serve(model, { host: here, port: 0, name });
}

/** Where the cluster was told to fetch the model from. */
function uriIn({ server }: Place, name: string): string {
  const { model } = server.spec(name)!["predictor"] as { readonly model: { storageUri: string } };
  return model.storageUri;
}

/** What deploys the models as versions 1, 2 … of `digits`, with answers of the first's. */
async function deployer(models: readonly TrainedModel[], it: Place, url: string) {
  const { registry } = await arena(models);
  const told: Progress[] = [];
  return {
    told,
    async deploy(version: number, settings: { readonly canaryPercent?: number } = {}) {
      const found = (await registry.versions("digits"))[version - 1]!;
      await using model = await openVersion(registry, found, { host: here });
      return await deployVersion(model.predictor, {
        ...settings,
        filesUri: `minio://bucket/${version}/repository`,
        digits,
        runId: "r".repeat(32),
        host: it.host,
        cluster: it.cluster,
        smokeTestUrl: url,
        progress: (progress) => told.push(progress),
      });
    },
  };
}

/** Says the very same and is another model. */
const twin: TrainedModel = {
  ...good,
  description: { ...good.description, training: { ...good.description.training, seed: 8 } },
};

Deno.test("deployVersion() deploys from where the files are and proves the service over the network", async () => {
  await using it = await place();
  await using server = await pods(good, "digits");
  const { deploy, told } = await deployer([good, twin], it, server.url);
  const { url, right, canary } = await deploy(1);
  deepStrictEqual([url, canary], ["http://digits-predictor.team-a.svc.cluster.local", false]);
  ok(right > 0 && right <= 10);
  strictEqual(uriIn(it, "digits"), "s3://bucket/1/repository");
  ok(told.some(({ note }) => note === "asked for version 1"));
  strictEqual((await deploy(2, { canaryPercent: 20 })).canary, true);
});

Deno.test("deployVersion() puts the version before back where the service says something else than the model", async () => {
  await using it = await place();
  await using server = await pods(good, "digits");
  const { deploy } = await deployer([good, poor], it, server.url);
  await deploy(1);
  await rejects(deploy(2), (error) => {
    ok(error instanceof Error);
    match(error.message, /^Cannot put version 2 of digits into service .* where the model says/);
    ok((error.cause as Error).cause instanceof DataError);
    return true;
  });
  strictEqual(uriIn(it, "digits"), "s3://bucket/1/repository");
});

/** A store whose artifacts a cluster could read. */
function s3Like(): ArtifactStore {
  const inner = memoryStore();
  const shown = (uri: string) => `s3://bucket/${uri.slice("memory:".length)}`;
  const own = (uri: string) => `memory:${uri.slice("s3://bucket/".length)}`;
  return {
    ...inner,
    uri: (key) => shown(inner.uri(key)),
    async put(key, files) {
      const info = await inner.put(key, files);
      return { ...info, uri: shown(info.uri) };
    },
    get: (uri) => inner.get(own(uri)),
    filesUri: (uri) => Promise.resolve(`${uri}/files=1`),
  };
}

Deno.test("serve() on KServe stores the model where the cluster reads it, and makes a service of it", async () => {
  await using it = await place();
  await using server = await pods(good, "mine");
  const store = s3Like();
  const shared = { target: "kserve", host: it.host, cluster: it.cluster, store } as const;
  const asked = { ...shared, name: "mine", smokeTestUrl: server.url };
  const { url, canary } = await serve(good, { ...asked, version: 4 });
  deepStrictEqual([url, canary], ["http://mine-predictor.team-a.svc.cluster.local", false]);
  const uri = uriIn(it, "mine");
  match(uri, /^s3:\/\/bucket\/serving\/mine\/4\/[0-9a-f]{64}\/files=1$/);
  deepStrictEqual(Object.keys(await store.get(uri.replace("/files=1", ""))), [
    "mine/config.pbtxt",
    "mine/4/model.onnx",
    "mine/4/model.json",
  ]);
  await rejects(serve(poor, { ...asked, version: 5 }), /where the model says/);
  strictEqual(uriIn(it, "mine"), uri);
});

Deno.test("serve() on KServe refuses a store that the cluster can't read, and stores nothing", async () => {
  const store = memoryStore();
  await rejects(
    serve(good, { target: "kserve", host: here, store }),
    /^UsageError: Cannot serve memory:.* with KServe: .*keep artifacts in S3/,
  );
  deepStrictEqual(await Array.fromAsync(store.list("")), []);
});
