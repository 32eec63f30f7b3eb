/**
 * Adds groups of steps to a pipeline that is built.
 *
 * @module
 */
import { checkCondition } from "./check_condition.ts";
import { checkAlike, checkGiven, nothing } from "./check_given.ts";
import type { WiredCondition } from "./condition.ts";
import type { GroupOptions } from "./graph.ts";
import type { Ref } from "./ref.ts";
import type { Branch } from "./task.ts";
import type { Trace } from "./trace.ts";

/** Adds steps that run only when a condition holds. */
export function addWhen<T>(
  trace: Trace,
  wired: WiredCondition,
  build: () => T,
  options: GroupOptions,
): T {
  const { id = trace.freeId("when") } = options;
  return trace.adding("condition", id, (what) => {
    const condition = checkCondition(what, trace.scope, wired);
    const { nodes, result } = trace.within(what, "when", id, build);
    trace.push({ kind: "when", id, condition, nodes });
    return result;
  });
}

/** Adds branches of which one runs. */
export function addBranches(
  trace: Trace,
  branches: readonly (readonly [WiredCondition | null, () => unknown])[],
  otherwise: (() => unknown) | null,
  options: GroupOptions,
): Record<string, Ref> {
  const { id = trace.freeId("branch") } = options;
  return trace.adding("branches", id, (what) => {
    if (branches.length === 0) {
      throw new TypeError(`${what} there are none: give at least one condition`);
    }
    const all = otherwise === null ? branches : [...branches, [null, otherwise] as const];
    const built = all.map(([wired, build]) => {
      const condition = wired && checkCondition(what, trace.scope, wired);
      const traced = trace.within(what, "branch", id, build);
      const given = otherwise === null ? nothing : checkGiven(what, traced);
      return { condition, nodes: traced.nodes, given };
    });
    const [first, ...others] = built.map(({ given }) => given.ports);
    others.forEach((ports) => checkAlike(what, first!, ports));
    const nodes = built.map(({ given, ...rest }): Branch => ({ ...rest, outputs: given.sources }));
    trace.push({ kind: "branch", id, branches: nodes });
    return trace.outputs(id, first!);
  });
}
