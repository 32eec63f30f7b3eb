/**
 * Traces the building of a pipeline and checks every part as it is added.
 *
 * @module
 */
import { checkId, checkPortName, checkPorts } from "./check_names.ts";
import { checkCondition, checkRef, checkWires } from "./check_wires.ts";
import type { Component } from "./component.ts";
import type { WiredCondition } from "./condition.ts";
import type { Graph, StepOptions } from "./graph.ts";
import type { ParamPorts, Port } from "./port.ts";
import { Ref, type Source } from "./ref.ts";
import type { PipelineNode, Task } from "./task.ts";

const maxTimeoutMs = 2 ** 31 - 1; // timers overflow above it, and fire at once

/** Collects one pipeline's nodes. */
export class PipelineBuilder {
  readonly params: Readonly<Record<string, Ref>>;
  readonly nodes: readonly PipelineNode[];
  readonly graph: Graph;
  readonly #pipeline: string;
  readonly #ids = new Set<string>();
  readonly #refs = new Set<Ref>();
  /** Where the next node goes. */
  #group: PipelineNode[] = [];
  #finished = false;

  constructor(pipeline: string, params: ParamPorts) {
    checkId("Cannot define pipeline", pipeline);
    checkPorts(`Cannot define pipeline "${pipeline}" as`, "parameter", params);
    this.#pipeline = pipeline;
    this.nodes = this.#group;
    this.params = Object.fromEntries(
      Object.entries(params).map((
        [param, port],
      ) => [param, this.#ref(port, { from: "param", param })]),
    );
    this.graph = {
      // The refs carry the very ports that the component declares.
      step: (component, wires, options = {}) => this.#step(component, wires, options) as never,
      when: (condition, build) => this.#when(condition, build),
    };
  }

  /** Ends the building and checks the pipeline's outputs. */
  finish(outputs: Readonly<Record<string, unknown>>): Record<string, Source> {
    this.#finished = true;
    checkSync(`Cannot define pipeline "${this.#pipeline}" as`, outputs);
    const what = `Cannot define pipeline "${this.#pipeline}" as output`;
    const sources: Record<string, Source> = {};
    for (const [name, wire] of Object.entries(outputs)) {
      checkPortName(what, name);
      sources[name] = checkRef(`${what} "${name}"`, this.#refs, wire).source;
    }
    return sources;
  }

  #ref(port: Port, source: Source): Ref {
    const ref = new Ref(port, source);
    this.#refs.add(ref);
    return ref;
  }

  #step(
    component: Component,
    wires: Readonly<Record<string, unknown>>,
    options: StepOptions,
  ): Record<string, Ref> {
    const { id = component.name, cache = true, after = [] } = options;
    checkId(`Cannot add to pipeline "${this.#pipeline}" the task`, id);
    const what = `Cannot add task "${id}" to pipeline "${this.#pipeline}" as`;
    this.#checkOpen(what);
    if (this.#ids.has(id)) {
      throw new RangeError(`${what} that id is taken: pass another one in options.id`);
    }
    const missing = after.find((before) => !this.#ids.has(before));
    if (missing !== undefined) {
      throw new RangeError(`${what} it is to run after "${missing}": no task has that id so far`);
    }
    const inputs = checkWires(what, this.#refs, component.inputs, wires);
    const limits = checkLimits(what, options);
    this.#ids.add(id);
    this.#group.push({ kind: "task", id, component, inputs, after: [...after], cache, ...limits });
    return Object.fromEntries(
      Object.entries(component.outputs).map((
        [output, port],
      ) => [output, this.#ref(port, { from: "task", task: id, output })]),
    );
  }

  #when<T>(condition: WiredCondition, build: () => T): T {
    const what = `Cannot add a condition to pipeline "${this.#pipeline}" as`;
    this.#checkOpen(what);
    const checked = checkCondition(what, this.#refs, condition);
    const outer = this.#group;
    const nodes: PipelineNode[] = [];
    this.#group = nodes;
    try {
      const result = build();
      checkSync(what, result);
      outer.push({ kind: "when", condition: checked, nodes });
      return result;
    } finally {
      this.#group = outer;
    }
  }

  #checkOpen(what: string): void {
    if (this.#finished) {
      throw new TypeError(`${what} the pipeline is defined already: add steps within its build`);
    }
  }
}

function checkSync(what: string, built: unknown): void {
  if (built instanceof Promise) {
    throw new TypeError(`${what} its build is async: add steps without waiting`);
  }
}

function checkLimits(what: string, options: StepOptions): Pick<Task, "retries" | "timeoutMs"> {
  const { retries = 0, timeoutMs = null } = options;
  if (!Number.isSafeInteger(retries) || retries < 0) {
    throw new RangeError(`${what} its retries must be 0 or more: got ${retries}`);
  }
  if (timeoutMs !== null && !(timeoutMs > 0 && timeoutMs <= maxTimeoutMs)) {
    throw new RangeError(
      `${what} its timeoutMs must be above 0 and at most ${maxTimeoutMs}: got ${timeoutMs}`,
    );
  }
  return { retries, timeoutMs };
}
