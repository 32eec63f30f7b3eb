/**
 * Channels: how values get into a group. Kubeflow's tasks see only tasks beside them, so a group
 * has an input for every value that its steps take from outside of it. Pure.
 *
 * @module
 */
import { operandsOf } from "../condition.ts";
import type { Source } from "../ref.ts";
import type { PipelineNode } from "../task.ts";

/** A source that is not written into the graph itself. */
export type OuterSource = Extract<Source, { readonly from: "param" | "task" | "item" }>;

/** An output of a task, or of what stands for one. */
export type TaskSource = Extract<Source, { readonly from: "task" }>;

/** What a value is called among a group's inputs: unlike for any two values of a pipeline. */
export function channelName(source: OuterSource): string {
  return `pipelinechannel--${sourceName(source)}`;
}

/**
 * What a value is called that only a group's condition needs. Kubeflow's local runner finds the
 * output of a task beside the group by the two dashes, and by nothing else.
 * @param beside whether it is such an output
 */
export function operandName(source: OuterSource, beside: boolean): string {
  const name = source.from === "task" && beside
    ? `pipelinechannel--${source.task}--${source.output}`
    : channelName(source);
  return source.field === undefined ? name : `${name}_member-${source.field}`;
}

/**
 * What the list of a loop is called whose steps need that list, too: Kubeflow takes away from every
 * turn what the loop is over.
 */
export function itemsName(source: OuterSource): string {
  return `${channelName(source)}_loop-items`;
}

// Ids have "-" and no "_", ports have "_" and no "-": so no two of these are alike.
function sourceName(source: OuterSource): string {
  if (source.from === "param") return source.param;
  return source.from === "task" ? `${source.task}-${source.output}` : `${source.loop}_loop-item`;
}

/** The values that nodes take from around them, each whole and once, in the order of their names. */
export function outerSources(nodes: readonly PipelineNode[]): readonly OuterSource[] {
  const inner = new Set(nodes.flatMap(idsOf));
  return uniqueSources(nodes.flatMap(sourcesOf)).filter((source) =>
    source.from === "param" || !inner.has(source.from === "task" ? source.task : source.loop)
  );
}

/** Whole values, each once, in the order of their names. */
export function uniqueSources(sources: readonly Source[]): readonly OuterSource[] {
  const byName = new Map<string, OuterSource>();
  for (const source of sources) {
    if (source.from === "value" || source.from === "status") continue;
    const { field: _, ...whole } = source;
    byName.set(channelName(whole), whole);
  }
  return [...byName].sort(([a], [b]) => a < b ? -1 : 1).map(([, source]) => source);
}

/** The ids of a node and of everything in it; a called pipeline is a world of its own. */
export function idsOf(node: PipelineNode): readonly string[] {
  return [node.id, ...partsOf(node).flatMap(idsOf)];
}

/** The ids of nodes that must have succeeded before a node, whether it takes anything from them. */
export function sourceIdsOf(node: PipelineNode): readonly string[] {
  const own = node.kind === "task" || node.kind === "call" ? node.after : [];
  const wired = ownSources(node).flatMap((source) => source.from === "task" ? [source.task] : []);
  return [...own, ...wired, ...partsOf(node).flatMap(sourceIdsOf)];
}

function partsOf(node: PipelineNode): readonly PipelineNode[] {
  switch (node.kind) {
    case "task":
    case "call":
    case "import":
      return [];
    case "when":
    case "for-each":
      return node.nodes;
    case "branch":
      return node.branches.flatMap(({ nodes }) => nodes);
    case "exit":
      return [...node.nodes, node.exit];
  }
}

function sourcesOf(node: PipelineNode): readonly Source[] {
  return [...ownSources(node), ...partsOf(node).flatMap(sourcesOf)];
}

function ownSources(node: PipelineNode): readonly Source[] {
  switch (node.kind) {
    case "task":
    case "call":
      return Object.values(node.inputs);
    case "import":
      return [node.uri];
    case "when":
      return operandsOf(node.condition);
    case "branch":
      return node.branches.flatMap(({ condition }) => condition ? operandsOf(condition) : []);
    case "for-each":
      return [node.items];
    case "exit":
      return [];
  }
}
