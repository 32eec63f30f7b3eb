/**
 * Runs single steps in this process: tasks and imports.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import type { Frame } from "./frame.ts";
import type { End } from "./local_steps.ts";
import type { JsonValue } from "./port.ts";
import type { Place, RunParts } from "./run_parts.ts";
import type { StepResult, StoredOutput } from "./step_result.ts";
import { runStep } from "./step_runner.ts";
import type { Import, Task } from "./task.ts";

/**
 * Runs a task.
 * @param signal stops it
 */
export async function runTask(
  task: Task,
  { frame, log }: Place,
  run: RunParts,
  signal: AbortSignal,
): Promise<End> {
  const name = frame.name(task.id);
  return await run.steps.run({
    name,
    outputs: task.component.outputs,
    log,
    signal,
    run: async () =>
      await runStep({ ...task, id: name }, inputsOf(task, frame), signal, run.options),
    give: (result) => frame.give(task.id, result),
  });
}

function inputsOf({ component, inputs }: Task, frame: Frame): StepResult {
  const stored: Record<string, StoredOutput> = {};
  for (const [name, port] of Object.entries(component.inputs)) {
    const source = inputs[name];
    if (source !== undefined) stored[name] = frame.read(source);
    else if ("default" in port) {
      stored[name] = { kind: "value", value: port.default as JsonValue };
    }
  }
  return stored;
}

/** Finds an artifact in the store. */
export async function runImport(
  node: Import,
  { frame, log }: Place,
  run: RunParts,
): Promise<End> {
  const { signal } = run.steps;
  return await run.steps.run({
    name: frame.name(node.id),
    outputs: { artifact: node.port },
    log,
    signal,
    async run() {
      const uri = String(frame.value(node.uri));
      const info = await run.options.store.info(uri, { signal });
      if (info !== undefined) {
        return { result: { artifact: { kind: "artifact", info } }, cached: false };
      }
      throw new DataError(
        `Cannot import ${uri} as the artifact store has no artifact of that name: ` +
          `store it there first, or import it on Kubeflow`,
      );
    },
    give: (result) => frame.give(node.id, result),
  });
}
