/**
 * The context of one attempt at a step, which ends with it.
 *
 * @module
 */
import type { Host } from "../base/host.ts";
import type { RunEvent } from "./run_event.ts";
import type { LookContext, StepContext } from "./step_context.ts";
import type { Run } from "./tracker.ts";

/** A context to look with, which can be completed to one to work with. */
export interface LentContext {
  readonly context: LookContext;
  complete(rest: Omit<StepContext, keyof LookContext>): StepContext;
}

/**
 * Lends a context to an attempt at the task `step`.
 * @param options.over once it is aborted nothing can be recorded through the context: a body
 * that was left to itself may go on
 */
export function lendContext(
  step: string,
  options: {
    readonly signal: AbortSignal;
    readonly over: AbortSignal;
    readonly run: Run;
    readonly host: Host;
    readonly onEvent: (event: RunEvent) => void;
  },
): LentContext {
  const { signal, over, run, host, onEvent } = options;
  const check = (): void => {
    if (over.aborted) {
      throw new Error(`Cannot go on with step "${step}" as this attempt at it is over`);
    }
  };
  const context: LookContext = {
    signal,
    run: guard(run, check),
    host,
    progress: (progress) => {
      if (!over.aborted) onEvent({ type: "step-progress", step, progress });
    },
  };
  return {
    context,
    complete: ({ checkpoint, ...rest }) => (
      { ...context, ...rest, checkpoint: guard(checkpoint, check) }
    ),
  };
}

/** The same object, with `check` called before its methods and those of its parts, which are all async. */
function guard<T extends object>(target: T, check: () => void): T {
  return new Proxy(target, {
    get(_, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member === "object" && member !== null) return guard(member, check);
      if (typeof member !== "function") return member;
      return async (...given: unknown[]): Promise<unknown> => {
        check();
        return await member.apply(target, given);
      };
    },
  });
}
