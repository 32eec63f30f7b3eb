/**
 * The thread that trains; `train.ts` starts it.
 *
 * @module
 */
import { loadEngine } from "./engines.ts";
import { serveTraining, type TrainingThread } from "./serve_training.ts";

serveTraining({
  port: self as unknown as TrainingThread["port"],
  loadEngine,
  now: () => performance.now(),
  breathe: () => new Promise((resolve) => setTimeout(resolve)),
});
