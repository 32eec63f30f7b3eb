/**
 * The fourth stage: how good is it, and where is it wrong?
 *
 * @module
 */
import type { Host } from "../base/host.ts";
import type { Digits } from "../digits/digits.ts";
import type { Evaluation } from "../digits/evaluation.ts";
import { evaluateProbabilities } from "../digits/measures.ts";
import { loadEngine } from "../model/engines.ts";
import { evaluateClassifier } from "../model/evaluate.ts";
import type { TrainedModel } from "../model/trained_model.ts";
import type { Progress } from "../pipeline/step_context.ts";

/** What is evaluated, where, and for whom. */
export interface EvaluateModelOptions {
  /** What the digits are: the accuracy is reported as this dataset's. */
  readonly dataset: string;
  /** Says how many cores may compute. */
  readonly host: Pick<Host, "cores">;
  /** `auto`, `onnx` or `onnx-wasm`. @default "auto" */
  readonly engine?: string;
  /** Ends it between two chunks. */
  readonly signal?: AbortSignal;
  /** Told after every chunk how many pictures are done. */
  readonly progress?: (progress: Progress) => void;
}

/**
 * Lets a model read digits and measures what came out: accuracy, loss,
 * confusion matrix, precision, recall and F1 of each class, ROC, the surest
 * mistakes.
 *
 * @throws {DataError} when the bytes are not a model; {UnavailableError} when no engine works here.
 */
export async function evaluate(
  model: TrainedModel,
  digits: Digits,
  options: EvaluateModelOptions,
): Promise<Evaluation> {
  const { dataset, host, signal, progress } = options;
  const engine = await loadEngine(options.engine ?? "auto", { threads: host.cores });
  await using classifier = await engine.load(model.onnx);
  const total = digits.labels.length;
  const probabilities = await evaluateClassifier(classifier, digits, {
    signal,
    progress: (done) => progress?.({ done, total, unit: "images", note: "" }),
  });
  return evaluateProbabilities(digits, probabilities, { dataset });
}
