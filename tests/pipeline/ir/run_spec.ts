/**
 * Runs a compiled pipeline as Kubeflow's driver reads it, the slow and obvious way: values go only
 * where the spec's inputs and outputs say, and have to be of the types that it says.
 */
import assert from "node:assert/strict";
import type { JsonValue } from "../../../lib/pipeline/port.ts";
import type { Loose } from "./sample.ts";

/** A parameter's value, or what stands for an artifact. */
type Value = unknown;
type Values = Readonly<Record<string, Value>>;

/** What came of a pipeline. */
export interface SpecRun {
  /** What is missing was skipped. */
  readonly outputs: Values;
  /** Whether a step failed. */
  readonly failed: boolean;
  /** How many steps succeeded. */
  readonly ran: number;
}

/** Runs one step: gets its inputs, gives its outputs. */
export type RunStep = (component: string, inputs: Values) => Promise<Values>;

/** Runs a PipelineSpec. */
export async function runSpec(spec: Loose, params: Values, step: RunStep): Promise<SpecRun> {
  const runner = new SpecRunner(spec, step);
  const outputs = await runner.dag(spec["root"], params);
  return { outputs, failed: runner.failed, ran: runner.ran };
}

class SpecRunner {
  failed = false;
  ran = 0;

  constructor(readonly spec: Loose, readonly step: RunStep) {}

  /** Runs a DAG on its inputs; gives its outputs. */
  async dag(component: Loose, inputs: Values): Promise<Values> {
    const given = { ...defaultsOf(component), ...inputs };
    checkTypes(component, given);
    const { tasks, outputs = {} } = component["dag"];
    const results = new Map<string, Values>();
    const omitted = new Set<string>();
    for (const name of inOrder(tasks)) {
      const task: Loose = tasks[name];
      const always = task["triggerPolicy"]?.strategy === "ALL_UPSTREAM_TASKS_COMPLETED";
      const before: readonly string[] = task["dependentTasks"] ?? [];
      // Argo omits what waits for something that did not succeed; an exit task waits for any end.
      const ready = always
        ? !before.some((other) => omitted.has(other))
        : before.every((other) => results.has(other));
      if (!ready) {
        omitted.add(name);
        continue;
      }
      const result = await this.#task(task, given, results);
      if (result !== null) results.set(name, result);
    }
    return Object.fromEntries(
      [...selectorsOf(outputs)].flatMap(([name, selectors]) => {
        const chosen = selectors.find(({ task }) => results.has(task));
        return chosen === undefined ? [] : [[name, results.get(chosen.task)![chosen.key]]];
      }),
    );
  }

  /** Gives null where the task was skipped or failed. */
  async #task(task: Loose, given: Values, results: Map<string, Values>): Promise<Values | null> {
    const component: Loose = this.spec["components"][task["componentRef"].name];
    const inputs = resolve(task, given, results);
    const condition: string | undefined = task["triggerPolicy"]?.condition;
    if (condition !== undefined && !decide(condition, inputs)) return null;
    const failedBefore = this.failed;
    this.failed = false;
    try {
      const outputs = await this.#run(task, component, inputs);
      return this.failed ? null : outputs;
    } finally {
      this.failed ||= failedBefore;
    }
  }

  async #run(task: Loose, component: Loose, inputs: Values): Promise<Values> {
    if ("executorLabel" in component) {
      const { container } = this.spec["deploymentSpec"].executors[component["executorLabel"]];
      const complete = { ...defaultsOf(component), ...inputs };
      checkTypes(component, complete);
      try {
        const outputs = await this.step(container.command.at(-1), complete);
        this.ran++;
        return outputs;
      } catch {
        this.failed = true;
        return {};
      }
    }
    const loop = task["parameterIterator"];
    if (loop === undefined) return await this.dag(component, inputs);
    const { inputParameter, raw } = loop.items;
    const { [inputParameter]: list, ...rest } = inputs;
    const items = (raw === undefined ? list : JSON.parse(raw)) as readonly JsonValue[];
    assert(Array.isArray(items), "a loop is over a list");
    const turns: Values[] = [];
    const without = structuredClone(component); // a turn does not have the list
    delete without["inputDefinitions"].parameters[inputParameter];
    for (const item of items) {
      turns.push(await this.dag(without, { ...rest, [loop.itemInput]: item }));
    }
    const { parameters = {}, artifacts = {} } = component["outputDefinitions"] ?? {};
    return {
      ...collect(Object.keys(parameters), turns),
      ...Object.fromEntries(
        Object.entries(collect(Object.keys(artifacts), turns)).map(([name, list]) => {
          assert(artifacts[name].isArtifactList, `${name} is a list`);
          return [name, list.flat()];
        }),
      ),
    };
  }
}

