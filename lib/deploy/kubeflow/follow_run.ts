/**
 * A run as it happens.
 *
 * @module
 */
import type { KubeflowClient } from "./kubeflow_client.ts";
import { KubeflowError, noSuchRun, unlessRefused } from "./kubeflow_error.ts";
import type { CallOptions } from "./kubeflow_http.ts";
import { isFinal, type KubeflowRun, type RuntimeState } from "./run.ts";
import { type StepState, stepStates } from "./step_states.ts";

/** Something that happened to a run that is followed. */
export type RunMoment =
  /** A step came to another state. */
  | {
    readonly type: "step";
    readonly step: StepState;
    /** Whether its results are those of an earlier run; false where nobody tells. */
    readonly cached: boolean;
  }
  /** A step's pod can't start yet. */
  | { readonly type: "waits"; readonly step: string; readonly reason: string }
  /** The server does not answer, and will be asked again. */
  | { readonly type: "silence"; readonly error: KubeflowError; readonly delayMs: number }
  /** The last moment: nothing more will happen. */
  | { readonly type: "end"; readonly run: KubeflowRun };

/** How a run is followed. */
export interface FollowOptions extends CallOptions {
  /** The pipeline's steps; those that were never come to are then told of as skipped. @default what looks like one */
  readonly steps?: readonly string[];
  /** Between two looks. @default {2_000} */
  readonly pollMs?: number;
  /** How long the server may be silent before that is an error. @default {900_000} */
  readonly patienceMs?: number;
}

const LONGEST_PAUSE_MS = 16_000; // a restarted server is back within a minute: that is four looks
const LOOK_CLOSER_MS = 15_000; // pods usually start faster; who waits longer wants to know why

/**
 * Tells what happens to a run until it is over: succeeded, skipped, failed or canceled; a run that
 * was terminated ends as failed. Servers that restart in between are waited for.
 *
 * @throws {KubeflowError} when the run is gone, the login no longer works, or the server is silent for too long. The run goes on.
 */
export async function* followRun(
  client: KubeflowClient,
  runId: string,
  options: FollowOptions = {},
): AsyncGenerator<RunMoment, void> {
  const { steps = null, pollMs = 2_000, patienceMs = 900_000, signal } = options;
  const { host } = client;
  const follower = new Follower(client, runId, steps, { signal });
  let silentSince: number | null = null;
  for (let failures = 0;;) {
    try {
      const run = await client.runs.get(runId, { signal });
      if (run === undefined) throw noSuchRun(`follow run ${runId} of`, client);
      failures = 0;
      silentSince = null;
      yield* follower.take(run);
      if (isFinal(run.state)) return;
      await host.sleep(pollMs, signal && { signal });
    } catch (error) {
      signal?.throwIfAborted();
      silentSince ??= host.now();
      if (!(error instanceof KubeflowError) || !error.retryable) throw error;
      if (host.now() - silentSince >= patienceMs) throw error;
      const delayMs = Math.min(1_000 * 2 ** failures++, LONGEST_PAUSE_MS);
      yield { type: "silence", error, delayMs };
      await host.sleep(delayMs, signal && { signal });
    }
  }
}

/** What has been told of a run. */
class Follower {
  readonly #client: KubeflowClient;
  readonly #runId: string;
  readonly #steps: readonly string[] | null;
  readonly #options: CallOptions;
  readonly #told = new Map<string, RuntimeState>();
  readonly #reasons = new Map<string, string>();
  #changedAt: number;
  #tellsCached = true;

  constructor(
    client: KubeflowClient,
    runId: string,
    steps: readonly string[] | null,
    options: CallOptions,
  ) {
    this.#client = client;
    this.#runId = runId;
    this.#steps = steps;
    this.#options = options;
    this.#changedAt = client.host.now();
  }

  async *take(run: KubeflowRun): AsyncGenerator<RunMoment, void> {
    const states = stepStates(run.nodes, this.#steps);
    const over = isFinal(run.state);
    const changes = (over ? this.#settled(states, run) : states)
      .filter(({ name, state }) => this.#told.get(name) !== state);
    const cached = changes.some(({ state }) => state === "SUCCEEDED")
      ? await this.#cachedSteps()
      : new Set<string>();
    for (const step of changes) {
      this.#told.set(step.name, step.state);
      this.#reasons.delete(step.name);
      yield { type: "step", step, cached: cached.has(step.name) };
    }
    if (over) yield { type: "end", run };
    else yield* this.#waits(run, changes.length > 0);
  }

  /** Once a run is over, a step that has not ended never will. */
  #settled(states: readonly StepState[], run: KubeflowRun): readonly StepState[] {
    const cutOff = run.state === "SUCCEEDED" ? "SKIPPED" : "CANCELED";
    const known = new Set(states.map(({ name }) => name));
    const missing = (this.#steps ?? []).filter((name) => !known.has(name));
    return [
      ...states.map((step): StepState => isFinal(step.state) ? step : { ...step, state: cutOff }),
      ...missing.map((name): StepState => ({ name, state: "SKIPPED", seconds: 0 })),
    ];
  }

  /** Why pods wait, asked for when they do and nothing has changed for a while. */
  async *#waits({ nodes }: KubeflowRun, changed: boolean): AsyncGenerator<RunMoment, void> {
    const now = this.#client.host.now();
    if (changed || !nodes.some(({ state }) => state === "PENDING")) this.#changedAt = now;
    if (now - this.#changedAt < LOOK_CLOSER_MS) return;
    this.#changedAt = now;
    const workflow = await unlessRefused(this.#client.workflow(this.#runId, this.#options));
    for (const { step, phase, message } of workflow?.nodes ?? []) {
      if (phase !== "Pending" || message === "" || this.#reasons.get(step) === message) continue;
      this.#reasons.set(step, message);
      yield { type: "waits", step, reason: message };
    }
  }

  async #cachedSteps(): Promise<ReadonlySet<string>> {
    if (!this.#tellsCached) return new Set();
    const executions = await unlessRefused(
      this.#client.metadata.executions(this.#runId, this.#options),
    );
    this.#tellsCached = executions !== undefined;
    return new Set(executions?.flatMap(({ task, cached }) => cached ? [task] : []));
  }
}
