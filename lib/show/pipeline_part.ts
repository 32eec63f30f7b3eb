/**
 * The nodes of a pipeline as they are drawn: steps, and frames around them. Pure.
 *
 * @module
 */
import { needsOf } from "../pipeline/needs_of.ts";
import type { PipelineNode } from "../pipeline/task.ts";
import { conditionText, sourceText } from "./condition_text.ts";

/** A node before it has a place. */
export interface Part {
  /** A step's name in events; loops leave out the turn. */
  readonly path: string;
  readonly kind: "step" | "import" | "group";
  /** What is written on it. */
  readonly title: string;
  /** Of a group. */
  readonly inner: readonly Part[];
  /** Every id in it. */
  readonly ids: ReadonlySet<string>;
  /** Ids that it waits for. */
  readonly needs: ReadonlySet<string>;
}

/**
 * What a node is drawn as.
 *
 * @param prefix of its steps' names: those of the calls around it.
 */
export function partOf(node: PipelineNode, prefix: string): Part {
  const within = (nodes: readonly PipelineNode[], before = prefix): Part[] =>
    nodes.map((inner) => partOf(inner, before));
  const group = (title: string, inner: readonly Part[]): Part => ({
    path: prefix + node.id,
    kind: "group",
    title,
    inner,
    ids: new Set([node.id, ...inner.flatMap(({ ids }) => [...ids])]),
    needs: needsOf(node),
  });
  switch (node.kind) {
    case "task":
    case "import": {
      const kind = node.kind === "task" ? "step" : "import";
      return {
        path: prefix + node.id,
        kind,
        title: node.id,
        inner: [],
        ids: new Set([node.id]),
        needs: needsOf(node),
      };
    }
    case "call": {
      const inner = within(node.pipeline.nodes, `${prefix}${node.id}.`);
      // Ids within another pipeline are its own.
      return { ...group(`${node.id}: ${node.pipeline.name}`, inner), ids: new Set([node.id]) };
    }
    case "when":
      return group(`when ${conditionText(node.condition)}`, within(node.nodes));
    case "for-each": {
      const most = node.parallelism === null ? "" : `, ${node.parallelism} at a time`;
      return group(`for each of ${sourceText(node.items)}${most}`, within(node.nodes));
    }
    case "branch":
      return group(
        "one of",
        node.branches.map(({ condition, nodes }, i) => {
          const inner = within(nodes);
          return {
            path: `${prefix}${node.id}.${i}`,
            kind: "group",
            title: condition === null ? "else" : `if ${conditionText(condition)}`,
            inner,
            ids: new Set(inner.flatMap(({ ids }) => [...ids])),
            needs: new Set<string>(),
          };
        }),
      );
    case "exit": {
      const guarded = within(node.nodes);
      const before = new Set(guarded.flatMap(({ ids }) => [...ids]));
      const exit = { ...partOf(node.exit, prefix), title: `${node.exit.id} (in any case)` };
      return group("guarded", [...guarded, { ...exit, needs: before }]);
    }
  }
}
