/**
 * Notebooks: values that display themselves, and live views of training and pipelines.
 *
 * In Deno's Jupyter kernel its import also mends what the kernel gets wrong (lost outputs, Stop that
 * ends the kernel, and more: see `kernel.ts`); anywhere else everything is told as text.
 *
 * ```ts
 * import { syntheticDataset } from "@fourdotinfinity/digits-recognizer";
 * import { show } from "@fourdotinfinity/digits-recognizer/notebook";
 *
 * const { train } = await syntheticDataset({ train: 40, test: 10 });
 * await show.digits(train, { rows: 2 }).display(); // as the last value of a cell without display()
 * ```
 *
 * @module
 */
import { openNotebook } from "./kernel.ts";
import { createShow, type Show } from "./show.ts";

/** Shows things in the notebook that runs this. */
export const show: Show = createShow(openNotebook());

export { createShow, type Show } from "./show.ts";
export { Shown } from "./shown.ts";
export { LivePipeline } from "./live_pipeline.ts";
export { LiveTraining, type LiveTrainingOptions } from "./live_training.ts";
export type { LiveOutput, Notebook } from "./notebook.ts";
export type { MediaBundle, Pictures } from "./media_bundle.ts";
export type { DigitsOptions } from "./digits_view.ts";
export type { ModelLike } from "./network_view.ts";
export type { PredictionOptions, Reader } from "./prediction_view.ts";
export type { RunsOptions } from "./runs_view.ts";
export type { SketchpadOptions } from "./sketchpad.ts";
export type { StepStatus } from "./step_progress.ts";
