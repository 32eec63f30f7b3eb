/**
 * What kind of value an output of a node is. Pure.
 *
 * @module
 */
import { type ArtifactsPort, list, type Port } from "./port.ts";
import type { Source } from "./ref.ts";
import type { PipelineNode } from "./task.ts";

/**
 * The port behind an output of one of these nodes; `undefined` when it comes from elsewhere.
 * @param nodes those of one pipeline, of one group, or any others beside each other
 */
export function outputPort(nodes: readonly PipelineNode[], source: Source): Port | undefined {
  if (source.from !== "task") return undefined;
  const { task, output } = source;
  for (const node of nodes) {
    if (node.id === task) return portOf(node, output);
    if (node.kind === "when" || node.kind === "exit") {
      const port = outputPort(node.nodes, source);
      if (port !== undefined) return port;
    }
  }
  return undefined;
}

function portOf(node: PipelineNode, output: string): Port | undefined {
  switch (node.kind) {
    case "task":
      return node.component.outputs[output];
    case "call":
      return node.pipeline.outputPorts[output];
    case "import":
      return node.port;
    case "branch": {
      const [first] = node.branches;
      return first?.outputs[output] && outputPort(first.nodes, first.outputs[output]);
    }
    case "for-each": {
      const source = node.outputs[output];
      const port = source && outputPort(node.nodes, source);
      return port && collectedPort(port);
    }
    case "when":
    case "exit":
      return undefined;
  }
}

/** What a port becomes when a loop collects it. Lists of artifacts become one list. */
export function collectedPort(port: Port): Port {
  const { description } = port;
  if (port.kind === "param") return list(description);
  const { schema, codec } = port;
  return { kind: "artifacts", schema, description, codec } satisfies ArtifactsPort;
}
