/**
 * What a pipeline is built with. Types only; `pipeline_builder.ts` does it.
 *
 * @module
 */
import type { Component } from "./component.ts";
import type { WiredCondition } from "./condition.ts";
import type { FinalStatus } from "./final_status.ts";
import type { Outputs, Pipeline } from "./task.ts";
import type { PodOptions } from "./pod_options.ts";
import type {
  ArtifactPort,
  ArtifactsPort,
  DefaultedKeys,
  JsonValue,
  ParamPort,
  ParamPorts,
  Ports,
} from "./port.ts";
import type { ParamWire, Ref, RefsOf, Wire } from "./ref.ts";

/** What the inputs of a component may be wired to. */
export type WiresOf<I extends Ports> =
  & { readonly [K in Exclude<keyof I, DefaultedKeys<I>>]: Wire<I[K]> }
  & { readonly [K in DefaultedKeys<I>]?: Wire<I[K]> };

/** What a group of steps is called. */
export interface GroupOptions {
  /**
   * Lower-case letters, digits and `-`.
   * @default "when-1", "branch-1", "for-each-1", "import-1" and so on
   */
  readonly id?: string;
}

/** How a pipeline runs as a step. */
export interface CallOptions {
  /**
   * Lower-case letters, digits and `-`.
   * @default the name of the component or pipeline
   */
  readonly id?: string;
  /**
   * Ids of steps, groups and calls that must have succeeded before, although nothing comes from
   * them.
   */
  readonly after?: readonly string[];
}

/** How the task at the end of a guarded group runs. */
export interface ExitOptions {
  /**
   * The task's: lower-case letters, digits and `-`.
   * @default the component's name
   */
  readonly id?: string;
  /**
   * What the group before it is called.
   * @default "exit-1" and so on
   */
  readonly group?: string;
  /**
   * How often a failed attempt is repeated, with growing pauses from a second to a minute.
   * @default 0
   */
  readonly retries?: number;
  /** How long one attempt may take. Without it: for ever. */
  readonly timeoutMs?: number;
  /** What its pod is to be like on Kubernetes. */
  readonly pod?: PodOptions;
}

/** How a task runs. */
export interface StepOptions extends CallOptions, Omit<ExitOptions, "group"> {
  /**
   * Lower-case letters, digits and `-`.
   * @default the component's name
   */
  readonly id?: string;
  /**
   * Whether a result of the same component with the same inputs may be taken instead.
   * @default true
   */
  readonly cache?: boolean;
  /**
   * What a result is kept under: a result of this component with the same key is taken whatever
   * the inputs are. Without it inputs, code and environment decide.
   */
  readonly cacheKey?: string;
}

/** How a loop runs. */
export interface ForEachOptions extends GroupOptions {
  /** How many turns run at a time at most. Without it: any number. */
  readonly parallelism?: number;
}

/** What kind of artifact is imported, and how. */
export interface ImportOptions extends GroupOptions {
  /**
   * What is to be known of it, for Kubeflow's page.
   * @default {}
   */
  readonly metadata?: Readonly<Record<string, JsonValue>>;
  /**
   * Whether Kubeflow makes a new record of it although it has one of that URI.
   * @default false
   */
  readonly reimport?: boolean;
}

/** The type of a port for values like these. */
export type Widened<T> = T extends string ? string
  : T extends number ? number
  : T extends boolean ? boolean
  : T;

/** What the turns of a loop give together: lists of values, and lists of artifacts. */
export type CollectedOf<O> = O extends Outputs ? {
    readonly [K in keyof O]: O[K] extends Ref<infer P> ? Ref<CollectedPort<P>> : never;
  }
  : Readonly<Record<never, never>>;

/** What a port becomes when a loop collects it. Lists of artifacts become one list. */
export type CollectedPort<P> = P extends ArtifactPort<infer T> ? ArtifactsPort<T>
  : P extends ArtifactsPort<infer T> ? ArtifactsPort<T>
  : P extends ParamPort<infer T> ? ParamPort<readonly T[]>
  : never;

