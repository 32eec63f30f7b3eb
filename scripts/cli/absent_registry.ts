/**
 * Stands for a model registry where a pod has none.
 *
 * @module
 */
import { UnavailableError } from "../../lib/base/errors.ts";
import type { ModelRegistry } from "../../lib/pipeline/tracker.ts";

/** Every method rejects with what to do; most steps never call one. */
export function absentRegistry(): ModelRegistry {
  const absent = () =>
    Promise.reject(
      new UnavailableError(
        "Cannot reach a model registry as this pod knows none: put MLFLOW_TRACKING_URI, or " +
          "MINIO_ENDPOINT, MINIO_ACCESS_KEY and MINIO_SECRET_KEY, into the Secret " +
          '"digits-recognizer" of the namespace that the pipeline runs in',
      ),
    );
  return {
    register: absent,
    find: absent,
    versions: absent,
    names: absent,
    files: absent,
    alias: absent,
    setAlias: absent,
    aliasHistory: absent,
  };
}
