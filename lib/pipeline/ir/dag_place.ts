/**
 * Where in a pipeline nodes are compiled: what a value is called there. Pure.
 *
 * @module
 */
import type { Ports } from "../port.ts";
import type { Source } from "../ref.ts";
import type { PipelineNode } from "../task.ts";
import { channelName, type OuterSource, type TaskSource } from "./channels.ts";
import type { PortLookup } from "./graph_ports.ts";
import { compact, type IrObject } from "./ir.ts";

/** A pipeline or a group, whose tasks see each other and the inputs of it. */
export interface DagPlace {
  /** Begins messages: `Cannot compile pipeline "digits" for Kubeflow as`. */
  readonly what: string;
  /** What kind of value a source of the pipeline is. */
  readonly portOf: PortLookup;
  /** The ids of the nodes that are tasks here. */
  readonly beside: ReadonlySet<string>;
  /** Whether this is the pipeline itself, whose inputs are its parameters. */
  readonly top: boolean;
  /** What the pipeline gives, which an exit handler has to hand out. */
  readonly exported: readonly TaskSource[];
}

/** The inside of a group. */
export function placeWithin(place: DagPlace, nodes: readonly PipelineNode[]): DagPlace {
  return { ...place, top: false, beside: new Set(nodes.map(({ id }) => id)) };
}

/** The `inputs` of a task here. */
export function taskInputs(
  place: DagPlace,
  ports: Ports,
  sources: Readonly<Record<string, Source>>,
): IrObject {
  const parameters: Record<string, IrObject> = {};
  const artifacts: Record<string, IrObject> = {};
  for (const [name, source] of Object.entries(sources)) {
    if (ports[name]!.kind === "param") parameters[name] = parameterInput(place, source);
    else artifacts[name] = artifactInput(place, source as OuterSource);
  }
  return compact({ parameters, artifacts });
}

function parameterInput(place: DagPlace, source: Source): IrObject {
  if (source.field === undefined) return wholeParameter(place, source);
  return {
    ...wholeParameter(place, source),
    parameterExpressionSelector: `parseJson(string_value)["${source.field}"]`,
  };
}

function wholeParameter(place: DagPlace, source: Source): IrObject {
  if (source.from === "value") return { runtimeValue: { constant: source.value } };
  if (source.from === "status") return { taskFinalStatus: { producerTask: source.exit } };
  if (source.from === "task" && place.beside.has(source.task)) {
    const { task: producerTask, output: outputParameterKey } = source;
    return { taskOutputParameter: { outputParameterKey, producerTask } };
  }
  return { componentInputParameter: inputName(place, source) };
}

function artifactInput(place: DagPlace, source: OuterSource): IrObject {
  if (source.from === "task" && place.beside.has(source.task)) {
    const { task: producerTask, output: outputArtifactKey } = source;
    return { taskOutputArtifact: { outputArtifactKey, producerTask } };
  }
  return { componentInputArtifact: inputName(place, source) };
}

function inputName({ top }: DagPlace, source: OuterSource): string {
  if (top && source.from === "param") return source.param;
  const { field: _, ...whole } = source;
  return channelName(whole);
}
