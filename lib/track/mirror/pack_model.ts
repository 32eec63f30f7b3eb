/**
 * The files of a model with those that MLflow wants beside them. Pure.
 *
 * @module
 */
import type { Files } from "../../pipeline/artifact_store.ts";
import { type OnnxModel, onnxModelFiles } from "../mlflow/onnx_model_files.ts";
import type { ModelInterface } from "../../pipeline/tracker.ts";

/** What MLflow calls a file that has no name, being the only one. */
export const LONE_FILE = "model";

/**
 * An ONNX model whose interface is known becomes one that MLflow's own clients can load and
 * serve; any other stays a folder of files. No file that was registered is replaced.
 */
export function packModel(
  files: Files,
  about: Omit<OnnxModel, "onnx" | "interface"> & { readonly interface: ModelInterface | null },
): Files {
  const { interface: io, ...place } = about;
  const own = Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name || LONE_FILE, bytes]),
  );
  const { "model.onnx": onnx } = own;
  if (onnx === undefined || io?.inputs.length !== 1) return own;
  return { ...onnxModelFiles({ ...place, onnx, interface: io }), ...own };
}
