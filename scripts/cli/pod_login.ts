/**
 * How a pod logs in to an MLflow that goes by Kubernetes accounts, as Kubeflow's MLflow plugin
 * sets its pods up.
 *
 * @module
 */
import { join } from "node:path";
import { unlessMissing } from "../../lib/base/unless_missing.ts";
import type { Host } from "../../lib/base/host.ts";
import type { MlflowSettings } from "../../lib/config.ts";
import type { MlflowAuth } from "../../lib/track/mlflow/tracking_uri.ts";
import type { PodVariables } from "./pod_facts.ts";

const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** How a client of MLflow asks. */
export interface PodLogin {
  readonly auth: MlflowAuth;
  /** The machine, which says which workspace it is about. */
  readonly host: Host;
}

/**
 * The login that is set, or the pod's own account where `MLFLOW_TRACKING_AUTH` says so. Its token
 * is read anew before every request: Kubernetes renews it.
 * @param account the folder of the pod's account
 */
export async function podLogin(
  { auth }: Pick<MlflowSettings, "auth">,
  { MLFLOW_TRACKING_AUTH: kind, MLFLOW_WORKSPACE }: PodVariables,
  { host, account = ACCOUNT }: { readonly host: Host; readonly account?: string },
): Promise<PodLogin> {
  const usesAccount = kind === "kubernetes" || kind === "kubernetes-namespaced";
  const namespace = kind === "kubernetes-namespaced"
    ? await unlessMissing(Deno.readTextFile(join(account, "namespace")))
    : undefined;
  const workspace = MLFLOW_WORKSPACE ?? namespace?.trim();
  return {
    auth: auth.kind === "none" && usesAccount
      ? { kind: "bearer", token: () => Deno.readTextFile(join(account, "token")) }
      : auth,
    host: workspace ? withHeader(host, "X-MLFLOW-WORKSPACE", workspace) : host,
  };
}

function withHeader(host: Host, name: string, value: string): Host {
  return {
    ...host,
    fetch(url, options = {}) {
      const headers = new Headers(options.headers);
      headers.set(name, value);
      return host.fetch(url, { ...options, headers });
    },
  };
}
