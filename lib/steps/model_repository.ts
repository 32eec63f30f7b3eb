/**
 * A model version as model servers want it: ours, mounted at `/mnt/models`, and Triton.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { decodeModel, encodeModel } from "../model/model_codec.ts";
import type { TrainedModel } from "../model/trained_model.ts";
import type { Files } from "../pipeline/artifact_store.ts";
import { artifact, type ArtifactPort } from "../pipeline/port.ts";

/** One version of one model. */
export interface ServableModel {
  /** What clients call it. */
  readonly name: string;
  /** 1 or more. */
  readonly version: number;
  /** The network. */
  readonly model: TrainedModel;
}

// Without the file Triton takes no more than 4 pictures at once.
const MOST_AT_ONCE = 1_024;

/**
 * `<name>/<version>/model.onnx` and `model.json`, and `<name>/config.pbtxt` for Triton.
 *
 * @throws {DataError} on decoding files that are not laid out so.
 */
export function repositoryArtifact(description: string): ArtifactPort<ServableModel> {
  return artifact(description, {
    schema: "system.Model",
    codec: { encode: encodeRepository, decode: decodeRepository },
  });
}

/** The files of such a repository. */
export function encodeRepository({ name, version, model }: ServableModel): Files {
  const files = Object.entries(encodeModel(model));
  return {
    [`${name}/config.pbtxt`]: new TextEncoder().encode(tritonConfig(model)),
    ...Object.fromEntries(files.map(([file, bytes]) => [`${name}/${version}/${file}`, bytes])),
  };
}

function decodeRepository(files: Files): ServableModel {
  const paths = Object.keys(files).filter((path) => path.endsWith("/model.onnx"));
  const [, name, version] = /^([^/]+)\/([1-9]\d*)\/model\.onnx$/.exec(paths[0] ?? "") ?? [];
  if (paths.length !== 1 || name === undefined || version === undefined) {
    throw new DataError("Cannot read the model repository as it has not one NAME/VERSION folder");
  }
  const folder = `${name}/${version}/`;
  const own = Object.entries(files).filter(([path]) => path.startsWith(folder));
  const model = decodeModel(
    Object.fromEntries(own.map(([path, bytes]) => [path.slice(folder.length), bytes])),
  );
  return { name, version: Number(version), model };
}

/** The ports of the network, and that Triton may read many pictures at once. */
function tritonConfig({ description: { imageShape, classNames } }: TrainedModel): string {
  const [height, width, channels] = imageShape;
  return `backend: "onnxruntime"
max_batch_size: ${MOST_AT_ONCE}
dynamic_batching { }
input [ { name: "image" data_type: TYPE_FP32 dims: [ ${channels}, ${height}, ${width} ] } ]
output [ { name: "probabilities" data_type: TYPE_FP32 dims: [ ${classNames.length} ] } ]
`;
}
