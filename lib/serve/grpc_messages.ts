/**
 * The messages of `inference.GRPCInferenceService`, by the published numbers of their
 * fields.
 *
 * @module
 */
import protobuf from "protobufjs/light.js";

/** A number or text beside a tensor or a request; the field that is set says which. */
export interface InferParameter {
  readonly bool_param?: boolean;
  readonly int64_param?: number;
  readonly string_param?: string;
  readonly double_param?: number;
  readonly uint64_param?: number;
}

/** By name. */
export type InferParameters = Readonly<Record<string, InferParameter>>;

/** Numbers in the message itself; the field follows from the datatype. */
export interface TensorContents {
  readonly bool_contents: readonly boolean[];
  readonly int_contents: readonly number[];
  readonly int64_contents: readonly number[];
  readonly uint_contents: readonly number[];
  readonly uint64_contents: readonly number[];
  readonly fp32_contents: readonly number[];
  readonly fp64_contents: readonly number[];
  readonly bytes_contents: readonly Uint8Array[];
}

/** One input of a request. */
export interface InferInput {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly contents: TensorContents | null;
}

/** An output that is asked for. */
export interface RequestedOutput {
  readonly name: string;
  readonly parameters: InferParameters;
}

/** Every request has some of these fields; those that were not sent are empty. */
export interface GrpcMessages {
  readonly Empty: Readonly<Record<never, never>>;
  readonly ModelRequest: { readonly name: string; readonly version: string };
  readonly ModelInferRequest: {
    readonly model_name: string;
    readonly model_version: string;
    readonly id: string;
    readonly inputs: readonly InferInput[];
    readonly outputs: readonly RequestedOutput[];
    readonly raw_input_contents: readonly Uint8Array[];
  };
  readonly RepositoryIndexRequest: { readonly ready: boolean };
  /** Triton has the model second, KServe has it first and alone. */
  readonly RepositoryModelRequest: {
    readonly first: string;
    readonly model_name: string;
    readonly parameters: InferParameters;
  };
}

/** The requests' messages, by name. */
export type RequestName = keyof GrpcMessages;

/** The answers' messages, by name. */
export type ResponseName =
  | "LiveResponse"
  | "ReadyResponse"
  | "ServerMetadataResponse"
  | "ModelMetadataResponse"
  | "ModelInferResponse"
  | "RepositoryIndexResponse"
  | "RepositoryModelResponse";

const string = (id: number) => ({ type: "string", id });
const texts = (id: number) => ({ rule: "repeated", type: "string", id });
const many = (type: string, id: number) => ({ rule: "repeated", type, id });
const parameters = (id: number) => ({ keyType: "string", type: "InferParameter", id });
const tensor = {
  name: string(1),
  datatype: string(2),
  shape: many("int64", 3),
};

const root = protobuf.Root.fromJSON({
  nested: {
    InferParameter: {
      oneofs: {
        parameter_choice: {
          oneof: ["bool_param", "int64_param", "string_param", "double_param", "uint64_param"],
        },
      },
      fields: {
        bool_param: { type: "bool", id: 1 },
        int64_param: { type: "int64", id: 2 },
        string_param: string(3),
        double_param: { type: "double", id: 4 },
        uint64_param: { type: "uint64", id: 5 },
      },
    },
    InferTensorContents: {
      fields: {
        bool_contents: many("bool", 1),
        int_contents: many("int32", 2),
        int64_contents: many("int64", 3),
        uint_contents: many("uint32", 4),
        uint64_contents: many("uint64", 5),
        fp32_contents: many("float", 6),
        fp64_contents: many("double", 7),
        bytes_contents: many("bytes", 8),
      },
    },
    InferInputTensor: { fields: { ...tensor, contents: { type: "InferTensorContents", id: 5 } } },
    InferRequestedOutputTensor: { fields: { name: string(1), parameters: parameters(2) } },
    TensorMetadata: { fields: tensor },
    ModelIndex: {
      fields: { name: string(1), version: string(2), state: string(3), reason: string(4) },
    },
    Empty: { fields: {} },
    ModelRequest: { fields: { name: string(1), version: string(2) } },
    ModelInferRequest: {
      fields: {
        model_name: string(1),
        model_version: string(2),
        id: string(3),
        inputs: many("InferInputTensor", 5),
        outputs: many("InferRequestedOutputTensor", 6),
        raw_input_contents: many("bytes", 7),
      },
    },
    RepositoryIndexRequest: { fields: { ready: { type: "bool", id: 2 } } },
    RepositoryModelRequest: {
      fields: { first: string(1), model_name: string(2), parameters: parameters(3) },
    },
    LiveResponse: { fields: { live: { type: "bool", id: 1 } } },
    ReadyResponse: { fields: { ready: { type: "bool", id: 1 } } },
    ServerMetadataResponse: {
      fields: { name: string(1), version: string(2), extensions: texts(3) },
    },
    ModelMetadataResponse: {
      fields: {
        name: string(1),
        versions: texts(2),
        platform: string(3),
        inputs: many("TensorMetadata", 4),
        outputs: many("TensorMetadata", 5),
      },
    },
    ModelInferResponse: {
      fields: {
        model_name: string(1),
        model_version: string(2),
        id: string(3),
        outputs: many("TensorMetadata", 5),
        raw_output_contents: many("bytes", 6),
      },
    },
    RepositoryIndexResponse: { fields: { models: many("ModelIndex", 1) } },
    RepositoryModelResponse: {
      fields: { model_name: string(1), isLoaded: { type: "bool", id: 2 } },
    },
  },
});

/**
 * Reads a request.
 * @throws {Error} when the bytes are not that message.
 */
export function decodeMessage<N extends RequestName>(name: N, bytes: Uint8Array): GrpcMessages[N] {
  const type = root.lookupType(name);
  // Of a Buffer the library makes Buffers, whose slice() does not copy.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const message = type.toObject(type.decode(plain), { longs: Number, defaults: true });
  return message as GrpcMessages[N];
}

/** Writes an answer. */
export function encodeMessage(
  name: ResponseName,
  message: Readonly<Record<string, unknown>>,
): Uint8Array {
  return root.lookupType(name).encode(message).finish();
}