/** Without what a turn skipped, as our runner does; Kubeflow 2.17 fails there. */
function collect(names: readonly string[], turns: readonly Values[]): Record<string, Value[]> {
  return Object.fromEntries(
    names.map((name) => [
      name,
      turns.flatMap((turn) => Object.hasOwn(turn, name) ? [turn[name]] : []),
    ]),
  );
}

/** What a task gets. */
function resolve(task: Loose, given: Values, results: Map<string, Values>): Values {
  const { parameters = {}, artifacts = {} } = task["inputs"] ?? {};
  const find = (wire: Loose): Value => {
    if ("runtimeValue" in wire) return wire["runtimeValue"].constant;
    if ("taskFinalStatus" in wire) return { state: "SUCCEEDED" };
    const input = wire["componentInputParameter"] ?? wire["componentInputArtifact"];
    if (input !== undefined) {
      assert(Object.hasOwn(given, input), `there is an input ${input}`);
      return given[input];
    }
    const { producerTask, outputParameterKey, outputArtifactKey } = wire["taskOutputParameter"] ??
      wire["taskOutputArtifact"];
    assert(task["dependentTasks"].includes(producerTask), `it depends on ${producerTask}`);
    const outputs = results.get(producerTask)!;
    const key = outputParameterKey ?? outputArtifactKey;
    assert(Object.hasOwn(outputs, key), `${producerTask} gives ${key}`);
    return outputs[key];
  };
  return Object.fromEntries(
    Object.entries<Loose>({ ...parameters, ...artifacts }).map(([name, wire]) => {
      const [, member] = /^parseJson\(string_value\)\["(\w+)"\]$/.exec(
        wire["parameterExpressionSelector"] ?? "",
      ) ?? [];
      const value = find(wire);
      return [name, member === undefined ? value : (value as Loose)[member]];
    }),
  );
}

function decide(condition: string, inputs: Values): boolean {
  const code = condition
    .replaceAll(/inputs\.parameter_values\['([^']+)'\]/g, (_, name) => {
      assert(Object.hasOwn(inputs, name), `the condition's ${name} is an input`);
      return `(${JSON.stringify(inputs[name])})`;
    })
    .replaceAll("int(", "Math.trunc(");
  return new Function(`return ${code}`)();
}

function checkTypes(component: Loose, inputs: Values): void {
  const { parameters = {}, artifacts = {} } = component["inputDefinitions"] ?? {};
  for (const [name, { parameterType }] of Object.entries<Loose>(parameters)) {
    assert(Object.hasOwn(inputs, name), `${name} is given`);
    const value = inputs[name];
    const types: Readonly<Record<string, boolean>> = {
      NUMBER_INTEGER: Number.isInteger(value),
      NUMBER_DOUBLE: typeof value === "number",
      STRING: typeof value === "string",
      BOOLEAN: typeof value === "boolean",
      LIST: Array.isArray(value),
      STRUCT: typeof value === "object",
      TASK_FINAL_STATUS: typeof value === "object",
    };
    assert(types[parameterType], `${name} is ${parameterType}: ${JSON.stringify(value)}`);
  }
  for (const [name, { isArtifactList = false }] of Object.entries<Loose>(artifacts)) {
    assert(Object.hasOwn(inputs, name), `${name} is given`);
    assert.equal(Array.isArray(inputs[name]), isArtifactList, `${name} is a list or not`);
  }
}

function defaultsOf(component: Loose): Values {
  const { parameters = {} } = component["inputDefinitions"] ?? {};
  return Object.fromEntries(
    Object.entries<Loose>(parameters).flatMap(([name, { defaultValue, isOptional }]) =>
      isOptional && defaultValue !== undefined ? [[name, defaultValue]] : []
    ),
  );
}

/** What a DAG gives: by name the outputs of tasks, of which one ran. */
function* selectorsOf(
  { parameters = {}, artifacts = {} }: Loose,
): Generator<[string, { task: string; key: string }[]]> {
  for (const [name, output] of Object.entries<Loose>({ ...parameters, ...artifacts })) {
    const { valueFromParameter, valueFromOneof, artifactSelectors } = output;
    const all: Loose[] = artifactSelectors ?? valueFromOneof?.parameterSelectors ??
      [valueFromParameter];
    yield [
      name,
      all.map((selector) => ({
        task: selector["producerSubtask"],
        key: selector["outputParameterKey"] ?? selector["outputArtifactKey"],
      })),
    ];
  }
}

function inOrder(tasks: Loose): string[] {
  const left = Object.keys(tasks);
  const ordered: string[] = [];
  while (left.length > 0) {
    const next = left.findIndex((name) =>
      (tasks[name].dependentTasks ?? []).every((other: string) => ordered.includes(other))
    );
    assert(next >= 0, `there is no circle among ${left}`);
    ordered.push(...left.splice(next, 1));
  }
  return ordered;
}
