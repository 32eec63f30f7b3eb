/**
 * Groups of steps. Each is a component of tasks, with an input for every value from outside.
 *
 * @module
 */
import type { Condition } from "../condition.ts";
import { givesSurely } from "../gives_surely.ts";
import { collectedPort } from "../output_port.ts";
import type { Port } from "../port.ts";
import type { Source } from "../ref.ts";
import type { BranchGroup, ExitGroup, ForEachGroup, WhenGroup } from "../task.ts";
import { channelName, itemsName, outerSources, uniqueSources } from "./channels.ts";
import type { Compilation } from "./compilation.ts";
import { barePort, portDefinitions } from "./component_spec.ts";
import { dagOutputs, type GivenValue } from "./dag_outputs.ts";
import { type DagPlace, placeWithin, taskInputs } from "./dag_place.ts";
import { channelInputs, compileCondition, type GroupInputs } from "./group_inputs.ts";
import { compact, type IrObject } from "./ir.ts";

/** A PipelineTaskSpec of a group, but for its name and what it depends on; adds its component. */
export function compileGroup(
  group: WhenGroup | BranchGroup | ForEachGroup | ExitGroup,
  place: DagPlace,
  compilation: Compilation,
): IrObject {
  switch (group.kind) {
    case "when":
      return compileWhen(group, place, compilation);
    case "branch":
      return compileBranches(group, place, compilation);
    case "for-each":
      return compileLoop(group, place, compilation);
    case "exit":
      return compileExit(group, place, compilation);
  }
}

/** Steps under a condition, and what they give. */
function compileWhen(
  { id, condition, nodes }: Pick<WhenGroup, "id" | "condition" | "nodes">,
  place: DagPlace,
  compilation: Compilation,
  given: Readonly<Record<string, GivenValue>> = {},
): IrObject {
  const { expression, inputs } = compileCondition(condition, place);
  return {
    ...groupTask(id, place, compilation, {
      inputs: { ...channelInputs(outerSources(nodes), place), ...inputs },
      tasks: compilation.compileDag(nodes, placeWithin(place, nodes)),
      given,
    }),
    triggerPolicy: { condition: expression },
  };
}

/** Conditions beside each other, of which one holds, in a group that gives what that one gives. */
function compileBranches(
  group: BranchGroup,
  place: DagPlace,
  compilation: Compilation,
): IrObject {
  const { id, branches } = group;
  const label = compilation.target.label(id);
  const around: DagPlace = { ...place, top: false, beside: new Set() };
  const ids = branches.map((_, i) => `${id}-${i + 1}`);
  const tasks = branches.map(({ condition, nodes, outputs }, i): [string, IrObject] => {
    const failed = branches.slice(0, i).flatMap((branch) => branch.condition ?? []);
    const conditions: Condition[] = failed.map((condition) => ({ not: condition }));
    const all = condition === null ? conditions : [...conditions, condition];
    const node = { id: ids[i]!, condition: { all }, nodes };
    const task = compileWhen(node, around, compilation, givenBy(outputs, place));
    return [ids[i]!, { taskInfo: { name: ids[i]! }, ...task }];
  });
  const given = Object.entries(branches[0]!.outputs).map(([output, source]) => [output, {
    port: place.portOf(source),
    from: ids.map((task) => ({ task, output })),
  }]);
  return groupTask(id, place, compilation, {
    label,
    inputs: channelInputs(outerSources([group]), place),
    tasks: Object.fromEntries(tasks),
    given: Object.fromEntries(given),
  });
}

