/**
 * The messages of `ml_metadata.MetadataStoreService`, as far as we ask it, by the published
 * numbers of their fields.
 *
 * @module
 */
import protobuf from "protobufjs/light.js";
import type { JsonValue } from "../../pipeline/port.ts";

/** What a property holds; the field that is set says which. */
export interface PropertyValue {
  /** A text. */
  readonly string_value?: string;
  /** JSON by name. */
  readonly struct_value?: { readonly fields?: Readonly<Record<string, ProtoValue>> };
}

/** JSON as protobuf has it; the field that is set says which. */
export interface ProtoValue {
  /** A number. */
  readonly number_value?: number;
  /** A text. */
  readonly string_value?: string;
  /** True or false. */
  readonly bool_value?: boolean;
  /** An object. */
  readonly struct_value?: { readonly fields?: Readonly<Record<string, ProtoValue>> };
  /** A list. */
  readonly list_value?: { readonly values?: readonly ProtoValue[] };
}

/** One execution of a task. */
export interface ExecutionMessage {
  /** 3 complete, 4 failed, 5 taken from the cache, 6 not wanted; others are on their way. */
  readonly last_known_state?: number;
  /** What Kubeflow notes of it. */
  readonly custom_properties?: Readonly<Record<string, PropertyValue>>;
}

/** The answers, by name. */
export interface MetadataAnswers {
  /** A context that has that name, if there is one. */
  readonly GetContextByTypeAndNameResponse: { readonly context?: { readonly id: number } };
  /** One page of what was executed. */
  readonly GetExecutionsByContextResponse: {
    readonly executions?: readonly ExecutionMessage[];
    readonly next_page_token?: string;
  };
}

/** The requests, by name. */
export interface MetadataRequests {
  /** Asks for a context. */
  readonly GetContextByTypeAndNameRequest: {
    readonly type_name: string;
    readonly context_name: string;
  };
  /** Asks for what was executed in it. */
  readonly GetExecutionsByContextRequest: {
    readonly context_id: number;
    readonly options: { readonly max_result_size: number; readonly next_page_token?: string };
  };
}

const string = (id: number) => ({ type: "string", id });
const int64 = (id: number) => ({ type: "int64", id });
const mapOf = (type: string, id: number) => ({ keyType: "string", type, id });
const options = { proto3_optional: true };
const oneOf = (type: string, id: number) => ({ type, id, options });

const root = protobuf.Root.fromJSON({
  nested: {
    ProtoStruct: { fields: { fields: mapOf("ProtoValue", 1) } },
    ProtoList: { fields: { values: { rule: "repeated", type: "ProtoValue", id: 1 } } },
    ProtoValue: {
      fields: {
        null_value: oneOf("int32", 1),
        number_value: oneOf("double", 2),
        string_value: oneOf("string", 3),
        bool_value: oneOf("bool", 4),
        struct_value: oneOf("ProtoStruct", 5),
        list_value: oneOf("ProtoList", 6),
      },
    },
    PropertyValue: {
      fields: {
        int_value: oneOf("int64", 1),
        double_value: oneOf("double", 2),
        string_value: oneOf("string", 3),
        struct_value: oneOf("ProtoStruct", 4),
        bool_value: oneOf("bool", 6),
      },
    },
    Execution: {
      fields: {
        id: int64(1),
        last_known_state: { type: "int32", id: 3 },
        custom_properties: mapOf("PropertyValue", 5),
      },
    },
    Context: { fields: { id: int64(1), name: string(3) } },
    ListOptions: {
      fields: { max_result_size: { type: "int32", id: 1 }, next_page_token: string(3) },
    },
    GetContextByTypeAndNameRequest: { fields: { type_name: string(1), context_name: string(2) } },
    GetContextByTypeAndNameResponse: { fields: { context: { type: "Context", id: 1 } } },
    GetExecutionsByContextRequest: {
      fields: { context_id: int64(1), options: { type: "ListOptions", id: 2 } },
    },
    GetExecutionsByContextResponse: {
      fields: {
        executions: { rule: "repeated", type: "Execution", id: 1 },
        next_page_token: string(2),
      },
    },
  },
});

/** Writes a request; of the tests' server, an answer. */
export function encodeMetadata<N extends keyof (MetadataRequests & MetadataAnswers)>(
  name: N,
  message: (MetadataRequests & MetadataAnswers)[N],
): Uint8Array {
  const type = root.lookupType(name);
  return type.encode(type.fromObject(message)).finish();
}

/**
 * Reads an answer; of the tests' server, a request.
 *
 * @throws {Error} when the bytes are not that message.
 */
export function decodeMetadata<N extends keyof (MetadataRequests & MetadataAnswers)>(
  name: N,
  bytes: Uint8Array,
): (MetadataRequests & MetadataAnswers)[N] {
  const type = root.lookupType(name);
  const message = type.toObject(type.decode(bytes), { longs: Number });
  return message as (MetadataRequests & MetadataAnswers)[N];
}

/** The JSON that a struct holds. */
export function jsonOfStruct(
  struct: PropertyValue["struct_value"],
): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    Object.entries(struct?.fields ?? {}).map(([name, value]) => [name, jsonOf(value)]),
  );
}

function jsonOf(value: ProtoValue): JsonValue {
  if (value.struct_value !== undefined) return jsonOfStruct(value.struct_value);
  if (value.list_value !== undefined) return (value.list_value.values ?? []).map(jsonOf);
  return value.number_value ?? value.string_value ?? value.bool_value ?? null;
}
