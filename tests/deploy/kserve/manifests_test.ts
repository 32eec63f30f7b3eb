/** The manifests in `deploy/` against the names and rights that the library uses. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { loadAllYaml } from "@kubernetes/client-node";
import { SETTINGS } from "../../../lib/config.ts";
import { inferenceService } from "../../../lib/deploy/kserve/inference_service.ts";
import {
  DEPLOYER_ROLE,
  OWN_RUNTIME,
  SERVING_ACCOUNT,
  STEP_SECRET,
} from "../../../lib/deploy/kserve/names.ts";
import { DEPLOYER_RIGHTS } from "../../../lib/deploy/kserve/rights.ts";
import { KINDS } from "../../../lib/deploy/kubernetes/kube_object.ts";
import type { Json } from "../kubernetes/server_side_apply.ts";

const folder = fileURLToPath(new URL("../../../deploy/", import.meta.url));

interface Manifest extends Json {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Record<string, string> };
}

async function manifests(): Promise<ReadonlyMap<string, Manifest>> {
  const found = new Map<string, Manifest>();
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".yaml") || name === "kustomization.yaml") continue;
    const text = await Deno.readTextFile(folder + name);
    for (const object of structuredClone(loadAllYaml(text)) as readonly Manifest[]) {
      found.set(`${object.kind} ${object.metadata.name}`, object);
    }
  }
  return found;
}

Deno.test("deploy/ has every object that the library names, and no other", async () => {
  assert.deepEqual([...(await manifests()).keys()].sort(), [
    `Role ${DEPLOYER_ROLE}`,
    `RoleBinding ${DEPLOYER_ROLE}`,
    `Secret ${STEP_SECRET}`,
    `Secret ${SERVING_ACCOUNT}`,
    `ServiceAccount ${SERVING_ACCOUNT}`,
    `ServingRuntime ${OWN_RUNTIME}`,
  ]);
});

Deno.test("kustomization.yaml lists every manifest but the Secrets", async () => {
  const text = await Deno.readTextFile(`${folder}kustomization.yaml`);
  const [{ resources, images }] = loadAllYaml(text) as unknown as readonly [
    {
      readonly resources: readonly string[];
      readonly images: readonly { readonly name: string }[];
    },
  ];
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name)
    .filter((name) => name.endsWith(".yaml"));
  assert.deepEqual(
    [...resources, "kustomization.yaml", "secrets.yaml"].sort(),
    names.sort(),
  );
  const runtime = (await manifests()).get(`ServingRuntime ${OWN_RUNTIME}`)!;
  const [container] = (runtime.spec as { containers: readonly { image: string }[] }).containers;
  assert.equal(images[0]!.name, container!.image);
});

Deno.test("the Role grants what a deployment does, and nothing else", async () => {
  const role = (await manifests()).get(`Role ${DEPLOYER_ROLE}`)! as unknown as {
    readonly rules: readonly Record<"apiGroups" | "resources" | "verbs", readonly string[]>[];
  };
  const granted = role.rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`))
    )
  );
  const needed = DEPLOYER_RIGHTS.map(({ verb, group, resource, subresource }) =>
    `${verb} ${group}/${resource}${subresource === undefined ? "" : `/${subresource}`}`
  );
  assert.deepEqual(granted.sort(), needed.sort());
});

Deno.test("the RoleBinding gives the Role to Kubeflow's account", async () => {
  const { roleRef, subjects } = (await manifests()).get(`RoleBinding ${DEPLOYER_ROLE}`)!;
  assert.deepEqual(roleRef, {
    apiGroup: "rbac.authorization.k8s.io",
    kind: "Role",
    name: DEPLOYER_ROLE,
  });
  assert.deepEqual(subjects, [
    { kind: "ServiceAccount", name: "pipeline-runner", namespace: "kubeflow" },
  ]);
});

Deno.test("the ServingRuntime serves what our InferenceService asks for", async () => {
  const runtime = (await manifests()).get(`ServingRuntime ${OWN_RUNTIME}`)!;
  const spec = runtime.spec as {
    readonly supportedModelFormats: readonly Json[];
    readonly protocolVersions: readonly string[];
    readonly containers: readonly { readonly name: string; readonly args: readonly string[] }[];
  };
  const { apiVersion, kind } = KINDS.servingRuntime;
  assert.deepEqual([runtime.apiVersion, runtime.kind], [apiVersion, kind]);
  const { spec: { predictor } } = inferenceService({
    name: "mnist",
    storageUri: "s3://a/b",
    version: "1",
    runId: "r",
  });
  const { modelFormat, runtime: named, protocolVersion } = predictor.model!;
  assert.equal(named, runtime.metadata.name);
  assert.deepEqual(spec.supportedModelFormats, [{ ...modelFormat as Json, autoSelect: false }]);
  assert.deepEqual(spec.protocolVersions, ["v1", "v2"]);
  assert(spec.protocolVersions.includes(String(protocolVersion)));
  assert.deepEqual(spec.containers.map(({ name }) => name), ["kserve-container"]);
  assert.deepEqual(spec.containers[0]!.args, [
    "serve",
    "--model=/mnt/models",
    "--name={{.Name}}",
    "--host=0.0.0.0",
    "--port=8080",
  ]);
});

Deno.test("the Secrets hold no values, and only names that are read", async () => {
  const all = await manifests();
  for (const name of [STEP_SECRET, SERVING_ACCOUNT]) {
    const { stringData, data } = all.get(`Secret ${name}`)! as unknown as {
      readonly stringData: Record<string, string>;
      readonly data?: unknown;
    };
    assert.equal(data, undefined);
    assert(Object.values(stringData).every((value) => value === ""));
    const known = name === STEP_SECRET
      ? Object.keys(SETTINGS)
      : ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    assert.deepEqual(Object.keys(stringData).filter((key) => !known.includes(key)), []);
  }
  const { annotations = {} } = all.get(`Secret ${SERVING_ACCOUNT}`)!.metadata;
  assert.deepEqual(Object.keys(annotations), [
    "serving.kserve.io/s3-endpoint",
    "serving.kserve.io/s3-usehttps",
    "serving.kserve.io/s3-region",
    "serving.kserve.io/s3-usevirtualbucket",
  ]);
  assert.doesNotMatch(annotations["serving.kserve.io/s3-endpoint"]!, /:\/\//);
});

Deno.test("the ServingRuntime starts the server as the image does by itself", async () => {
  const text = await Deno.readTextFile(`${folder}../Containerfile`);
  const [, words] = /^CMD (\[[^\]]*\])/m.exec(text.replaceAll(/\\\n\s*/g, "")) ?? [];
  const own = JSON.parse(words!) as readonly string[];
  const runtime = (await manifests()).get(`ServingRuntime ${OWN_RUNTIME}`)!;
  const [container] =
    (runtime.spec as { containers: readonly { readonly command: readonly string[] }[] }).containers;
  assert.deepEqual(container!.command, own.slice(0, own.indexOf("scripts/main.ts") + 1));
});
