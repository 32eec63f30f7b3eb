/**
 * A context for a component that is called directly, without a runner.
 *
 * @module
 */
import type { Run } from "./tracker.ts";
import type { StepContext } from "./step_context.ts";

/**
 * Completes a context: nothing is recorded, nothing aborts, a checkpoint is
 * forgotten at once.
 * @param component its name, for the error when it uses a host or a registry that was not given
 */
export function loneContext(component: string, given: Partial<StepContext>): StepContext {
  return {
    signal: given.signal ?? new AbortController().signal,
    run: given.run ?? silentRun(component),
    checkpoint: given.checkpoint ??
      { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
    artifacts: given.artifacts ?? {},
    filesUri: given.filesUri ??
      ((input) => Promise.reject(new TypeError(missing(component, input, "filesUri")))),
    host: given.host ?? absent(component, "host"),
    progress: given.progress ?? (() => {}),
  };
}

function silentRun(component: string): Run {
  const nothing = () => Promise.resolve();
  return {
    id: "",
    resumed: false,
    log: nothing,
    tag: nothing,
    params: nothing,
    attach: nothing,
    input: nothing,
    step: nothing,
    end: nothing,
    registry: absent(component, "run"),
    [Symbol.asyncDispose]: nothing,
  };
}

/** Stands for what was not given, and says so as soon as it is used, but not when only passed on. */
function absent<T extends object>(component: string, name: keyof StepContext): T {
  return new Proxy({} as T, {
    get(_, property) {
      throw new TypeError(missing(component, String(property), name));
    },
  });
}

function missing(component: string, used: string, name: keyof StepContext): string {
  return `Cannot use "${used}" in component "${component}" as it was called without a ${name}: ` +
    `pass one, run(inputs, { ${name} })`;
}
