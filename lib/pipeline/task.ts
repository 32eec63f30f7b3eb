/**
 * What a pipeline is made of: tasks, and groups of them. Plain data.
 *
 * @module
 */
import type { Component } from "./component.ts";
import type { Condition } from "./condition.ts";
import type { Source } from "./ref.ts";

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
