import protobuf from "protobufjs/light.js";
import { DataError, messageOf } from "../../base/errors.ts";

/** A tensor of weights that a model file has. */
export interface StoredWeights {
  /** `kernel0`, `bias0`, `kernel1` … in the order of the layers that have any. */
  readonly name: string;
  /** As in `TrainerState.vectors`. */
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

// The few fields of onnx.proto that weights are in, by their published numbers.
const { nested } = protobuf.Root.fromJSON({
  nested: {
    Model: { fields: { graph: { type: "Graph", id: 7 } } },
    Graph: { fields: { initializer: { rule: "repeated", type: "Tensor", id: 5 } } },
    Tensor: {
      fields: {
        dims: { rule: "repeated", type: "int64", id: 1 },
        name: { type: "string", id: 8 },
        rawData: { type: "bytes", id: 9 },
      },
    },
  },
});

/**
 * The weights of a model that this package wrote.
 *
 * @throws {DataError} when the bytes are not such a model
 */
export function readWeights(onnx: Uint8Array): readonly StoredWeights[] {
  const weights = decode(onnx).filter(({ name }) => /^(kernel|bias)\d+$/.test(name));
  if (weights.length === 0) {
    throw new DataError(
      'Cannot read the weights of the model as it has none named "kernel0", "bias0" and so on: ' +
        "only models that were trained here have them",
    );
  }
  return weights;
}

function decode(onnx: Uint8Array): readonly StoredWeights[] {
  try {
    const model = nested!["Model"] as protobuf.Type;
    const { graph } = model.toObject(model.decode(onnx), { longs: Number, arrays: true }) as {
      readonly graph?: {
        readonly initializer: readonly {
          readonly dims: readonly number[];
          readonly name: string;
          readonly rawData?: Uint8Array;
        }[];
      };
    };
    return (graph?.initializer ?? []).map(({ dims, name, rawData = new Uint8Array() }) => ({
      name,
      dims,
      values: new Float32Array(Uint8Array.from(rawData).buffer, 0, rawData.length >> 2),
    }));
  } catch (error) {
    throw new DataError(`Cannot read the weights of the model: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
