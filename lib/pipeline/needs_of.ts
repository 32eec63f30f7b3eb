/**
 * What has to have ended before a node of a pipeline can start. Pure.
 *
 * @module
 */
import { operandsOf } from "./condition.ts";
import type { Source } from "./ref.ts";
import type { PipelineNode } from "./task.ts";

/**
 * Ids of the nodes that a node, or anything within it, takes something from or runs after. Some
 * may be within the node itself. A group starts as a whole, as on Kubeflow: when everything is
 * there that its steps take from outside.
 */
export function needsOf(node: PipelineNode): ReadonlySet<string> {
  return new Set(listNeeds(node));
}

function listNeeds(node: PipelineNode): string[] {
  switch (node.kind) {
    case "task":
    case "call":
      return [...tasksOf(Object.values(node.inputs)), ...node.after];
    case "import":
      return tasksOf([node.uri]);
    case "when":
      return [...tasksOf(operandsOf(node.condition)), ...node.nodes.flatMap(listNeeds)];
    case "branch":
      return node.branches.flatMap(({ condition, nodes }) => [
        ...condition === null ? [] : tasksOf(operandsOf(condition)),
        ...nodes.flatMap(listNeeds),
      ]);
    case "for-each":
      return [...tasksOf([node.items]), ...node.nodes.flatMap(listNeeds)];
    case "exit":
      return node.nodes.flatMap(listNeeds);
  }
}

function tasksOf(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => source.from === "task" ? [source.task] : []);
}
