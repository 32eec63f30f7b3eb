/**
 * A compiled pipeline in a form where only its meaning is left, so that what two compilers made
 * can be compared as data:
 *
 * - Groups are inlined, and every value is written as where it comes from in the end
 *   (`flip.side`, `param:threshold`, `item of for-each-1`) with the types that it has on its way.
 *   So it does not matter what groups' inputs are called, in which order they are, and whether
 *   there are more of them than are used.
 * - Groups are called by kind and order, and components and executors not at all.
 * - A condition has its numbers without the casts to `double`, which all numbers are anyway.
 * - What is false by default is left out, and the compiler's name.
 */
import assert from "node:assert/strict";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Obj = { [key: string]: Json };

/** A DAG's inputs as seen from the root, and where its tasks' outputs come from. */
interface Scope {
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Record<string, Record<string, Json>>;
  readonly path: string;
}

/** The normal form of the documents of one YAML file. */
export function normalForm(documents: readonly unknown[]): unknown {
  const [spec, platform] = documents as [Obj, Obj?];
  const { root, pipelineInfo, schemaVersion } = spec as Record<string, Obj>;
  const form = new NormalForm(spec, platform);
  const definitions = at(root!, "inputDefinitions", "parameters");
  const inputs = Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [
      name,
      `param:${name} (${(definition as Obj)["parameterType"]})`,
    ]),
  );
  return {
    pipelineInfo,
    schemaVersion,
    inputDefinitions: root!["inputDefinitions"] ?? {},
    outputDefinitions: root!["outputDefinitions"] ?? {},
    ...form.dag(root!, { inputs, outputs: {}, path: "" }),
  };
}

class NormalForm {
  readonly #components: Obj;
  readonly #executors: Obj;
  readonly #kubernetes: Obj;

