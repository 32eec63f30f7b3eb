/**
 * Checks what a step asks of its pod: Kubernetes would refuse it only when the
 * step is about to run. Pure.
 *
 * @module
 */
import { showValue } from "./check_values.ts";
import type { PodOptions, Toleration } from "./pod_options.ts";
import { quantityOf } from "./quantity.ts";

const quantity = /^(\d+(\.\d*)?|\.\d+)([numkMGTPE]|[KMGTPE]i)?$/;
const objectName = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const variable = /^[A-Za-z_][A-Za-z0-9_]*$/;
const field = /^(metadata|spec|status)\.\S+$/;
const key = /^[A-Za-z0-9._-]{1,253}$/;
const resource = /^[a-z0-9.-]+\/[A-Za-z0-9._-]+$/;
const labelKey = /^([a-z0-9.-]{1,253}\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;

type Check = (name: string, value: string, pattern: RegExp, wanted: string) => void;

/**
 * Checks a step's pod.
 * @param what begins the error's message: `Cannot add task "train" to pipeline "digits" as`
 * @throws {TypeError} when Kubernetes would not take something.
 */
export function checkPod(what: string, pod: PodOptions): void {
  const check: Check = (name, value, pattern, wanted) => {
    if (typeof value === "string" && pattern.test(value)) return;
    throw new TypeError(`${what} its pod.${name} must be ${wanted}: got ${showValue(value)}`);
  };
  if (pod.image !== undefined) check("image", pod.image, /^\S+$/, "an image's name");
  const policies = /^(Always|IfNotPresent|Never)$/;
  if (pod.pullPolicy !== undefined) {
    check("pullPolicy", pod.pullPolicy, policies, "Always, IfNotPresent or Never");
  }
  for (const name of ["cpu", "memory", "cpuLimit", "memoryLimit"] as const) {
    const value = pod[name];
    if (value !== undefined) check(name, value, quantity, "an amount such as 500m or 4Gi");
  }
  checkLimit(what, "cpu", pod.cpu, pod.cpuLimit);
  checkLimit(what, "memory", pod.memory, pod.memoryLimit);
  if (pod.accelerator !== undefined) {
    const { type, count } = pod.accelerator;
    check("accelerator.type", type, resource, "a resource such as nvidia.com/gpu");
    if (!(Number.isSafeInteger(count) && count >= 1)) {
      throw new TypeError(`${what} its pod.accelerator.count must be 1 or more: got ${count}`);
    }
  }
  for (const name of pod.pullSecrets ?? []) {
    check("pullSecrets", name, objectName, "a Secret's name");
  }
  for (const toleration of pod.tolerations ?? []) checkToleration(what, toleration, check);
  checkVariables(pod, check);
  checkMounts(what, pod, check);
  checkLabels(pod, check);
}

function checkLimit(what: string, name: string, request?: string, limit?: string): void {
  if (request === undefined || limit === undefined) return;
  if (quantityOf(request) <= quantityOf(limit)) return;
  throw new TypeError(
    `${what} its pod.${name} must be at most pod.${name}Limit, ${limit}: got ${request}`,
  );
}

function checkToleration(what: string, toleration: Toleration, check: Check): void {
  const { key, operator = "Equal", value = "", effect } = toleration;
  check("tolerations.operator", operator, /^(Exists|Equal)$/, "Exists or Equal");
  if (effect !== undefined) {
    const effects = /^(NoSchedule|PreferNoSchedule|NoExecute)$/;
    check("tolerations.effect", effect, effects, "NoSchedule, PreferNoSchedule or NoExecute");
  }
  const reason = operator === "Exists"
    ? value !== "" && "Exists has no value"
    : !key && "without a key it is Exists";
  if (reason) {
    throw new TypeError(
      `${what} its pod.tolerations have a wrong operator, as ${reason}: got ${
        showValue(toleration)
      }`,
    );
  }
}

function checkVariables(pod: PodOptions, check: Check): void {
  const { env = {}, fieldEnv = {}, secretEnv = [], configMapEnv = [] } = pod;
  for (const name of Object.keys({ ...env, ...fieldEnv })) {
    check("env", name, variable, "named as a variable");
  }
  for (const [name, value] of Object.entries(env)) check(`env.${name}`, value, /^/, "text");
  for (const [name, path] of Object.entries(fieldEnv)) {
    check(`fieldEnv.${name}`, path, field, "a pod's field such as metadata.name");
  }
  const sources = [
    ...secretEnv.map(({ secret, keys }) => ["secretEnv", "a Secret", secret, keys] as const),
    ...configMapEnv.map(({ configMap, keys }) =>
      ["configMapEnv", "a ConfigMap", configMap, keys] as const
    ),
  ];
  for (const [option, kind, name, keys] of sources) {
    check(option, name, objectName, `the name of ${kind}`);
    for (const [variableName, keyName] of Object.entries(keys)) {
      check(`${option}.keys`, variableName, variable, "named as a variable");
      check(`${option}.keys.${variableName}`, keyName, key, "a key's name");
    }
  }
}

function checkMounts(what: string, pod: PodOptions, check: Check): void {
  const { secretVolumes = [], configMapVolumes = [], volumes = [] } = pod;
  const mounts = [
    ...secretVolumes.map(({ secret, mountPath }) => ["secretVolumes", secret, mountPath] as const),
    ...configMapVolumes.map(({ configMap, mountPath }) =>
      ["configMapVolumes", configMap, mountPath] as const
    ),
    ...volumes.map(({ claim, mountPath }) => ["volumes", claim, mountPath] as const),
  ];
  for (const [option, name, mountPath] of mounts) {
    check(option, name, objectName, "the name of what is mounted");
    check(`${option}.mountPath`, mountPath, /^\/[^:]*$/, "an absolute path");
  }
  for (const { subPath } of volumes) {
    if (subPath === undefined) continue;
    const within = /^(?!\/)(?!(.*\/)?\.\.(\/|$))/;
    check("volumes.subPath", subPath, within, "a path within the volume");
  }
  const paths = mounts.map(([, , mountPath]) => mountPath);
  const twice = paths.find((path, i) => paths.indexOf(path) < i);
  if (twice !== undefined) {
    throw new TypeError(`${what} its pod mounts two volumes at ${twice}: give each its own path`);
  }
}

function checkLabels(pod: PodOptions, check: Check): void {
  for (const option of ["labels", "nodeSelector"] as const) {
    for (const [name, value] of Object.entries(pod[option] ?? {})) {
      check(option, name, labelKey, "a label's name");
      check(`${option}["${name}"]`, value, labelValue, "a label's value, at most 63 characters");
    }
  }
  for (const name of Object.keys(pod.annotations ?? {})) {
    check("annotations", name, labelKey, "an annotation's name");
  }
}
