/**
 * Ports: the typed holes that a component reads from and writes to.
 *
 * A port is plain data (so a compiler can print it) that also carries a
 * TypeScript type (so an editor can check it). There are three kinds, because
 * Kubeflow has them: small JSON parameters passed by value, artifacts kept as
 * files and passed by reference, and lists of artifacts.
 *
 * @module
 */
import type { ArtifactInfo, ArtifactUri, Files } from "./artifact_store.ts";

/** A value that survives `JSON.stringify` and back. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Turns a value into files and back: `decode(encode(x))` equals `x`. */
export interface Codec<T> {
  /** The same value gives the same files: results are known again by them. */
  encode(value: T): Files | Promise<Files>;
  /**
   * The value in these files.
   * @throws {DataError} when they are not such a value.
   */
  decode(files: Files): T | Promise<T>;
}

/** Parameter types, as the Kubeflow IR names them (`ParameterType` in pipeline_spec.proto). */
export type ParameterType =
  | "STRING"
  | "NUMBER_INTEGER"
  | "NUMBER_DOUBLE"
  | "BOOLEAN"
  | "LIST"
  | "STRUCT";

/** What an artifact is to people: Kubeflow's page shows each in its own way. */
export type ArtifactSchema =
  | "system.Artifact"
  | "system.Dataset"
  | "system.Model"
  | "system.Metrics"
  | "system.ClassificationMetrics"
  | "system.HTML"
  | "system.Markdown";

/** All of them, for who is told a type as text. */
export const parameterTypes: readonly ParameterType[] = [
  ...["STRING", "NUMBER_INTEGER", "NUMBER_DOUBLE", "BOOLEAN", "LIST", "STRUCT"] as const,
];

/** All of them, for who is told a schema as text. */
export const artifactSchemas: readonly ArtifactSchema[] = [
  ...["system.Artifact", "system.Dataset", "system.Model", "system.Metrics"] as const,
  ...["system.ClassificationMetrics", "system.HTML", "system.Markdown"] as const,
];

/** A parameter: one JSON value. */
export interface ParamPort<T extends JsonValue = JsonValue> {
  /** Tells it from an artifact. */
  readonly kind: "param";
  /** What values it takes. */
  readonly type: ParameterType;
  /** For people. */
  readonly description: string;
  /** Only for the type checker. */
  readonly "~type"?: T;
}

/** A parameter that may be left out. */
export interface DefaultedParamPort<T extends JsonValue = JsonValue> extends ParamPort<T> {
  /** What it is when left out. */
  readonly default: T;
}

/** An artifact: files in an artifact store, and how to read them. */
export interface ArtifactPort<T = unknown> {
  /** Tells it from a parameter. */
  readonly kind: "artifact";
  /** What it is to people. */
  readonly schema: ArtifactSchema;
  /** For people. */
  readonly description: string;
  /** How it becomes files and back. */
  readonly codec: Codec<T>;
  /** What Kubeflow's page shows of a value beside its files. */
  metadata(value: T): Readonly<Record<string, JsonValue>>;
}

/** A list of artifacts: what the turns of a loop gave. Only an input can be one. */
export interface ArtifactsPort<T = unknown> {
  /** Tells it from a parameter and from one artifact. */
  readonly kind: "artifacts";
  /** What each is to people. */
  readonly schema: ArtifactSchema;
  /** For people. */
  readonly description: string;
  /** How each becomes files and back. */
  readonly codec: Codec<T>;
}

/** One input or output. */
export type Port = ParamPort | ArtifactPort | ArtifactsPort;
/** Inputs or outputs by name. */
export type Ports = Readonly<Record<string, Port>>;
/** Parameters by name. */
export type ParamPorts = Readonly<Record<string, ParamPort>>;

/** The type of the value behind a port. */
export type ValueOf<P> = P extends ArtifactPort<infer T> ? T
  : P extends ArtifactsPort<infer T> ? readonly T[]
  : P extends ParamPort<infer T> ? T
  : never;

