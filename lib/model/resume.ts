/**
 * Whether a checkpoint belongs to a training.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import { DataError } from "../base/errors.ts";
import type { FitState } from "./training_event.ts";
import { type TrainingData, type TrainingSettings, trainingSize } from "./training_settings.ts";

/**
 * Refuses to go on with one training from the checkpoint of another.
 *
 * @throws {DataError} naming the first thing that differs.
 */
export function checkResume(state: FitState, settings: TrainingSettings, data: TrainingData): void {
  const { trainCount, validationCount } = state;
  const then: Record<string, unknown> = { ...state.settings, trainCount, validationCount };
  const now: Record<string, unknown> = { ...settings, ...trainingSize(data) };
  for (const name of Object.keys(now)) {
    if (isDeepStrictEqual(then[name], now[name])) continue;
    throw new DataError(
      `Cannot resume this training from that checkpoint as their ${name} differ: ` +
        `${JSON.stringify(now[name])} here, ${JSON.stringify(then[name])} there`,
    );
  }
}
