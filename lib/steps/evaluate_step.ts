/**
 * `evaluate` as a component.
 *
 * @module
 */
import { defineComponent } from "../pipeline/component.ts";
import { number, text } from "../pipeline/port.ts";
import { evaluate } from "./evaluate.ts";
import { digitsArtifact, evaluationArtifact, modelArtifact } from "./artifacts.ts";
import {
  confusionArtifact,
  evaluationMetrics,
  htmlArtifact,
  metricsArtifact,
  rocArtifact,
} from "./page_artifacts.ts";
import { recordEvaluation } from "./record_evaluation.ts";

/** Judges the model on the test digits, which nothing was chosen by. */
export const evaluateStep = defineComponent({
  name: "evaluate",
  description: "Judges the model on the test digits",
  inputs: {
    model: modelArtifact("What train made"),
    test: digitsArtifact("Digits to be judged on"),
    dataset: text("What the digits are"),
    engine: text("auto, onnx or onnx-wasm", { default: "auto" }),
  },
  outputs: {
    evaluation: evaluationArtifact("All measures, and the mistakes"),
    accuracy: number("On the test digits, 0..1"),
    metrics: metricsArtifact("Accuracy and loss, and F1 class by class"),
    confusion_matrix: confusionArtifact("What was read as what"),
    roc: rocArtifact("True and false positives by threshold, all classes together"),
    report: htmlArtifact("Everything about the training and the evaluation, for people"),
  },
  async run({ model, test, dataset, engine }, { host, signal, run, progress, artifacts }) {
    const evaluation = await evaluate(model, test, { dataset, engine, host, signal, progress });
    const { bestEpoch } = model.description;
    await recordEvaluation(run, evaluation, { epoch: bestEpoch, test: artifacts["test"] });
    // Loaded when there is something to draw: the charts' library is large.
    const { renderEvaluationReport } = await import("../draw/evaluation_report.ts");
    return {
      evaluation,
      accuracy: evaluation.accuracy,
      metrics: evaluationMetrics(evaluation),
      confusion_matrix: { classNames: evaluation.classNames, counts: evaluation.confusion },
      roc: evaluation.roc,
      report: await renderEvaluationReport({
        title: "Digits Recognizer",
        description: model.description,
        evaluation,
      }),
    };
  },
});
