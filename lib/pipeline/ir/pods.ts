/**
 * Puts together what is asked of a pod in several places. Pure.
 *
 * @module
 */
import { checkPod } from "../check_pod.ts";
import type { PodOptions } from "../pod_options.ts";

const secretName =
  /(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIALS|(SECRET|ACCESS|API|PRIVATE)_KEY)$/i;
/** A user's name and password in a URL. */
export const login = /:\/\/[^/@\s]*:[^/@\s]*@/;

/** What all of them ask for: later ones win where there can be only one, lists are joined. */
export function mergePods(pods: readonly PodOptions[]): PodOptions {
  return pods.reduce((all, pod) => ({
    ...all,
    ...pod,
    ...joinRecords(all, pod),
    ...joinLists(all, pod),
  }));
}

const records = ["env", "fieldEnv", "nodeSelector", "labels", "annotations"] as const;
const lists = [
  ...["pullSecrets", "secretEnv", "configMapEnv", "secretVolumes", "configMapVolumes"] as const,
  ...["volumes", "tolerations"] as const,
];

function joinRecords(a: PodOptions, b: PodOptions): PodOptions {
  return Object.fromEntries(
    records.flatMap((name) => a[name] || b[name] ? [[name, { ...a[name], ...b[name] }]] : []),
  );
}

function joinLists(a: PodOptions, b: PodOptions): PodOptions {
  return Object.fromEntries(
    lists.flatMap((name) =>
      a[name] || b[name] ? [[name, [...a[name] ?? [], ...b[name] ?? []]]] : []
    ),
  );
}

/**
 * Checks a pod before it leaves the machine.
 * @param what begins the error's message
 * @throws {TypeError} when Kubernetes would refuse it, or when a secret would stand in it.
 */
export function checkCompiledPod(what: string, pod: PodOptions): void {
  checkPod(what, pod);
  for (const [name, value] of Object.entries(pod.env ?? {})) {
    if (secretName.test(name) || login.test(value)) {
      throw new TypeError(
        `${what} its variable ${name} looks like a secret, which everybody could read in the ` +
          `compiled pipeline: put it into a Secret and name that in pod.secretEnv`,
      );
    }
  }
}
