/**
 * Adds groups that a task runs after, however they end, to a pipeline that is built.
 *
 * @module
 */
import { checkLimits } from "./add_task.ts";
import { checkWires } from "./check_wires.ts";
import type { Component } from "./component.ts";
import type { ExitOptions } from "./graph.ts";
import { struct } from "./port.ts";
import type { Scope } from "./scope.ts";
import type { Task } from "./task.ts";
import type { Trace } from "./trace.ts";

/** Adds steps, and a task that runs when they have ended. */
export function addExit<T>(
  trace: Trace,
  component: Component,
  wires: (status: never) => Readonly<Record<string, unknown>>,
  build: () => T,
  options: ExitOptions,
): T {
  const { group: id = trace.freeId("exit") } = options;
  return trace.adding("exit handler", id, (what) => {
    if (trace.scope.outer !== null) {
      throw new TypeError(
        `${what} it would be within "${trace.scope.id}": Kubeflow has it only at the top of a pipeline`,
      );
    }
    const exit = checkExit(trace, id, component, wires, options);
    const { nodes, result } = trace.within(what, "exit", id, build);
    trace.push({ kind: "exit", id, nodes, exit });
    return result;
  });
}

function checkExit(
  trace: Trace,
  group: string,
  component: Component,
  wires: (status: never) => Readonly<Record<string, unknown>>,
  options: ExitOptions,
): Task {
  const { id = component.name } = options;
  const scope: Scope = { kind: "exit", id: group, outer: trace.scope };
  return trace.adding("exit task", id, (what) => {
    const status = trace.ref(struct("How it ended"), { from: "status", exit: group }, scope);
    const inputs = checkWires(what, scope, component.inputs, wires(status as never));
    const [name] = Object.entries(inputs).find(([, { from }]) => from === "task") ?? [];
    if (name !== undefined) {
      throw new RangeError(
        `${what} input "${name}" comes from a step, which may have failed when it runs: ` +
          `wire a parameter, a value or the status`,
      );
    }
    const limits = checkLimits(what, options);
    const rest = { after: [], cache: false, cacheKey: null, ...limits };
    return { kind: "task", id, component, inputs, ...rest };
  }, scope);
}
