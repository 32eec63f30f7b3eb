/**
 * How far the steps of a run are, from what its runner tells. Pure.
 *
 * @module
 */
import type { Progress } from "../pipeline/step_context.ts";
import type { RunEvent } from "../pipeline/run_event.ts";

/** What can become of a step; `waiting` is where all begin. */
export type StepStatus = "waiting" | "running" | "succeeded" | "cached" | "failed" | "skipped";

/** One step as it is drawn; of a step in a loop, all its turns taken together. */
export interface DrawnStep {
  readonly status: StepStatus;
  /** A few words: how long it took, how far it is. */
  readonly note: string;
}

interface Turn {
  readonly status: StepStatus;
  readonly seconds: number;
  readonly progress: Progress | undefined;
}

/** Follows a run. */
export class StepProgress {
  readonly #turns = new Map<string, Map<string, Turn>>();

  /** Takes in one event. */
  add(event: RunEvent): void {
    const turn = this.#turnsOf(event.step).get(event.step);
    const before: Turn = turn ?? { status: "waiting", seconds: 0, progress: undefined };
    this.#turnsOf(event.step).set(event.step, next(before, event));
  }

  /** Says how a step is. */
  set(step: string, status: StepStatus, seconds = 0): void {
    this.#turnsOf(step).set(step, { status, seconds, progress: undefined });
  }

  /** By the steps' names without turns. */
  get steps(): ReadonlyMap<string, DrawnStep> {
    return new Map([...this.#turns].map(([path, turns]) => [path, drawn([...turns.values()])]));
  }

  #turnsOf(step: string): Map<string, Turn> {
    const path = step.split(".").filter((part) => !/^\d+$/.test(part)).join(".");
    const turns = this.#turns.get(path) ?? new Map<string, Turn>();
    this.#turns.set(path, turns);
    return turns;
  }
}

function next(before: Turn, event: RunEvent): Turn {
  switch (event.type) {
    case "step-started":
      return { status: "running", seconds: 0, progress: undefined };
    case "step-progress":
      return { ...before, progress: event.progress };
    case "step-retry":
      return before;
    case "step-finished": {
      const { state, cached, seconds } = event.report;
      return { status: cached ? "cached" : state, seconds, progress: undefined };
    }
  }
}

/** The first of these that a turn is in is what the step is in. */
const loudest: readonly StepStatus[] = [
  "failed",
  "running",
  "waiting",
  "succeeded",
  "cached",
  "skipped",
];

function drawn(turns: readonly Turn[]): DrawnStep {
  const [first] = turns;
  const status = loudest.find((one) => turns.some((turn) => turn.status === one))!;
  if (turns.length > 1) {
    const done = turns.filter(({ status }) => status !== "running" && status !== "waiting").length;
    return { status, note: `${done} of ${turns.length} done` };
  }
  const { progress, seconds } = first!;
  if (status === "running") {
    if (!progress || progress.total === 0) return { status, note: "running" };
    return { status, note: `${Math.floor(100 * progress.done / progress.total)} %` };
  }
  if (status === "succeeded" || status === "failed") {
    return { status, note: `${status === "failed" ? "failed, " : ""}${seconds.toFixed(1)} s` };
  }
  return { status, note: status === "waiting" ? "" : status };
}
