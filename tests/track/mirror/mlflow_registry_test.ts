import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { DataError } from "../../../lib/base/errors.ts";
import { MlflowClient } from "../../../lib/track/mlflow/mlflow_client.ts";
import { mlflowRegistry } from "../../../lib/track/mirror/mlflow_registry.ts";
import { someInterface, testRegistry } from "../registry_contract.ts";
import { FakeMlflow } from "./fake_mlflow.ts";
import { bytes } from "./mirrored_home.ts";

function openRegistry(server: FakeMlflow) {
  const host = server.host(() => 0);
  const client = new MlflowClient({ trackingUri: server.url, host });
  return { client, registry: mlflowRegistry(client) };
}

for (const version of ["3.17.2", "2.22.0"]) {
  testRegistry(`mlflowRegistry() on MLflow ${version}`, () => {
    const server = new FakeMlflow();
    server.version = version;
    const { registry } = openRegistry(server);
    return Promise.resolve({ registry, [Symbol.asyncDispose]: () => Promise.resolve() });
  });
}

const files = { "model.onnx": bytes("network"), "model.json": bytes("{}") };
const about = { runId: "", tags: {} };

Deno.test("mlflowRegistry() makes a version whole again when the same files are registered", async () => {
  const server = new FakeMlflow();
  const { registry } = openRegistry(server);
  const version = await registry.register("digits", files, about);
  const [place] = [...server.files.keys()].filter((path) => path.endsWith("model.onnx"));
  server.files.set(place!, bytes("netwerk"));
  await rejects(
    registry.files(version),
    new DataError(
      'Cannot read version 1 of model "digits" as its files are not what was registered: ' +
        "register it again",
    ),
  );
  strictEqual(await registry.find("digits", version.sha256), undefined);
  server.files.delete(place!);
  strictEqual(await registry.find("digits", version.sha256), undefined);
  deepStrictEqual(await registry.register("digits", files, about), version);
  deepStrictEqual(await registry.files(version), files);
});

Deno.test("mlflowRegistry() lists versions of other programs, but does not read them", async () => {
  const server = new FakeMlflow();
  const { client, registry } = openRegistry(server);
  await client.registry.ensureModel("digits");
  await client.registry.createVersion({
    name: "digits",
    source: "s3://elsewhere",
    runId: "theirs",
  });
  await client.registry.setAlias("digits", "champion", 1);
  const champion = await registry.alias("digits", "champion");
  deepStrictEqual([champion!.version, champion!.sha256, champion!.runId], [1, "", "theirs"]);
  await rejects(
    registry.files(champion!),
    /^DataError: Cannot read version 1 of model "digits" in MLflow as another program registered/,
  );
  strictEqual((await registry.register("digits", files, about)).version, 2);
  deepStrictEqual(await registry.aliasHistory("digits", "champion"), [1]);
});

Deno.test("mlflowRegistry() keeps one of two versions that two programs make at once", async () => {
  const server = new FakeMlflow();
  const registries = [openRegistry(server).registry, openRegistry(server).registry];
  const versions = await Promise.all(
    registries.map((registry) => registry.register("digits", files, about)),
  );
  deepStrictEqual(versions.map(({ version }) => version), [1, 1]);
  strictEqual((await registries[0]!.versions("digits")).length, 1);
});

Deno.test("mlflowRegistry() leaves a model that MLflow's own clients can load", async () => {
  const server = new FakeMlflow();
  const { registry } = openRegistry(server);
  await registry.register("digits", files, { ...about, interface: someInterface });
  const names = [...server.files.keys()].map((path) => path.split("/artifacts/")[1]).sort();
  ok(
    ["MLmodel", "input_example.json", "model.json", "requirements.txt"].every((name) =>
      names.includes(name)
    ),
    names.join(),
  );
});
