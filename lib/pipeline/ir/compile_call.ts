/**
 * Whole pipelines: the one that is compiled, and those that it calls.
 *
 * @module
 */
import { givesSurely } from "../gives_surely.ts";
import type { Pipeline } from "../pipeline.ts";
import type { ParamPorts } from "../port.ts";
import { type Call, flattenTasks } from "../task.ts";
import { channelName, type TaskSource } from "./channels.ts";
import type { Compilation } from "./compilation.ts";
import { portDefinitions } from "./component_spec.ts";
import { dagOutputs, type GivenValue } from "./dag_outputs.ts";
import { type DagPlace, taskInputs } from "./dag_place.ts";
import { checkGraph } from "./graph_ports.ts";
import { compact, type IrObject } from "./ir.ts";

/**
 * A ComponentSpec of a pipeline. Outputs that none of its steps surely gives are left out: Kubeflow
 * has no such.
 * @param params its parameters, maybe with other defaults
 */
export function compileGraph(
  pipeline: Pipeline,
  params: ParamPorts,
  compilation: Compilation,
): IrObject {
  const { name, nodes, outputs } = pipeline;
  const sure = Object.entries(outputs).flatMap(([output, source]): [string, TaskSource][] =>
    source.from === "task" && givesSurely(nodes, source) ? [[output, source]] : []
  );
  const place: DagPlace = {
    what: `Cannot compile pipeline "${name}" for Kubeflow as`,
    portOf: checkGraph(pipeline),
    beside: new Set(nodes.map(({ id }) => id)),
    top: true,
    exported: sure.map(([, source]) => source),
  };
  const given = sure.map(([output, source]): [string, GivenValue] => {
    const exit = nodes.find((node) => node.kind === "exit" && givesSurely(node.nodes, source));
    const from = exit ? { task: exit.id, output: channelName(source) } : source;
    return [output, { port: place.portOf(source), from: [from] }];
  });
  const { outputDefinitions, outputs: dag } = dagOutputs(Object.fromEntries(given));
  return {
    ...compact({ inputDefinitions: portDefinitions(params), outputDefinitions }),
    dag: { tasks: compilation.compileDag(nodes, place), ...compact({ outputs: dag }) },
  };
}

/** A PipelineTaskSpec for a called pipeline, but for its name and what it depends on. */
export function compileCall(call: Call, place: DagPlace, compilation: Compilation): IrObject {
  const { id, pipeline, inputs } = call;
  const { target, options } = compilation;
  const label = target.label(id);
  const component = compileGraph(pipeline, pipeline.params, compilation);
  const cached = flattenTasks(pipeline.nodes).every(({ task }) =>
    task.cache && !task.component.effects
  );
  return {
    componentRef: { name: target.addComponent(label, component) },
    cachingOptions: { enableCache: cached && options.cache !== false },
    ...compact({ inputs: taskInputs(place, pipeline.params, inputs) }),
  };
}