/**
 * What a pipeline is built with. What a group's steps give can be used within that group only,
 * but for what the group itself gives.
 *
 * ```ts
 * import {
 *   artifact,
 *   atLeast,
 *   type Codec,
 *   defineComponent,
 *   definePipeline,
 *   integer,
 *   list,
 *   struct,
 *   text,
 * } from "@fourdotinfinity/digits-recognizer/pipeline";
 *
 * const words: Codec<string> = {
 *   encode: (text) => ({ "": new TextEncoder().encode(text) }),
 *   decode: (files) => new TextDecoder().decode(files[""]),
 * };
 * const measure = defineComponent({
 *   name: "measure",
 *   description: "Counts letters",
 *   inputs: { what: text("Some words") },
 *   outputs: { length: integer("How many letters") },
 *   run: ({ what }) => ({ length: what.length }),
 * });
 * const read = defineComponent({
 *   name: "read",
 *   description: "Reads words",
 *   inputs: { words: artifact("Some words", { codec: words }) },
 *   outputs: { what: text("The words") },
 *   run: ({ words }) => ({ what: words }),
 * });
 * const longest = defineComponent({
 *   name: "longest",
 *   description: "Finds the largest number",
 *   inputs: { lengths: list("Numbers") },
 *   outputs: { length: integer("The largest") },
 *   run: ({ lengths }) => ({ length: Math.max(...lengths.map(Number)) }),
 * });
 * const tell = defineComponent({
 *   name: "tell",
 *   description: "Tells how it went",
 *   inputs: { status: struct("How") },
 *   outputs: {},
 *   run: ({ status }) => (console.log(status["state"]), {}),
 * });
 *
 * const pipeline = definePipeline({
 *   name: "words",
 *   description: "Measures words",
 *   params: { least: integer("What is long", { default: 4 }) },
 *   build({ least }, { step, forEach, oneOf, onExit, importArtifact }) {
 *     return onExit(tell, (status) => ({ status }), () => {
 *       const { length: lengths } = forEach(
 *         ["a", "word", "or two"],
 *         (what) => step(measure, { what }),
 *         { parallelism: 2 },
 *       );
 *       const { length } = step(longest, { lengths });
 *       const kept = importArtifact(artifact("Words", { codec: words }), "s3://mine/words");
 *       const { what } = oneOf(
 *         [[atLeast(length, least), () => step(read, { words: kept })]],
 *         () => step(read, { words: kept }, { id: "read-again" }),
 *       );
 *       return step(measure, { what }, { id: "measure-again" });
 *     });
 *   },
 * });
 * console.assert(pipeline.nodes[0]?.kind === "exit");
 * ```
 */
export interface Graph {
  /** Adds a task and gives its outputs. */
  step<I extends Ports, O extends Ports>(
    component: Component<I, O>,
    wires: WiresOf<I>,
    options?: StepOptions,
  ): RefsOf<O>;
  /**
   * Adds a whole pipeline as one step and gives its outputs. Those that it may skip, or that none
   * of its steps gives, can't be used.
   */
  step<P extends ParamPorts, O extends Outputs>(
    pipeline: Pipeline<P, O>,
    wires: WiresOf<P>,
    options?: CallOptions,
  ): O;
  /**
   * Adds the steps that `build` makes, to run only when the condition holds. Where it does not,
   * they and everything that comes after them are skipped. What they give may also be an output
   * of the pipeline: then that is missing where they were skipped.
   * @returns what `build` returns.
   */
  when<T>(condition: WiredCondition, build: () => T, options?: GroupOptions): T;
  /**
   * Adds branches: the first whose condition holds runs, otherwise the last.
   * @returns what the branch that ran gave: all return the same names with the same ports.
   */
  oneOf<O extends Outputs>(
    branches: readonly (readonly [condition: WiredCondition, build: () => O])[],
    otherwise: () => O,
    options?: GroupOptions,
  ): O;
  /** Adds branches of which the first whose condition holds runs, and maybe none: nothing is given. */
  oneOf(
    branches: readonly (readonly [condition: WiredCondition, build: () => void])[],
    otherwise?: null,
    options?: GroupOptions,
  ): void;
  /**
   * Adds the steps that `build` makes, to run once for every item.
   * @returns what `build` returns of every turn, in the order of the items.
   */
  forEach<T extends JsonValue, O extends Outputs | void>(
    items: readonly T[],
    build: (item: Ref<ParamPort<Widened<T>>>) => O,
    options?: ForEachOptions & { readonly item?: ParamPort<Widened<T>> },
  ): CollectedOf<O>;
  /**
   * Adds the steps that `build` makes, to run once for every item of a list that is known only
   * when the pipeline runs.
   * @param options.item what an item is
   * @returns what `build` returns of every turn, in the order of the items.
   */
  forEach<T extends JsonValue, O extends Outputs | void>(
    items: Ref<ParamPort<readonly JsonValue[]>>,
    build: (item: Ref<ParamPort<T>>) => O,
    options: ForEachOptions & { readonly item: ParamPort<T> },
  ): CollectedOf<O>;
  /**
   * Adds the steps that `build` makes, and a task that runs when they have ended, however they
   * did. Only at the top of a pipeline.
   * @param wires gets how they ended, a {@linkcode FinalStatus}, and gives the task's inputs: of
   * that status, parameters and values, as no step may have given anything.
   * @returns what `build` returns, which may be used as outputs of the pipeline.
   */
  onExit<I extends Ports, O extends Ports, T>(
    component: Component<I, O>,
    wires: (status: Ref<ParamPort<FinalStatus>>) => WiresOf<I>,
    build: () => T,
    options?: ExitOptions,
  ): T;
  /** Adds an artifact that is there already, and gives it. */
  importArtifact<T>(
    port: ArtifactPort<T>,
    uri: ParamWire<string>,
    options?: ImportOptions,
  ): Ref<ArtifactPort<T>>;
}
