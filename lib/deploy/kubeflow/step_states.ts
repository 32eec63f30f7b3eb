/**
 * How far a run's steps are, out of the many nodes that its workflow has for them. Pure.
 *
 * @module
 */
import type { RunNode, RuntimeState } from "./run.ts";

/** One step of a run: all its nodes, and in a loop all its turns, taken together. */
export interface StepState {
  /** The task's name in the pipeline. */
  readonly name: string;
  /** `PENDING`, `RUNNING`, `SUCCEEDED`, `FAILED`, `SKIPPED` or `CANCELED`. */
  readonly state: RuntimeState;
  /** From its first node's beginning to its last node's end; 0 where that is not known. */
  readonly seconds: number;
}

/**
 * A step has one node in which Kubeflow prepares it (`train-driver`) and one that runs it
 * (`train`). The nodes within that (`executor`, `executor(0)`) say no more than it.
 *
 * @param steps which tasks are meant; null for all that look like one
 */
export function stepStates(
  nodes: readonly RunNode[],
  steps: readonly string[] | null,
): readonly StepState[] {
  const names = steps ?? guessSteps(nodes);
  return names.flatMap((name) => {
    // A node that is only listed, as it will never come to it, has no state.
    const drivers = nodes.filter((node) => node.name === `${name}${DRIVER}` && node.state !== "");
    const bodies = nodes.filter((node) => node.name === name && node.state !== "");
    const state = stateOf(drivers, bodies);
    if (state === undefined) return [];
    return [{ name, state, seconds: secondsOf([...drivers, ...bodies]) }];
  });
}

const DRIVER = "-driver";
const MACHINERY = /^(root|executor(\(\d+\))?|iteration-iterations|iteration-item(\(\d+.*\))?)$/;

function guessSteps(nodes: readonly RunNode[]): readonly string[] {
  const prepared = nodes.flatMap(({ name }) =>
    name.endsWith(DRIVER) ? [name.slice(0, -DRIVER.length)] : []
  );
  return [...new Set(prepared)].filter((name) => !MACHINERY.test(name) && name !== "iteration");
}

/** `undefined` while there is nothing to tell. */
function stateOf(
  drivers: readonly RunNode[],
  bodies: readonly RunNode[],
): RuntimeState | undefined {
  const bodyStates = bodies.map(({ state }) => state);
  const states = [...drivers.map(({ state }) => state), ...bodyStates];
  for (const state of ["FAILED", "CANCELED", "RUNNING"]) if (states.includes(state)) return state;
  if (states.includes("PENDING")) return drivers.length > 0 ? "RUNNING" : "PENDING";
  // The driver is done, and what it prepared is not there yet; or its condition did not hold.
  if (bodyStates.length < drivers.length) return "RUNNING";
  if (bodyStates.includes("SUCCEEDED")) return "SUCCEEDED";
  return bodyStates[0];
}

function secondsOf(nodes: readonly RunNode[]): number {
  const starts = nodes.flatMap(({ startedAt }) => startedAt ?? []);
  const ends = nodes.flatMap(({ endedAt }) => endedAt ?? []);
  if (starts.length === 0 || ends.length === 0) return 0;
  return Math.max(0, (Math.max(...ends) - Math.min(...starts)) / 1000);
}
