/**
 * The training loop, the same for every engine.
 *
 * @module
 */
import type { Engine } from "./engine.ts";
import type { FitContext, FitResult } from "./fit_context.ts";
import { checkResume } from "./resume.ts";
import type { TrainingEvent } from "./training_event.ts";
import { TrainingRun } from "./training_run.ts";
import { checkSettings, type TrainingData, type TrainingSettings } from "./training_settings.ts";

/**
 * Trains a network and tells how it goes: a batch event about ten times a
 * second, and after every epoch an epoch event and a checkpoint. Interrupted
 * anywhere and resumed from its last checkpoint, it ends with the very model it
 * would have had. It waits while its reader is busy.
 *
 * @throws {UsageError} when a setting makes no sense.
 * @throws {DataError} when the checkpoint is of another training.
 * @throws {RangeError} when the loss is no longer a number.
 * @throws the signal's reason when aborted, after a checkpoint event.
 */
export async function* fit(
  engine: Engine,
  data: TrainingData,
  settings: TrainingSettings,
  context: FitContext,
): AsyncGenerator<TrainingEvent, FitResult> {
  const { signal, resume } = context;
  checkSettings(settings, data);
  if (resume) checkResume(resume, settings, data);
  await using trainer = await engine.trainer(settings.layers, {
    imageShape: data.train.imageShape,
    optimizer: settings.optimizer,
    batchSize: settings.batchSize,
    seed: settings.seed,
    emaMomentum: settings.emaMomentum,
    ...(resume && { state: resume.trainer }),
  });
  const run = new TrainingRun(trainer, data, settings, context);
  try {
    while (!run.isDone) {
      yield* run.learnEpoch();
      yield { kind: "epoch", ...await run.judgeEpoch() };
      yield { kind: "checkpoint", state: await run.state() };
    }
  } catch (error) {
    if (signal?.aborted && error === signal.reason) {
      yield { kind: "checkpoint", state: await run.state() };
    }
    throw error;
  }
  return run.result();
}
