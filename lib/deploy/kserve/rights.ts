/**
 * What an account must be allowed to deploy; the Role in `deploy/` grants it.
 *
 * @module
 */
import type { Right } from "../kubernetes/cluster.ts";
import { groupOf, type Kind, KINDS } from "../kubernetes/kube_object.ts";

/** Every right that `deployModel()` and what goes with it use. */
export const DEPLOYER_RIGHTS: readonly Right[] = [
  ...rights(KINDS.inferenceService, ["get", "list", "create", "patch", "delete"]),
  ...rights(KINDS.pod, ["get", "list"]),
  ...rights(KINDS.event, ["get", "list"]),
  { ...right(KINDS.pod, "get"), subresource: "log" },
];

function rights(kind: Kind, verbs: readonly string[]): readonly Right[] {
  return verbs.map((verb) => right(kind, verb));
}

function right({ apiVersion, plural }: Kind, verb: string): Right {
  return { verb, group: groupOf(apiVersion), resource: plural };
}
