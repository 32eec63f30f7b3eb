/**
 * What the steps of a pipeline are called. Pure.
 *
 * @module
 */
import type { PipelineNode } from "./task.ts";

/**
 * The names of the steps in a node that does not run, in order; those of a loop, which has no
 * turns then, once.
 * @param nameOf a node's name by its id
 */
export function stepNames(node: PipelineNode, nameOf: (id: string) => string): string[] {
  const all = (nodes: readonly PipelineNode[], name = nameOf): string[] =>
    nodes.flatMap((inner) => stepNames(inner, name));
  switch (node.kind) {
    case "task":
    case "import":
      return [nameOf(node.id)];
    case "call":
      return all(node.pipeline.nodes, (id) => `${nameOf(node.id)}.${id}`);
    case "when":
    case "for-each":
      return all(node.nodes);
    case "branch":
      return node.branches.flatMap(({ nodes }) => all(nodes));
    case "exit":
      return all([...node.nodes, node.exit]);
  }
}
