/**
 * Traces the building of a pipeline and checks every part as it is added.
 *
 * @module
 */
import { addExit } from "./add_exit.ts";
import { addBranches, addWhen } from "./add_group.ts";
import { addForEach } from "./add_loop.ts";
import { addCall, addImport, addTask } from "./add_task.ts";
import { checkId, checkPortName, checkPorts } from "./check_names.ts";
import { checkRef, checkScope, describePort, showSource } from "./check_wires.ts";
import type { Component } from "./component.ts";
import type { Graph, StepOptions } from "./graph.ts";
import type { ParamPorts, Ports } from "./port.ts";
import type { Ref, Source } from "./ref.ts";
import type { Pipeline, PipelineNode } from "./task.ts";
import { checkSync, Trace } from "./trace.ts";

/** Collects one pipeline's nodes. */
export class PipelineBuilder {
  /** A ref for every parameter. */
  readonly params: Readonly<Record<string, Ref>>;
  /** What `build` adds steps with. */
  readonly graph: Graph;
  readonly #trace: Trace;

  constructor(pipeline: string, params: ParamPorts) {
    checkId("Cannot define pipeline", pipeline);
    checkPorts(`Cannot define pipeline "${pipeline}" as`, "parameter", params);
    checkParams(`Cannot define pipeline "${pipeline}" as parameter`, params);
    const trace = new Trace(pipeline);
    this.#trace = trace;
    this.params = Object.fromEntries(
      Object.entries(params).map((
        [param, port],
      ) => [param, trace.ref(port, { from: "param", param })]),
    );
    // The refs carry the very ports that components declare: what is given has the types promised.
    this.graph = {
      step: (
        used: Component | Pipeline,
        wires: Readonly<Record<string, unknown>>,
        options: StepOptions = {},
      ) =>
        ("nodes" in used
          ? addCall(trace, used, wires, options)
          : addTask(trace, used, wires, options)) as never,
      when: (condition, build, options = {}) => addWhen(trace, condition, build, options),
      oneOf: (
        branches: Parameters<Graph["oneOf"]>[0],
        otherwise: (() => unknown) | null = null,
        options = {},
      ) => addBranches(trace, branches, otherwise, options) as never,
      forEach: (
        items: unknown,
        build: (item: never) => unknown,
        options = {},
      ) => addForEach(trace, items, build, options) as never,
      onExit: (component, wires, build, options = {}) =>
        addExit(trace, component, wires, build, options),
      importArtifact: (port, uri, options = {}) => addImport(trace, port, uri, options) as never,
    };
  }

  /** The nodes that were added. */
  get nodes(): readonly PipelineNode[] {
    return this.#trace.nodes;
  }

  /** Ends the building and checks the pipeline's outputs. */
  finish(
    outputs: Readonly<Record<string, unknown>>,
  ): { readonly outputs: Record<string, Source>; readonly outputPorts: Ports } {
    const trace = this.#trace;
    trace.finish();
    checkSync(`Cannot define pipeline "${trace.pipeline}" as`, outputs);
    const what = `Cannot define pipeline "${trace.pipeline}" as output`;
    const refs = Object.entries(outputs).map(([name, wire]): [string, Ref] => {
      checkPortName(what, name);
      const ref = checkRef(`${what} "${name}"`, wire);
      checkScope(`${what} "${name}"`, trace.scope, ref, ["when", "exit"]);
      if (ref.source.field !== undefined || ref.source.from === "status") {
        throw new TypeError(`${what} "${name}" is ${showSource(ref.source)}: no step gives that`);
      }
      return [name, ref];
    });
    return {
      outputs: Object.fromEntries(refs.map(([name, { source }]) => [name, source])),
      outputPorts: Object.fromEntries(refs.map(([name, { port }]) => [name, port])),
    };
  }
}

function checkParams(what: string, params: Ports): void {
  for (const [name, port] of Object.entries(params)) {
    if (port.kind !== "param") {
      throw new TypeError(
        `${what} "${name}" is ${describePort(port)}: import it by a parameter that is its URI`,
      );
    }
  }
}
