/**
 * How requests to Kubeflow Pipelines say who asks.
 *
 * @module
 */
import type { Disk } from "../../base/host.ts";
import { UnavailableError } from "../../base/errors.ts";

/** How requests say who asks. */
export type KubeflowAuth =
  | { readonly kind: "none" }
  /** A function is asked before every request, so that a token may be renewed. */
  | { readonly kind: "bearer"; readonly token: string | (() => string | Promise<string>) }
  /** The token that Kubernetes mounts into a pod; it is renewed there, so it is read every time. */
  | { readonly kind: "in-cluster"; readonly path?: string }
  /** Such as a login's cookie, or the user's name where a proxy is trusted to give it. */
  | { readonly kind: "headers"; readonly headers: Readonly<Record<string, string>> };

/** Where Kubeflow's PodDefault mounts a token for its own API. */
export const TOKEN_PATH = "/var/run/secrets/kubeflow/pipelines/token";

/**
 * The headers that log in; none without a login.
 *
 * @throws {UnavailableError} when there is no token where it should be mounted.
 */
export async function authorization(
  auth: KubeflowAuth,
  disk: Pick<Disk, "read">,
): Promise<Readonly<Record<string, string>>> {
  switch (auth.kind) {
    case "none":
      return {};
    case "headers":
      return auth.headers;
    case "bearer":
      return bearer(typeof auth.token === "string" ? auth.token : await auth.token());
    case "in-cluster": {
      const { path = TOKEN_PATH } = auth;
      const bytes = await disk.read(path);
      if (bytes !== undefined) return bearer(new TextDecoder().decode(bytes));
      throw new UnavailableError(
        `Cannot log in to Kubeflow Pipelines as there is no token in ${path}: let the pod mount ` +
          "one (a notebook's configuration that allows access to Kubeflow Pipelines), or set " +
          "KFP_TOKEN",
      );
    }
  }
}

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token.trim()}` };
}
