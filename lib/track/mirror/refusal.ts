/**
 * What MLflow understands and does not want. Pure.
 *
 * @module
 */
import { MlflowError } from "../mlflow/mlflow_error.ts";

/**
 * Whether sending it again makes no sense. A proxy that answers in place of MLflow does not
 * count, nor does its database, of whose errors it makes `BAD_REQUEST`: that may pass.
 */
export function isRefusal(error: unknown): error is MlflowError {
  return error instanceof MlflowError &&
    (error.code === "INVALID_PARAMETER_VALUE" || error.status === 413); // 413: too large
}
