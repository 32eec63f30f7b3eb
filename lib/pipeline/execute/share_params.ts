/**
 * Parameters of a pipeline that every step is told in its pod, although no component asks for them.
 *
 * @module
 */
import type { Pipeline } from "../pipeline.ts";
import type { ParamPorts } from "../port.ts";
import type { Source } from "../ref.ts";
import type { Branch, PipelineNode, Task } from "../task.ts";

/**
 * The same pipeline, in which every step of ours has these parameters as inputs, too: for what
 * the executor itself wants to know, such as the experiment to record in. A component that has an
 * input of that name keeps its own.
 * @throws {RangeError} when the pipeline has no such parameter.
 */
export function shareParams(pipeline: Pipeline, names: readonly string[]): Pipeline {
  const shared: Record<string, ParamPorts[string]> = {};
  for (const name of names) {
    if (!Object.hasOwn(pipeline.params, name)) {
      throw new RangeError(
        `Cannot tell every step of pipeline "${pipeline.name}" its parameter "${name}": there is none`,
      );
    }
    shared[name] = pipeline.params[name]!;
  }
  return { ...pipeline, nodes: withShared(pipeline.nodes, shared) };
}

function withShared(nodes: readonly PipelineNode[], shared: ParamPorts): readonly PipelineNode[] {
  return nodes.map((node): PipelineNode => {
    switch (node.kind) {
      case "task":
        return taskWith(node, shared);
      case "call": {
        const { params, nodes } = node.pipeline;
        const pipeline = { ...node.pipeline, params: { ...shared, ...params } };
        return {
          ...node,
          pipeline: { ...pipeline, nodes: withShared(nodes, shared) },
          inputs: { ...sourcesOf(shared, params), ...node.inputs },
        };
      }
      case "import":
        return node;
      case "branch":
        return {
          ...node,
          branches: node.branches.map((branch): Branch => (
            { ...branch, nodes: withShared(branch.nodes, shared) }
          )),
        };
      case "exit":
        return {
          ...node,
          nodes: withShared(node.nodes, shared),
          exit: taskWith(node.exit, shared),
        };
      default:
        return { ...node, nodes: withShared(node.nodes, shared) };
    }
  });
}

function taskWith(task: Task, shared: ParamPorts): Task {
  const { component } = task;
  if (component.container !== null) return task;
  return {
    ...task,
    component: { ...component, inputs: { ...shared, ...component.inputs } },
    inputs: { ...sourcesOf(shared, component.inputs), ...task.inputs },
  };
}

/** Where those come from that `taken` has not. */
function sourcesOf(shared: ParamPorts, taken: object): Readonly<Record<string, Source>> {
  return Object.fromEntries(
    Object.keys(shared)
      .filter((name) => !Object.hasOwn(taken, name))
      .map((param) => [param, { from: "param", param }]),
  );
}