  constructor(spec: Obj, platform: Obj | undefined) {
    this.#components = at(spec, "components");
    this.#executors = at(spec, "deploymentSpec", "executors");
    this.#kubernetes = at(
      platform ?? {},
      ...["platforms", "kubernetes", "deploymentSpec", "executors"],
    );
  }

  /** The tasks and outputs of a DAG. */
  dag(component: Obj, scope: Scope): Obj {
    const tasks = at(component, "dag", "tasks") as Record<string, Obj>;
    const names = canonicalNames(tasks, this.#components);
    const done: Record<string, Json> = {};
    for (const key of inOrder(tasks)) {
      done[names[key]!] = this.#task(key, tasks[key]!, names, scope);
    }
    const outputs = at(component, "dag", "outputs");
    const given = {
      ...this.#dagOutputs(outputs, "parameters", scope),
      ...this.#dagOutputs(outputs, "artifacts", scope),
    };
    return { tasks: done, given };
  }

  #task(key: string, task: Obj, names: Record<string, string>, scope: Scope): Json {
    const component = at(this.#components, at(task, "componentRef")["name"] as string);
    const name = names[key]!;
    assert.equal(at(task, "taskInfo")["name"], key);
    const isGroup = name !== key || "triggerPolicy" in task && "dag" in component;
    const inputs = this.#inputs(task, component, scope);
    const label = component["executorLabel"] as string | undefined;
    scope.outputs[key] = {};
    const policy = at(task, "triggerPolicy");
    const common: Record<string, Json> = {
      ...without(task, ["taskInfo", "componentRef", "inputs", "dependentTasks", "triggerPolicy"]),
      cachingOptions: without(
        at(task, "cachingOptions"),
        at(task, "cachingOptions")["enableCache"] ? [] : ["enableCache"],
      ),
      dependentTasks: (task["dependentTasks"] as string[] ?? []).map((id) => names[id]!).sort(),
      ...("condition" in policy &&
        { condition: normalCondition(policy["condition"] as string, inputs) }),
      ...("strategy" in policy && { strategy: policy["strategy"]! }),
    };
    if (label !== undefined) {
      for (const kind of ["parameters", "artifacts"]) {
        const ports = at(component, "outputDefinitions", kind) as Record<string, Obj>;
        for (const output of Object.keys(ports)) {
          const type = ports[output]!["parameterType"] ??
            at(ports[output]!, "artifactType")["schemaTitle"]!;
          scope.outputs[key]![output] = `${scope.path}${name}.${output} (${type})`;
        }
      }
      return {
        ...common,
        name: at(task, "taskInfo")["name"]!,
        inputs,
        inputDefinitions: component["inputDefinitions"] ?? {},
        outputDefinitions: component["outputDefinitions"] ?? {},
        executor: this.#executors[label]!,
        kubernetes: this.#kubernetes[label] ?? {},
      };
    }
    const loop = at(task, "parameterIterator");
    const items = at(loop, "items");
    const path = `${scope.path}${name}/`;
    if ("itemInput" in loop) {
      const item = loop["itemInput"] as string;
      inputs[item] = `item of ${path} ${this.#type(component, item)}`;
    }
    const body = this.dag(component, { inputs, outputs: {}, path });
    const given = body["given"] as Record<string, Json>;
    for (const [output, value] of Object.entries(given)) {
      const all = "itemInput" in loop ? `all of ${JSON.stringify(value)}` : value;
      scope.outputs[key]![output] = typeof all === "string"
        ? `${all} ${this.#outputType(component, output)}`
        : all;
    }
    return {
      ...without(common, ["parameterIterator"]),
      ...("itemInput" in loop && {
        items: "raw" in items
          ? JSON.parse(items["raw"] as string) as Json
          : inputs[items["inputParameter"] as string]!,
      }),
      tasks: body["tasks"]!,
      // What a called pipeline is given counts, whether it uses it or not.
      ...(!isGroup && { inputs, inputDefinitions: component["inputDefinitions"] ?? {}, given }),
    };
  }

  /** Where every input of a task comes from. */
  #inputs(task: Obj, component: Obj, scope: Scope): Record<string, string> {
    const defaulted = Object.keys(at(component, "inputDefinitions", "parameters"));
    const origins = Object.fromEntries(defaulted.map((name) => [name, `default of ${name}`]));
    for (const kind of ["parameters", "artifacts"]) {
      for (const [name, wire] of Object.entries(at(task, "inputs", kind))) {
        const { parameterExpressionSelector: selector, ...source } = wire as Record<string, Obj>;
        const origin = this.#origin(source, scope);
        origins[name] = `${origin}${selector ? ` ${selector}` : ""} ${this.#type(component, name)}`;
      }
    }
    return origins;
  }

  #origin(wire: Readonly<Record<string, Json>>, scope: Scope): string {
    const [[kind, value]] = Object.entries(wire) as [[string, Json]];
    if (kind === "runtimeValue") return JSON.stringify((value as Obj)["constant"]);
    if (kind === "taskFinalStatus") return "status";
    if (kind.startsWith("componentInput")) {
      const origin = scope.inputs[value as string];
      assert(origin !== undefined, `nothing goes into input ${value} of ${scope.path}`);
      return origin;
    }
    const { producerTask, outputParameterKey, outputArtifactKey } = value as Record<string, string>;
    const output = scope.outputs[producerTask!]?.[(outputParameterKey ?? outputArtifactKey)!];
    assert(output !== undefined, `${producerTask} gives no ${JSON.stringify(value)}`);
    return typeof output === "string" ? output : JSON.stringify(output);
  }

  #dagOutputs(outputs: Obj, kind: string, scope: Scope): Record<string, Json> {
    return Object.fromEntries(
      Object.entries(at(outputs, kind)).map(([name, spec]) => {
        const { valueFromParameter, valueFromOneof, artifactSelectors } = spec as Obj;
        const selectors = valueFromParameter ? [valueFromParameter] : (artifactSelectors ??
          (valueFromOneof as Obj)["parameterSelectors"]) as Json[];
        const origins = (selectors as Obj[]).map((selector) => {
          const key = (selector["outputParameterKey"] ?? selector["outputArtifactKey"]) as string;
          const origin = scope.outputs[selector["producerSubtask"] as string]?.[key];
          assert(origin !== undefined, `${JSON.stringify(selector)} is given by no task`);
          return origin;
        });
        return [name, origins.length === 1 ? origins[0]! : { oneOf: origins }];
      }),
    );
  }

  #type(component: Obj, input: string): string {
    const { parameters = {}, artifacts = {} } = at(component, "inputDefinitions") as Record<
      string,
      Obj
    >;
    const parameter = parameters[input] as Obj | undefined;
    const artifact = artifacts[input] as Obj | undefined;
    assert(parameter ?? artifact, `there is no input ${input}`);
    return typeText(parameter, artifact);
  }

  #outputType(component: Obj, output: string): string {
    const { parameters = {}, artifacts = {} } = at(component, "outputDefinitions") as Record<
      string,
      Obj
    >;
    return typeText(parameters[output] as Obj | undefined, artifacts[output] as Obj | undefined);
  }
}

