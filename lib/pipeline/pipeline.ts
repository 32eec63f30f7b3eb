/**
 * Pipelines: graphs of components, as plain data.
 *
 * @module
 */
import type { Component } from "./component.ts";
import type { Condition, WiredCondition } from "./condition.ts";
import { PipelineBuilder } from "./pipeline_builder.ts";
import type { DefaultedKeys, ParamPorts, Ports } from "./port.ts";
import type { Ref, RefsOf, Source, Wire } from "./ref.ts";

/** One use of a component in a pipeline. */
export interface Task {
  /** Tells it from a group. */
  readonly kind: "task";
  /** Unlike any other in the pipeline. */
  readonly id: string;
  /** What it runs. */
  readonly component: Component;
  /** Where each input comes from; those left to their defaults are missing. */
  readonly inputs: Readonly<Record<string, Source>>;
  /** Tasks that must have succeeded before, although nothing comes from them. */
  readonly after: readonly string[];
  /** How often a failed attempt is repeated. */
  readonly retries: number;
  /** How long one attempt may take; null is for ever. */
  readonly timeoutMs: number | null;
  /** Whether a result of the same component with the same inputs may be taken instead. */
  readonly cache: boolean;
}

/** Tasks that run only when a condition holds. */
export interface WhenGroup {
  /** Tells it from a task. */
  readonly kind: "when";
  /** Decided as soon as its operands are there. */
  readonly condition: Condition;
  /** What runs when it holds. */
  readonly nodes: readonly PipelineNode[];
}

/** A task, or a group of tasks. */
export type PipelineNode = Task | WhenGroup;

/** What a pipeline gives, by name. */
export type Outputs = Readonly<Record<string, Ref>>;

/** A pipeline: pure data, in an order where every task follows its sources. */
export interface Pipeline<P extends ParamPorts = ParamPorts, O extends Outputs = Outputs> {
  /** Lower-case letters, digits and `-`. */
  readonly name: string;
  /** For people. */
  readonly description: string;
  /** What is chosen for every run. */
  readonly params: P;
  /** The tasks, some of them in groups. */
  readonly nodes: readonly PipelineNode[];
  /** Where what it gives comes from. */
  readonly outputs: Readonly<Record<string, Source>>;
  /** Only for the type checker. */
  readonly "~outputs"?: O;
}

/** What the inputs of a component may be wired to. */
export type WiresOf<I extends Ports> =
  & { readonly [K in Exclude<keyof I, DefaultedKeys<I>>]: Wire<I[K]> }
  & { readonly [K in DefaultedKeys<I>]?: Wire<I[K]> };

/** How a task runs. */
export interface StepOptions {
  /**
   * Lower-case letters, digits and `-`.
   * @default the component's name
   */
  readonly id?: string;
  /**
   * How often a failed attempt is repeated, with growing pauses from a second to a minute.
   * @default 0
   */
  readonly retries?: number;
  /** How long one attempt may take. Without it: for ever. */
  readonly timeoutMs?: number;
  /**
   * Whether a result of the same component with the same inputs may be taken instead.
   * @default true
   */
  readonly cache?: boolean;
  /** Ids of tasks that must have succeeded before, although nothing comes from them. */
  readonly after?: readonly string[];
}

/** What a pipeline is built with. */
export interface Graph {
  /** Adds a task and gives its outputs. */
  step<I extends Ports, O extends Ports>(
    component: Component<I, O>,
    wires: WiresOf<I>,
    options?: StepOptions,
  ): RefsOf<O>;
  /**
   * Adds the steps that `build` makes, to run only when the condition holds. Where it does not,
   * they and everything that depends on them are skipped.
   * @returns what `build` returns.
   */
  when<T>(condition: WiredCondition, build: () => T): T;
}

/**
 * Makes a pipeline by tracing `build`: it gets a ref for every parameter, adds
 * steps, and returns the pipeline's outputs.
 *
 * ```ts
 * import {
 *   atLeast,
 *   defineComponent,
 *   definePipeline,
 *   integer,
 * } from "@fourdotinfinity/digits-recognizer/pipeline";
 *
 * const double = defineComponent({
 *   name: "double",
 *   description: "Doubles a number",
 *   inputs: { x: integer("What to double") },
 *   outputs: { twice: integer("The double") },
 *   run: ({ x }) => ({ twice: 2 * x }),
 * });
 * const pipeline = definePipeline({
 *   name: "doubles",
 *   description: "Doubles a number, and a large one again",
 *   params: { x: integer("What to double"), large: integer("What is large", { default: 10 }) },
 *   build(params, { step, when }) {
 *     const { twice } = step(double, { x: params.x });
 *     const again = when(
 *       atLeast(twice, params.large),
 *       () => step(double, { x: twice }, { id: "double-again" }),
 *     );
 *     return { twice, again: again.twice };
 *   },
 * });
 * console.assert(pipeline.nodes.length === 2);
 * ```
 *
 * @throws {TypeError} when a name can't be used everywhere, or a wire does not fit its port.
 * @throws {RangeError} when an id is taken, or a wire or `after` leads nowhere.
 */
export function definePipeline<const P extends ParamPorts, const O extends Outputs>(
  options: {
    /** Lower-case letters, digits and `-`. */
    readonly name: string;
    readonly description: string;
    readonly params: P;
    readonly build: (params: RefsOf<P>, graph: Graph) => O;
  },
): Pipeline<P, O> {
  const { name, description, params } = options;
  const builder = new PipelineBuilder(name, params);
  const outputs = builder.finish(options.build(builder.params as RefsOf<P>, builder.graph));
  return { name, description, params, nodes: builder.nodes, outputs };
}

/** The tasks of a pipeline in order, each with the conditions of the groups around it. */
export function flattenTasks(
  nodes: readonly PipelineNode[],
  conditions: readonly Condition[] = [],
): { readonly task: Task; readonly conditions: readonly Condition[] }[] {
  return nodes.flatMap((node) =>
    node.kind === "task"
      ? [{ task: node, conditions }]
      : flattenTasks(node.nodes, [...conditions, node.condition])
  );
}
