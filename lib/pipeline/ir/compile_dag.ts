/**
 * The tasks of a pipeline or group.
 *
 * @module
 */
import type { PipelineNode } from "../task.ts";
import { idsOf, sourceIdsOf } from "./channels.ts";
import type { Compilation } from "./compilation.ts";
import { compileGroup } from "./compile_group.ts";
import type { CompileOptions } from "./compile_options.ts";
import { compileCall } from "./compile_call.ts";
import { compileImport, compileTask } from "./compile_task.ts";
import type { CompileTarget } from "./compile_target.ts";
import type { DagPlace } from "./dag_place.ts";
import { compact, type IrObject } from "./ir.ts";

/** Begins a compilation. */
export function startCompilation(target: CompileTarget, options: CompileOptions): Compilation {
  return {
    target,
    options,
    compileDag(nodes, place) {
      return compileDag(nodes, place, this);
    },
  };
}

function compileDag(
  nodes: readonly PipelineNode[],
  place: DagPlace,
  compilation: Compilation,
): IrObject {
  const owners = new Map(nodes.flatMap((node) => idsOf(node).map((id) => [id, node.id])));
  const tasks: Record<string, IrObject> = {};
  for (const node of nodes) {
    const before = sourceIdsOf(node).flatMap((id) => owners.get(id) ?? []);
    const dependentTasks = [...new Set(before)].filter((id) => id !== node.id).sort();
    tasks[node.id] = {
      taskInfo: { name: node.id },
      ...compileNode(node, place, compilation),
      ...compact({ dependentTasks }),
    };
    if (node.kind === "exit") {
      tasks[node.exit.id] = {
        taskInfo: { name: node.exit.id },
        ...compileTask(node.exit, place, compilation),
        dependentTasks: [node.id],
        triggerPolicy: { strategy: "ALL_UPSTREAM_TASKS_COMPLETED" },
      };
    }
  }
  return tasks;
}

function compileNode(node: PipelineNode, place: DagPlace, compilation: Compilation): IrObject {
  switch (node.kind) {
    case "task":
      return compileTask(node, place, compilation);
    case "import":
      return compileImport(node, place, compilation);
    case "call":
      return compileCall(node, place, compilation);
    default:
      return compileGroup(node, place, compilation);
  }
}
