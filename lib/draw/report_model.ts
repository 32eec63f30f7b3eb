/**
 * A report's sections on how the model learned and what it is.
 *
 * @module
 */
import type { Optimizer } from "../model/engine.ts";
import { summarizeLayers } from "../model/summary.ts";
import type { ModelDescription } from "../model/trained_model.ts";
import { architectureSvg } from "./architecture.ts";
import { Markup, markup } from "./markup.ts";
import { chart, count, facts, figure, percent, plural, section, table } from "./report_parts.ts";
import { accuracyChart, learningRateChart, lossChart } from "./training_charts.ts";

/** The curves, and their numbers. */
export async function trainingSection(
  { history, bestEpoch, training }: ModelDescription,
): Promise<Markup> {
  const last = history.at(-1);
  const after = `after ${history.length} of ${training.epochs} epochs`;
  return section(
    "training",
    "Training",
    markup`<div class="beside">${[
      await chart(
        "Loss",
        lossChart(history),
        `Loss by epoch, as in the table; ${last ? figure(last.loss) : "none"} ${after}.`,
      ),
      await chart(
        "Accuracy",
        accuracyChart(history),
        `Accuracy by epoch, as in the table; ${last ? percent(last.accuracy) : "none"} ${after}.`,
      ),
      await chart("Learning rate", learningRateChart(history), "Learning rate by epoch."),
    ]}</div>
<p class="note">Training is measured while learning, with dropout, and so may look worse than \
validation. The weights of epoch ${bestEpoch} were kept.</p>
`,
    markup`<details${history.length <= 12 ? markup` open` : ""}>\
<summary>All epochs in numbers</summary>
${
      table(
        "Training by epoch",
        ["Epoch", "Loss", "Accuracy", "Validation loss", "Validation accuracy", "Learning rate"],
        history.map((report) => [
          report.epoch,
          figure(report.loss),
          percent(report.accuracy),
          report.validationLoss === null ? "–" : figure(report.validationLoss),
          report.validationAccuracy === null ? "–" : percent(report.validationAccuracy),
          figure(report.learningRate),
        ]),
      )
    }</details>`,
  );
}

/** The layers, and the recipe that made them learn. */
export function modelSection(description: ModelDescription): Markup {
  const { layers, imageShape, parameterCount, training } = description;
  return section(
    "model",
    "Model",
    markup`<figure class="chart wide">${new Markup(architectureSvg(layers, imageShape))}</figure>`,
    table(
      `Layers, for pictures of ${imageShape.join(" × ")}`,
      ["Layer", "Output", "Parameters"],
      [
        ...summarizeLayers(layers, imageShape).map(({ name, outputShape, parameters }) => [
          name,
          outputShape.join(" × "),
          count(parameters),
        ]),
        [markup`<b>Total</b>`, "", markup`<b>${count(parameterCount)}</b>`],
      ],
    ),
    facts([
      ["Optimizer", describeOptimizer(training.optimizer)],
      ["Learning rate", `${figure(training.learningRate)} at most, ${training.schedule}`],
      ["Batch size", count(training.batchSize)],
      ["Weight averaging", training.emaMomentum === 0 ? "off" : figure(training.emaMomentum)],
      ["Random shift", training.shift === 0 ? "off" : `up to ${plural(training.shift, "pixel")}`],
      ["Seed", String(training.seed)],
      ["Engine", training.engine],
      ["Runtime", training.runtime],
      ["Threads", count(training.threads)],
    ]),
  );
}

function describeOptimizer({ name, ...settings }: Optimizer): string {
  const set = Object.entries(settings).map(([key, value]) => `${key} ${value}`);
  return `${name} (${set.join(", ")})`;
}
