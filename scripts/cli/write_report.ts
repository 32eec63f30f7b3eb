/**
 * The report in a run's folder.
 *
 * @module
 */
import type { Evaluation } from "../../lib/digits/evaluation.ts";
import type { TrainedModel } from "../../lib/model/trained_model.ts";
import type { Pipeline } from "../../lib/pipeline/pipeline.ts";
import type { StoredArtifact } from "../../lib/pipeline/port.ts";
import type { RunResult } from "../../lib/pipeline/run_event.ts";
import type { Run } from "../../lib/pipeline/tracker.ts";
import { verdictText } from "../../lib/steps/verdict.ts";
import { capitalized, trainedIn, verdictOf } from "./pipeline_summary.ts";
import { attachmentPath, type Workspace } from "./workspace.ts";

const FILE = "report.html";

/** Writes the report, and says where. A run that came to no evaluation has none: null. */
export async function writeReport(
  run: Run,
  result: RunResult,
  { pipeline, workspace }: { readonly pipeline: Pipeline; readonly workspace: Workspace },
): Promise<string | null> {
  const { evaluate, register } = result.tasks;
  const train = trainedIn(result);
  const { steps } = result;
  if (!train || !evaluate) return null;
  const { description } = await (train["model"] as StoredArtifact<TrainedModel>).value();
  const evaluation = await (evaluate["evaluation"] as StoredArtifact<Evaluation>).value();
  const { experiment, startedAt, params } = await workspace.tracker.readRun(run.id);
  const minAccuracy = Number(params["min_accuracy"]);
  const verdict = verdictOf(result);
  const { trainCount, validationCount } = description.training;
  // Loaded when there is something to draw: the charts' library is large.
  const { renderReport } = await import("../../lib/draw/report.ts");
  const html = await renderReport({
    title: "Digits Recognizer",
    run: {
      id: run.id,
      experiment,
      startedAt,
      status: steps.some(({ state }) => state === "failed") ? "FAILED" : "FINISHED",
    },
    dataset: {
      name: description.dataset,
      source: String(params["dataset"]),
      counts: { train: trainCount, validation: validationCount, test: evaluation.count },
    },
    model: register
      ? { name: String(register["name"]), version: Number(register["version"]) }
      : null,
    description,
    evaluation,
    imagesPerSecond: Number(train["images_per_second"]),
    steps,
    parameters: Object.fromEntries(
      Object.keys(pipeline.params).map((name) => [name, params[name]]),
    ),
    gate: {
      minAccuracy,
      passed: evaluation.accuracy >= minAccuracy,
      verdict: verdict && `${capitalized(verdictText(verdict))}.`,
    },
  });
  await run.attach(FILE, { "": new TextEncoder().encode(html) });
  return attachmentPath(workspace, run.id, FILE);
}
