/**
 * Refs: values that a pipeline will have once it runs.
 *
 * @module
 */
import type { ArtifactPort, ArtifactsPort, JsonValue, ParamPort, Port, Ports } from "./port.ts";
import type { Scope } from "./scope.ts";

/**
 * Where a value of a pipeline comes from. Plain data. The ids of tasks, calls, imports, loops and
 * branches are unlike each other within a pipeline, so `task` may be any of them.
 */
export type Source =
  & (
    | { readonly from: "param"; readonly param: string }
    /** An output of a task or a call, `artifact` of an import, or what a loop or a branch gives. */
    | { readonly from: "task"; readonly task: string; readonly output: string }
    /** The item of the turn that a loop is at. */
    | { readonly from: "item"; readonly loop: string }
    /** How a guarded group ended; only for its exit task. */
    | { readonly from: "status"; readonly exit: string }
    | { readonly from: "value"; readonly value: JsonValue }
  )
  & {
    /** Only this member of it, which is a struct. */
    readonly field?: string;
  };

/** Stands for a value that a pipeline has when it runs, while it is built. */
export class Ref<P extends Port = Port> {
  /** What kind of value it will be. */
  readonly port: P;
  /** Where it will come from. */
  readonly source: Source;
  /** Where it may be used. */
  readonly scope: Scope;

  /** Only for the builder of a pipeline: a ref that it did not make is refused. */
  constructor(port: P, source: Source, scope: Scope) {
    this.port = port;
    this.source = source;
    this.scope = scope;
  }
}

/** A ref for every port. */
export type RefsOf<P extends Ports> = { readonly [K in keyof P]: Ref<P[K]> };

/** What a parameter may be wired to: a ref to such a parameter, or the value itself. */
export type ParamWire<T extends JsonValue> = Ref<ParamPort<T>> | T;

/** What a port may be wired to. An artifact always comes from another task. */
export type Wire<P> = P extends ArtifactPort<infer T> ? Ref<ArtifactPort<T>>
  : P extends ArtifactsPort<infer T> ? Ref<ArtifactsPort<T>>
  : P extends ParamPort<infer T> ? ParamWire<T>
  : never;