/** Names of the ports that have a default. */
export type DefaultedKeys<I> = {
  [K in keyof I]: I[K] extends DefaultedParamPort ? K : never;
}[keyof I];

/** What a caller passes: a port with a default may be left out. */
export type InputsOf<I extends Ports> =
  & { readonly [K in Exclude<keyof I, DefaultedKeys<I>>]: ValueOf<I[K]> }
  & { readonly [K in DefaultedKeys<I>]?: ValueOf<I[K]> };

/** What a body receives or returns: every port has a value. */
export type ValuesOf<P extends Ports> = { readonly [K in keyof P]: ValueOf<P[K]> };

/** An artifact that is in a store and need not be read to be spoken of. */
export interface StoredArtifact<T = unknown> {
  /** Where it is. */
  readonly uri: ArtifactUri;
  /** Its size and digest. */
  readonly info: ArtifactInfo;
  /** Reads and decodes it, anew each time. */
  value(options?: { readonly signal?: AbortSignal }): Promise<T>;
}

/** The value behind any port, artifacts being left in their store. */
export type StoredValue = JsonValue | StoredArtifact | readonly StoredArtifact[];

/** Like {@linkcode ValueOf}, but an artifact is left in its store. */
export type StoredValueOf<P> = P extends ArtifactPort<infer T> ? StoredArtifact<T>
  : P extends ArtifactsPort<infer T> ? readonly StoredArtifact<T>[]
  : ValueOf<P>;
/** Like {@linkcode ValuesOf}, but artifacts are left in their store. */
export type StoredValuesOf<P extends Ports> = { readonly [K in keyof P]: StoredValueOf<P[K]> };

/** Makes a parameter port: `integer("Passes over the data", { default: 3 })`. */
export interface ParamMaker<T extends JsonValue> {
  (description: string): ParamPort<T>;
  (description: string, options: { readonly default: T }): DefaultedParamPort<T>;
}

function paramMaker<T extends JsonValue>(type: ParameterType): ParamMaker<T> {
  return (description: string, options?: { readonly default: T }): DefaultedParamPort<T> =>
    // With no options this is only a ParamPort, and the overload says so.
    ({ kind: "param", type, description, ...options }) as DefaultedParamPort<T>;
}

/** A whole number, exact up to ±(2⁵³ − 1). */
export const integer: ParamMaker<number> = paramMaker("NUMBER_INTEGER");
/** A finite number. */
export const number: ParamMaker<number> = paramMaker("NUMBER_DOUBLE");
/** A string. */
export const text: ParamMaker<string> = paramMaker("STRING");
/** True or false. */
export const boolean: ParamMaker<boolean> = paramMaker("BOOLEAN");
/** A JSON array. */
export const list: ParamMaker<readonly JsonValue[]> = paramMaker("LIST");
/** A JSON object. */
export const struct: ParamMaker<{ readonly [key: string]: JsonValue }> = paramMaker("STRUCT");

/**
 * An artifact port.
 * @param options.schema what it is to people
 * @param options.metadata what Kubeflow's page shows of a value beside its files: numbers for
 * `system.Metrics`, a confusion matrix and a curve for `system.ClassificationMetrics`
 * @default schema "system.Artifact"
 */
export function artifact<T>(
  description: string,
  options: {
    readonly codec: Codec<T>;
    readonly schema?: ArtifactSchema;
    readonly metadata?: (value: T) => Readonly<Record<string, JsonValue>>;
  },
): ArtifactPort<T> {
  const { codec, schema = "system.Artifact", metadata = () => ({}) } = options;
  return { kind: "artifact", schema, description, codec, metadata };
}

/**
 * A port for a list of artifacts, as a loop gives them.
 * @param options.schema what each is to people
 * @default schema "system.Artifact"
 */
export function artifacts<T>(
  description: string,
  options: { readonly codec: Codec<T>; readonly schema?: ArtifactSchema },
): ArtifactsPort<T> {
  const { codec, schema = "system.Artifact" } = options;
  return { kind: "artifacts", schema, description, codec };
}
