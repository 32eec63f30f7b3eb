/**
 * Pipelines and what they are made of: tasks, and groups of them. Plain data.
 *
 * @module
 */
import type { Component } from "./component.ts";
import type { Condition } from "./condition.ts";
import type { PodOptions } from "./pod_options.ts";
import type { ArtifactPort, JsonValue, ParamPort, ParamPorts, Ports } from "./port.ts";
import type { Ref, Source } from "./ref.ts";

/** What a pipeline gives, by name. */
export type Outputs = Readonly<Record<string, Ref>>;

/** A pipeline: pure data, in an order where every task follows its sources. */
export interface Pipeline<P extends ParamPorts = ParamPorts, O extends Outputs = Outputs> {
  /** Lower-case letters, digits and `-`. */
  readonly name: string;
  /** For people. */
  readonly description: string;
  /** What is chosen for every run. */
  readonly params: P;
  /** The tasks, some of them in groups. */
  readonly nodes: readonly PipelineNode[];
  /** Where what it gives comes from. */
  readonly outputs: Readonly<Record<string, Source>>;
  /** What kind of value each of them is. */
  readonly outputPorts: Ports;
  /** Only for the type checker. */
  readonly "~outputs"?: O;
}

/** One use of a component in a pipeline. */
export interface Task {
  /** Tells it from other nodes. */
  readonly kind: "task";
  /** Unlike any other in the pipeline. */
  readonly id: string;
  /** What it runs. */
  readonly component: Component;
  /** Where each input comes from; those left to their defaults are missing. */
  readonly inputs: Readonly<Record<string, Source>>;
  /** Ids of nodes beside or around it that must have succeeded before, although nothing comes from them. */
  readonly after: readonly string[];
  /** How often a failed attempt is repeated. */
  readonly retries: number;
  /** How long one attempt may take; null is for ever. */
  readonly timeoutMs: number | null;
  /** Whether a result of the same component with the same inputs may be taken instead. */
  readonly cache: boolean;
  /** What a result is kept under in place of component and inputs; null is those. */
  readonly cacheKey: string | null;
  /** What its pod is to be like on Kubernetes. */
  readonly pod: PodOptions;
}

/** A pipeline used as a step of another. */
export interface Call {
  /** Tells it from other nodes. */
  readonly kind: "call";
  /** Unlike any other in the pipeline. */
  readonly id: string;
  /** What it runs. */
  readonly pipeline: Pipeline;
  /** Where each parameter comes from; those left to their defaults are missing. */
  readonly inputs: Readonly<Record<string, Source>>;
  /** Ids of nodes that must have succeeded before, although nothing comes from them. */
  readonly after: readonly string[];
}

/** An artifact that is there already. Its only output is named `artifact`. */
export interface Import {
  /** Tells it from other nodes. */
  readonly kind: "import";
  /** Unlike any other in the pipeline. */
  readonly id: string;
  /** What kind of artifact it is. */
  readonly port: ArtifactPort;
  /** Where it is. */
  readonly uri: Source;
  /** What is to be known of it, for Kubeflow's page. */
  readonly metadata: Readonly<Record<string, JsonValue>>;
  /** Whether Kubeflow makes a new record of it although it has one of that URI. */
  readonly reimport: boolean;
}

/** Nodes that run only when a condition holds. */
export interface WhenGroup {
  /** Tells it from other nodes. */
  readonly kind: "when";
  /** Unlike any other in the pipeline. */
  readonly id: string;
  /** Decided as soon as its operands are there. */
  readonly condition: Condition;
  /** What runs when it holds. */
  readonly nodes: readonly PipelineNode[];
}

/** One of the ways that a {@linkcode BranchGroup} can go. */
export interface Branch {
  /** null always holds: only the last may have it. */
  readonly condition: Condition | null;
  /** What runs when this is the first that holds. */
  readonly nodes: readonly PipelineNode[];
  /** What the group gives then; every branch has the same names, or none has any. */
  readonly outputs: Readonly<Record<string, Source>>;
}

/** The first branch whose condition holds runs, the others do not. */
export interface BranchGroup {
  /** Tells it from other nodes. */
  readonly kind: "branch";
  /** Unlike any other in the pipeline. */
  readonly id: string;
  /** In the order they are tried. */
  readonly branches: readonly Branch[];
}

/** Nodes that run once for every item of a list. */
export interface ForEachGroup {
  /** Tells it from other nodes. */
  readonly kind: "for-each";
  /** Unlike any other in the pipeline. */
  readonly id: string;
  /** The list. */
  readonly items: Source;
  /** What an item is. */
  readonly item: ParamPort;
  /** How many turns run at a time at most; null is any number. */
  readonly parallelism: number | null;
  /** What runs in every turn. */
  readonly nodes: readonly PipelineNode[];
  /** What the loop gives: lists of what the turns gave, in the order of the items. */
  readonly outputs: Readonly<Record<string, Source>>;
}

/** Nodes after which a task runs, however they end. Only at the top of a pipeline. */
export interface ExitGroup {
  /** Tells it from other nodes. */
  readonly kind: "exit";
  /** Unlike any other in the pipeline. */
  readonly id: string;
  /** What is guarded. */
  readonly nodes: readonly PipelineNode[];
  /** What runs when they have ended. */
  readonly exit: Task;
}

/** A step of a pipeline, or a group of steps. */
export type PipelineNode =
  | Task
  | Call
  | Import
  | WhenGroup
  | BranchGroup
  | ForEachGroup
  | ExitGroup;

/** A task, and where in a pipeline it is. */
export interface PlacedTask {
  /** Its id, after those of the calls around it: `tune.train`. */
  readonly path: string;
  /** The task. */
  readonly task: Task;
  /** Those of the groups around it, the outermost first: it runs only when all hold. */
  readonly conditions: readonly Condition[];
}

/** The tasks of a pipeline and of those that it calls, in order. */
export function flattenTasks(nodes: readonly PipelineNode[]): PlacedTask[] {
  return nodes.flatMap((node) => flattenNode(node));
}

function flattenNode(node: PipelineNode): PlacedTask[] {
  switch (node.kind) {
    case "task":
      return [{ path: node.id, task: node, conditions: [] }];
    case "call":
      return flattenTasks(node.pipeline.nodes).map((placed) => ({
        ...placed,
        path: `${node.id}.${placed.path}`,
      }));
    case "import":
      return [];
    case "when":
      return within([node.condition], node.nodes);
    case "branch":
      return node.branches.flatMap(({ condition, nodes }, i) => {
        const before = node.branches.slice(0, i).flatMap((branch) => branch.condition ?? []);
        const failed = before.map((condition) => ({ not: condition }));
        return within([...failed, ...condition === null ? [] : [condition]], nodes);
      });
    case "for-each":
      return flattenTasks(node.nodes);
    case "exit":
      return flattenTasks([...node.nodes, node.exit]);
  }
}

function within(conditions: readonly Condition[], nodes: readonly PipelineNode[]): PlacedTask[] {
  return flattenTasks(nodes).map((placed) => ({
    ...placed,
    conditions: [...conditions, ...placed.conditions],
  }));
}
