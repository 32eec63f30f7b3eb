/**
 * Whether an output is there whenever what gives it succeeded. Pure.
 *
 * @module
 */
import { needsOf } from "./needs_of.ts";
import type { Source } from "./ref.ts";
import type { PipelineNode } from "./task.ts";

/**
 * Whether these nodes always give the value: a step of them does, which neither has a condition
 * around it nor comes after one. Only such outputs can a loop, a branch or a called pipeline give,
 * as Kubeflow fails what takes one that is missing.
 * @param nodes all of a pipeline, or of a group
 */
export function givesSurely(nodes: readonly PipelineNode[], source: Source): boolean {
  if (source.from !== "task" || source.field !== undefined) return false;
  const unsure = new Set<string>();
  for (const node of nodes) {
    const { kind, id } = node;
    if (kind === "when" || [...needsOf(node)].some((need) => unsure.has(need))) unsure.add(id);
    else if (id === source.task || (kind === "exit" && givesSurely(node.nodes, source))) {
      return true;
    }
  }
  return false;
}
