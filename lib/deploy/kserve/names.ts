/**
 * Names that the manifests in `deploy/` and the objects made here must agree on.
 *
 * @module
 */

/** What owns the fields that we set in the cluster. */
export const MANAGER = "digits-recognizer";

/** The Secret that steps read their settings from. */
export const STEP_SECRET = "digits-recognizer";

/** The Secret and the ServiceAccount that KServe fetches models with. */
export const SERVING_ACCOUNT = "digits-recognizer-serving";

/** The ServingRuntime of our own server. */
export const OWN_RUNTIME = "digits-recognizer";

/** The Role of accounts that deploy, and its RoleBinding. */
export const DEPLOYER_ROLE = "digits-recognizer-deployer";

/** Which model version a service or a pod serves. */
export const VERSION_LABEL = "fourdotinfinity/model-version";

/** Which run made it. */
export const RUN_LABEL = "fourdotinfinity/run-id";

/** What tells pods of one specification from those of another. */
export const REVISION_LABEL = "fourdotinfinity/revision";

/** What KServe marks a service's pods with. */
export const SERVICE_LABEL = "serving.kserve.io/inferenceservice";

/** Kubernetes takes at most 63 letters, digits, `-`, `_` and `.` as a label: others become `-`. */
export function labelValue(text: string): string {
  return text.replace(/[^\w.-]/g, "-").slice(0, 63).replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
}
