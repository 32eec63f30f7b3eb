/**
 * Refs: values that a pipeline will have once it runs.
 *
 * @module
 */
import type { ArtifactPort, JsonValue, ParamPort, Port, Ports } from "./port.ts";

/** Where a value of a pipeline comes from. Plain data. */
export type Source =
  | { readonly from: "param"; readonly param: string }
  | { readonly from: "task"; readonly task: string; readonly output: string }
  | { readonly from: "value"; readonly value: JsonValue };

/** Stands for a parameter of a pipeline, or an output of one of its tasks, while it is built. */
export class Ref<P extends Port = Port> {
  /** What kind of value it will be. */
  readonly port: P;
  /** Where it will come from. */
  readonly source: Source;

  /** Only for the builder of a pipeline: a ref that it did not make is refused. */
  constructor(port: P, source: Source) {
    this.port = port;
    this.source = source;
  }
}

/** A ref for every port. */
export type RefsOf<P extends Ports> = { readonly [K in keyof P]: Ref<P[K]> };

/** What a parameter may be wired to: a ref to such a parameter, or the value itself. */
export type ParamWire<T extends JsonValue> = Ref<ParamPort<T>> | T;

/** What a port may be wired to. An artifact always comes from another task. */
export type Wire<P> = P extends ArtifactPort<infer T> ? Ref<ArtifactPort<T>>
  : P extends ParamPort<infer T> ? ParamWire<T>
  : never;