function compileLoop(group: ForEachGroup, place: DagPlace, compilation: Compilation): IrObject {
  const { id, items, item, parallelism, nodes, outputs } = group;
  if (items.field !== undefined) {
    throw new TypeError(
      `${place.what} loop "${id}" is over member "${items.field}" of a struct, which Kubeflow ` +
        `can't take apart for a loop: give the list as an output or parameter of its own`,
    );
  }
  const nested = Object.entries(outputs).find(([, source]) => {
    const inner = nodes.find((node) => source.from === "task" && node.id === source.task);
    return inner?.kind === "for-each" && place.portOf(source).kind === "param";
  });
  if (nested !== undefined) {
    throw new TypeError(
      `${place.what} loop "${id}" gives "${
        nested[0]
      }" as a list of lists, of which Kubeflow makes ` +
        `one list: give what a step within makes of the inner list`,
    );
  }
  const itemInput = channelName({ from: "item", loop: id });
  const inputs = channelInputs(
    outerSources(nodes).filter((source) => channelName(source) !== itemInput),
    place,
  );
  const list = itemsInput(items, inputs, place);
  return {
    ...groupTask(id, place, compilation, {
      inputs: { ...inputs, ...list },
      item: { [itemInput]: barePort(item) },
      tasks: compilation.compileDag(nodes, placeWithin(place, nodes)),
      given: givenBy(outputs, place, collectedPort),
    }),
    parameterIterator: {
      itemInput,
      items: items.from === "value"
        ? { raw: JSON.stringify(items.value) }
        : { inputParameter: Object.keys(list)[0]! },
    },
    ...(parallelism !== null && { iteratorPolicy: { parallelismLimit: parallelism } }),
  };
}

/** The input that a loop is over; none when the items are values. */
function itemsInput(items: Source, others: GroupInputs, { portOf }: DagPlace): GroupInputs {
  const [source] = uniqueSources([items]);
  if (source === undefined) return {};
  const shared = Object.hasOwn(others, channelName(source));
  const name = shared ? itemsName(source) : channelName(source);
  return { [name]: { source, port: barePort(portOf(source)) } };
}

function compileExit(group: ExitGroup, place: DagPlace, compilation: Compilation): IrObject {
  const { id, nodes } = group;
  if (!place.top) {
    throw new TypeError(
      `${place.what} exit handler "${id}" is within another group: Kubeflow has it only at the ` +
        `top of a pipeline`,
    );
  }
  const exported = place.exported.filter((source) => givesSurely(nodes, source));
  const outputs = Object.fromEntries(exported.map((source) => [channelName(source), source]));
  return groupTask(id, place, compilation, {
    inputs: channelInputs(outerSources(nodes), place),
    tasks: compilation.compileDag(nodes, placeWithin(place, nodes)),
    given: givenBy(outputs, place),
  });
}

/** A task of tasks; adds its component. */
function groupTask(
  id: string,
  place: DagPlace,
  { target }: Compilation,
  { label = target.label(id), inputs, item = {}, tasks, given }: {
    readonly label?: string;
    readonly inputs: GroupInputs;
    /** What a loop itself puts in. */
    readonly item?: Readonly<Record<string, Port>>;
    readonly tasks: IrObject;
    readonly given: Readonly<Record<string, GivenValue>>;
  },
): IrObject {
  const entries = Object.entries(inputs);
  const ports = Object.fromEntries(entries.map(([name, { port }]) => [name, port]));
  const sources = Object.fromEntries(entries.map(([name, { source }]) => [name, source]));
  const { outputDefinitions, outputs } = dagOutputs(given);
  const component = {
    ...compact({ inputDefinitions: portDefinitions({ ...ports, ...item }), outputDefinitions }),
    dag: { tasks, ...compact({ outputs }) },
  };
  return {
    componentRef: { name: target.addComponent(label, component) },
    ...compact({ inputs: taskInputs(place, ports, sources) }),
  };
}

/** What a group gives of its own steps' outputs. */
function givenBy(
  outputs: Readonly<Record<string, Source>>,
  { what, portOf }: DagPlace,
  map: (port: Port) => Port = (port) => port,
): Readonly<Record<string, GivenValue>> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, source]) => {
      if (source.from !== "task" || source.field !== undefined) {
        throw new TypeError(`${what} a group gives "${name}", which no step of it gives`);
      }
      return [name, { port: map(portOf(source)), from: [source] }];
    }),
  );
}