function typeText(parameter: Obj | undefined, artifact: Obj | undefined): string {
  if (parameter !== undefined) return `(${parameter["parameterType"]})`;
  const list = artifact!["isArtifactList"] ? " list" : "";
  return `(${at(artifact!, "artifactType")["schemaTitle"]}${list})`;
}

/** Groups by kind and order, everything else by its own name. */
function canonicalNames(
  tasks: Readonly<Record<string, Obj>>,
  components: Obj,
): Record<string, string> {
  const counts: Record<string, number> = {};
  return Object.fromEntries(
    inOrder(tasks).map((key) => {
      const kind = groupKind(key, tasks[key]!, components);
      if (kind === null) return [key, key];
      counts[kind] = (counts[kind] ?? 0) + 1;
      return [key, `<${kind} ${counts[kind]}>`];
    }),
  );
}

function groupKind(key: string, task: Obj, components: Obj): string | null {
  const component = at(components, at(task, "componentRef")["name"] as string);
  if (!("dag" in component)) return null;
  if ("condition" in at(task, "triggerPolicy")) return "condition";
  if ("parameterIterator" in task) return "loop";
  if (/^(condition-branches|branch)-\d+$/.test(key)) return "branches";
  return /^exit(-handler)?-\d+$/.test(key) ? "exit handler" : null;
}

/** Each task after those that it depends on; otherwise by the number in its name. */
function inOrder(tasks: Readonly<Record<string, Obj>>): string[] {
  const numberOf = (key: string) => Number(/(\d+)$/.exec(key)?.[1] ?? 0);
  const left = Object.keys(tasks).sort((a, b) => numberOf(a) - numberOf(b) || (a < b ? -1 : 1));
  const ordered: string[] = [];
  while (left.length > 0) {
    const next = left.findIndex((key) =>
      (tasks[key]!["dependentTasks"] as string[] ?? []).every((id) => ordered.includes(id))
    );
    assert(next >= 0, `there is a circle among ${left}`);
    ordered.push(...left.splice(next, 1));
  }
  return ordered;
}

function normalCondition(condition: string, inputs: Readonly<Record<string, string>>): string {
  return condition
    .replaceAll(/double\((\d+)\)/g, "$1.0")
    .replaceAll(/double\(int\((inputs\.parameter_values\['[^']+'\])\)\)/g, "$1")
    .replaceAll(/inputs\.parameter_values\['([^']+)'\]/g, (_, name: string) => {
      const origin = inputs[name];
      assert(origin !== undefined, `the condition is over ${name}, which is no input`);
      return `{${origin}}`;
    });
}

function at(object: Obj, ...path: string[]): Obj {
  return path.reduce((value, key) => (value[key] ?? {}) as Obj, object);
}

function without(object: Obj, keys: readonly string[]): Record<string, Json> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
