/**
 * What a pipeline is built with. Types only; `pipeline_builder.ts` does it.
 *
 * @module
 */
import type { Component } from "./component.ts";
import type { WiredCondition } from "./condition.ts";
import type { DefaultedKeys, Ports } from "./port.ts";
import type { RefsOf, Wire } from "./ref.ts";

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
