/**
 * What the trainings of a sweep came to on Kubeflow.
 *
 * @module
 */
import * as v from "valibot";
import type { TaskExecution } from "../../lib/deploy/kubeflow/metadata_store.ts";
import { accuracyIn, type SweepTrial, sweepTrials } from "./sweep_table.ts";

const gridSchema = v.array(v.object({
  label: v.string(),
  optimizer: v.string(),
  learning_rate: v.number(),
  batch_size: v.number(),
}));

/** Every training of a sweep, in the order of its grid; `undefined` where the run was no sweep. */
export function kubeflowTrials(
  params: Readonly<Record<string, unknown>>,
  executions: readonly TaskExecution[],
): readonly SweepTrial[] | undefined {
  const { success, output: grid } = v.safeParse(gridSchema, params["grid"]);
  if (!success) return undefined;
  const chosen = executions.findLast(({ task }) => task === "choose")?.outputs["settings"];
  return sweepTrials(grid, chosen, (label) => {
    // A pod that was tried again comes once more; kubeflow keeps no order of the turns.
    const training = executions.findLast(({ task, inputs, outputs }) =>
      task === "train" && inputs["label"] === label && accuracyIn(outputs) !== null
    );
    return training && {
      validationAccuracy: accuracyIn(training.outputs),
      seconds: null,
      cached: training.cached,
    };
  });
}
