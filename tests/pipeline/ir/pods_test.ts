import { deepStrictEqual, doesNotThrow, equal, throws } from "node:assert/strict";
import { kubernetesOf, oneStep, specOf } from "./sample.ts";
import { mergePods } from "../../../lib/pipeline/ir/pods.ts";
import type { PodOptions } from "../../../lib/pipeline/pod_options.ts";

const containerOf = (pod: PodOptions) =>
  specOf(oneStep({ pod })).deploymentSpec.executors["exec-say"].container;

Deno.test("a step's resources are there as text and as numbers", () => {
  const { resources } = containerOf({
    ...{ cpu: "500m", cpuLimit: "2", memory: "512Mi", memoryLimit: "1.5G" },
    accelerator: { type: "nvidia.com/gpu", count: 2 },
  });
  deepStrictEqual(resources, {
    ...{ cpuRequest: 0.5, resourceCpuRequest: "500m", cpuLimit: 2, resourceCpuLimit: "2" },
    ...{ memoryRequest: 0.536870912, resourceMemoryRequest: "512Mi" },
    ...{ memoryLimit: 1.5, resourceMemoryLimit: "1.5G" },
    accelerator: {
      ...{ type: "nvidia.com/gpu", resourceType: "nvidia.com/gpu" },
      ...{ count: "2", resourceCount: "2" },
    },
  });
  equal(containerOf({ cpu: "100m" }).resources.cpuRequest, 0.1);
  equal(containerOf({ memory: "1000000" }).resources.memoryRequest, 0.001);
});

Deno.test("a step's image and variables are its own before the pipeline's", () => {
  const pipeline = oneStep({ pod: { image: "other:2", env: { B: "2" } } });
  const { container } = specOf(pipeline, {
    pod: { env: { A: "1", B: "1" } },
    podOf: ({ id }) => ({ env: { C: id } }),
  }).deploymentSpec.executors["exec-say"];
  equal(container.image, "other:2");
  deepStrictEqual(container.env, [
    ...[{ name: "A", value: "1" }, { name: "B", value: "2" }, { name: "C", value: "say" }],
  ]);
});

Deno.test("secrets are named, never held", () => {
  const pipeline = oneStep({
    pod: { secretEnv: [{ secret: "keys", keys: { S3_USER: "user" }, optional: true }] },
  });
  deepStrictEqual(kubernetesOf(pipeline), {
    secretAsEnv: [{
      secretName: "keys",
      secretNameParameter: { runtimeValue: { constant: "keys" } },
      keyToEnv: [{ secretKey: "user", envVar: "S3_USER" }],
      optional: true,
    }],
  });
});

Deno.test("compilePipeline() refuses a variable that looks like a secret", () => {
  for (const name of ["MINIO_SECRET_KEY", "API_TOKEN", "password", "AWS_ACCESS_KEY"]) {
    throws(
      () => containerOf({ env: { [name]: "hush" } }),
      ({ message }: Error) =>
        message.includes(`variable ${name} looks like a secret`) &&
        /pod\.secretEnv/.test(message) && !/hush/.test(message),
    );
  }
  throws(
    () => specOf(oneStep({}), { pod: { env: { URL: "https://ann:hush@example.com" } } }),
    /variable URL looks like a secret/,
  );
  equal(containerOf({ env: { TOKENIZER: "fast", URL: "https://example.com" } }).env.length, 2);
});

Deno.test("compilePipeline() refuses pod options that Kubernetes would", () => {
  const refuse = (pod: PodOptions) => () => specOf(oneStep({}), { pod });
  throws(refuse({ cpu: "much" }), /task "say" its pod.cpu must be an amount/);
  throws(refuse({ env: { "a-b": "" } }), /its pod.env must be named as a variable/);
  throws(refuse({ env: { A: 1 as never } }), /its pod.env.A must be text: got 1/);
  throws(refuse({ fieldEnv: { A: "name" } }), /its pod.fieldEnv.A must be a pod's field/);
  throws(refuse({ secretEnv: [{ secret: "A_B", keys: {} }] }), /must be the name of a Secret/);
  throws(refuse({ pullSecrets: ["A_B"] }), /its pod.pullSecrets must be a Secret's name/);
  throws(refuse({ pullPolicy: "always" as never }), /Always, IfNotPresent or Never: got "always"/);
  throws(refuse({ cpu: "1500m", cpuLimit: "1" }), /at most pod.cpuLimit, 1: got 1500m/);
  throws(refuse({ memory: "1Gi", memoryLimit: "1G" }), /at most pod.memoryLimit, 1G: got 1Gi/);
  for (const subPath of ["/a", "..", "a/../b"]) {
    const volumes = [{ claim: "data", mountPath: "/data", subPath }];
    throws(refuse({ volumes }), /its pod.volumes.subPath must be a path within the volume/);
  }
  for (const toleration of [{}, { operator: "Exists", value: "a" }, { value: "a" }] as const) {
    throws(refuse({ tolerations: [toleration] }), /its pod.tolerations have a wrong operator/);
  }
  throws(refuse({ tolerations: [{ key: "a", effect: "No" as never }] }), /must be NoSchedule, /);
  doesNotThrow(refuse({
    ...{ cpu: "1", cpuLimit: "1000m", memory: "1G", memoryLimit: "1Gi", pullPolicy: "Never" },
    volumes: [{ claim: "data", mountPath: "/data", subPath: "a/..b" }],
    tolerations: [{ operator: "Exists" }, { key: "gpu", value: "a", effect: "NoSchedule" }],
  }));
});

Deno.test("mergePods() joins lists and records, and lets the later one win", () => {
  const merged = mergePods([
    { cpu: "1", labels: { a: "1", b: "1" }, secretEnv: [{ secret: "x", keys: {} }] },
    { cpu: "2", labels: { b: "2" }, secretEnv: [{ secret: "y", keys: {} }] },
    {},
  ]);
  deepStrictEqual(merged, {
    cpu: "2",
    labels: { a: "1", b: "2" },
    secretEnv: [{ secret: "x", keys: {} }, { secret: "y", keys: {} }],
  });
});

Deno.test("retries are with pauses, and time-outs for each attempt", () => {
  const pipeline = oneStep({ retries: 2, timeoutMs: 90_000 });
  deepStrictEqual(specOf(pipeline).root.dag.tasks.say.retryPolicy, {
    ...{ maxRetryCount: 2, backoffDuration: "1s", backoffFactor: 2 },
    backoffMaxDuration: "3600s",
  });
  deepStrictEqual(kubernetesOf(pipeline), { activeDeadlineSeconds: "90" });
});
