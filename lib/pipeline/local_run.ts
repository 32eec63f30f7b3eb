/**
 * One run of a pipeline in this process: which task may start, and what came of it.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { type Condition, holds } from "./condition.ts";
import { limitConcurrency } from "./limit_concurrency.ts";
import type { Pipeline } from "./pipeline.ts";
import type { JsonValue } from "./port.ts";
import type { Source } from "./ref.ts";
import { type RunResult, StepError } from "./run_event.ts";
import type { StepResult, StoredOutput } from "./step_result.ts";
import { runStep, type StepRunnerOptions } from "./step_runner.ts";
import { storedValue, storedValues } from "./stored_values.ts";
import { flattenTasks, type Task } from "./task.ts";
import type { StepReport } from "./tracker.ts";

/** A run. Make one, then await `finish()` once. */
export class LocalRun {
  readonly #pipeline: Pipeline;
  readonly #params: Readonly<Record<string, JsonValue>>;
  readonly #options: StepRunnerOptions;
  readonly #limit: <T>(work: () => Promise<T>) => Promise<T>;
  /** Stops every step. */
  readonly #stop = new AbortController();
  /** Whether each task succeeded; it did not when it was skipped. */
  readonly #ends = new Map<string, Promise<boolean>>();
  readonly #results = new Map<string, StepResult>();
  readonly #reports = new Map<string, StepReport>();
  /** The first step that failed by itself, not because it was stopped. */
  #failure: { readonly step: string; readonly cause: unknown } | undefined;

  constructor(
    pipeline: Pipeline,
    params: Readonly<Record<string, JsonValue>>,
    options: StepRunnerOptions,
    concurrency: number,
  ) {
    this.#pipeline = pipeline;
    this.#params = params;
    this.#options = options;
    this.#limit = limitConcurrency(concurrency);
  }

  /** Runs every task, and comes back when none is running any more. */
  async finish(signal: AbortSignal | null): Promise<RunResult> {
    signal?.throwIfAborted();
    const cancel = () => this.#stop.abort(signal?.reason);
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      for (const { task, conditions } of flattenTasks(this.#pipeline.nodes)) {
        this.#ends.set(task.id, this.#run(task, conditions));
      }
      const ends = await Promise.allSettled(this.#ends.values());
      if (this.#failure !== undefined) {
        const { step, cause } = this.#failure;
        throw new StepError(step, { cause, result: this.#result() });
      }
      this.#stop.signal.throwIfAborted();
      for (const end of ends) if (end.status === "rejected") throw end.reason;
      return this.#result();
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  async #run(task: Task, conditions: readonly Condition[]): Promise<boolean> {
    const sources = [
      ...Object.values(task.inputs),
      ...conditions.flatMap(({ left, right }) => [left, right]),
    ];
    const before = new Set(task.after);
    for (const source of sources) if (source.from === "task") before.add(source.task);
    const ends = await Promise.all([...before].map((id) => this.#ends.get(id)));
    const wanted = !ends.includes(false) && conditions.every((condition) => this.#holds(condition));
    return wanted ? await this.#limit(() => this.#work(task)) : await this.#skip(task);
  }

  async #work(task: Task): Promise<boolean> {
    const { signal } = this.#stop;
    if (signal.aborted) return await this.#skip(task);
    const { host, onEvent } = this.#options;
    const startedAt = host.now();
    const timed = () => ({ name: task.id, seconds: (host.now() - startedAt) / 1000 });
    try {
      onEvent({ type: "step-started", step: task.id });
      const { result, cached } = await runStep(task, this.#inputs(task), signal, this.#options);
      await this.#report({ ...timed(), state: "succeeded", cached });
      this.#results.set(task.id, result);
      return true;
    } catch (cause) {
      if (!signal.aborted) {
        this.#failure = { step: task.id, cause };
        this.#stop.abort(new Error(`Cannot go on as step "${task.id}" failed`));
      }
      const error = messageOf(cause).split("\n", 1)[0]!;
      await this.#report({ ...timed(), state: "failed", cached: false, error });
      return false;
    }
  }

  async #skip(task: Task): Promise<false> {
    await this.#report({ name: task.id, state: "skipped", seconds: 0, cached: false });
    return false;
  }

  async #report(report: StepReport): Promise<void> {
    this.#reports.set(report.name, report);
    this.#options.onEvent({ type: "step-finished", step: report.name, report });
    await this.#options.run.step(report);
  }

  #inputs(task: Task): StepResult {
    const inputs: Record<string, StoredOutput> = {};
    for (const [name, port] of Object.entries(task.component.inputs)) {
      const source = task.inputs[name];
      if (source !== undefined) inputs[name] = this.#stored(source)!;
      else if ("default" in port) {
        inputs[name] = { kind: "value", value: port.default as JsonValue };
      }
    }
    return inputs;
  }

  #holds({ left, compare, right }: Condition): boolean {
    const [a, b] = [this.#stored(left), this.#stored(right)];
    return a?.kind === "value" && b?.kind === "value" && holds(a.value, compare, b.value);
  }

  /** What a source has become; `undefined` when its task gave nothing. */
  #stored(source: Source): StoredOutput | undefined {
    if (source.from === "value") return { kind: "value", value: source.value };
    if (source.from === "param") return { kind: "value", value: this.#params[source.param]! };
    return this.#results.get(source.task)?.[source.output];
  }

  #result(): RunResult {
    const { store } = this.#options;
    const tasks = flattenTasks(this.#pipeline.nodes).map(({ task }) => task);
    const done = tasks.filter(({ id }) => this.#results.has(id));
    const portOf = (source: Source) =>
      source.from === "task"
        ? tasks.find(({ id }) => id === source.task)?.component.outputs[source.output]
        : undefined;
    return {
      outputs: Object.fromEntries(
        Object.entries(this.#pipeline.outputs).map(([name, source]) => {
          const stored = this.#stored(source);
          return [name, stored && storedValue(portOf(source), stored, store)];
        }),
      ),
      tasks: Object.fromEntries(
        done.map(({ id, component }) => [
          id,
          storedValues(component.outputs, this.#results.get(id)!, store),
        ]),
      ),
      steps: tasks.flatMap(({ id }) => this.#reports.get(id) ?? []),
    };
  }
}
