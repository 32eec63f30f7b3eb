/**
 * A report's sections on how well the test digits were read.
 *
 * @module
 */
import type { Evaluation, Mistake } from "../digits/evaluation.ts";
import { digitUrl } from "./digit_grid.ts";
import { classesChart, confusionChart, rocChart, rocCornerChart } from "./evaluation_charts.ts";
import { type Markup, markup } from "./markup.ts";
import { chart, count, percent, plural, section, table } from "./report_parts.ts";

/** Which classes were taken for which. */
export async function confusionSection(evaluation: Evaluation): Promise<Markup> {
  const mixUps = mixUpsOf(evaluation);
  const [worst] = mixUps;
  const told = worst === undefined
    ? "Nothing was misread."
    : `Most often, ${worst.label} was read as ${worst.predicted}: ${plural(worst.times, "time")}.`;
  return section(
    "confusion",
    "What was read as what",
    markup`<div class="pair">${[
      await chart(
        "Confusion matrix",
        confusionChart(evaluation),
        `Confusion matrix: test digits by label and by what they were read as. ` +
          `${percent(evaluation.accuracy)} are on the diagonal. ${told}`,
      ),
      worst === undefined ? markup`<p>${told}</p>` : table(
        "Most frequent mistakes",
        ["Label", "Read as", "Times", "Share of the label"],
        mixUps.slice(0, 10).map(({ label, predicted, times, share }) => [
          label,
          predicted,
          count(times),
          percent(share),
        ]),
      ),
    ]}</div>`,
  );
}

function mixUpsOf({ confusion, classNames, classes }: Evaluation) {
  return confusion
    .flatMap((row, label) =>
      row.map((times, predicted) => ({
        label: classNames[label]!,
        predicted: classNames[predicted]!,
        times: label === predicted ? 0 : times,
        share: times / Math.max(1, classes[label]!.support),
      }))
    )
    .filter(({ times }) => times > 0)
    .sort((a, b) => b.times - a.times);
}

/** The measures of each class. */
export async function classesSection({ classes, roc }: Evaluation): Promise<Markup> {
  const weakest = classes.reduce((a, b) => b.f1 < a.f1 ? b : a);
  return section(
    "classes",
    "Class by class",
    markup`<div class="pair">${[
      await chart(
        "Precision, recall and F1",
        classesChart(classes),
        `Precision, recall and F1 of each class, as in the table. The weakest is ${weakest.name} ` +
          `with an F1 of ${percent(weakest.f1)}.`,
      ),
      table(
        "Measures by class",
        ["Class", "Precision", "Recall", "F1", "AUC", "Pictures"],
        classes.map(({ name, precision, recall, f1, auc, support }) => [
          name,
          percent(precision),
          percent(recall),
          percent(f1),
          auc === null ? "–" : auc.toFixed(5),
          count(support),
        ]),
      ),
      await chart(
        "ROC curve, all classes together",
        rocChart(roc),
        "ROC curve: true positives against false positives, one class against all others, " +
          "micro-averaged.",
      ),
      await chart(
        "Its upper left corner",
        rocCornerChart(roc),
        "The part of the ROC curve with at most 2 % false positives and at least 90 % true ones.",
      ),
    ]}</div>`,
  );
}

const shownAtOnce = 24; // the rest unfolds

/** The pictures that were misread, the surest first. */
export function mistakesSection(evaluation: Evaluation): Markup {
  const { mistakes, classNames, imageShape } = evaluation;
  const wrong = Math.round(evaluation.count * (1 - evaluation.accuracy));
  const cards = mistakes.map((mistake) => mistakeCard(mistake, { classNames, imageShape }));
  const more = cards.slice(shownAtOnce);
  const told = cards.length < wrong ? `, of which the surest ${cards.length} are shown` : "";
  return section(
    "mistakes",
    "Misread digits",
    markup`<p>${plural(wrong, "test digit")} of ${count(evaluation.count)} misread${told}.</p>
<ul class="mistakes">
${cards.slice(0, shownAtOnce)}</ul>
`,
    more.length === 0 ? "" : markup`<details><summary>${more.length} more</summary>
<ul class="mistakes">
${more}</ul>
</details>`,
  );
}

function mistakeCard(
  { image, label, predicted, probabilities, index }: Mistake,
  { classNames, imageShape }: Pick<Evaluation, "classNames" | "imageShape">,
): Markup {
  const [height, width, channels] = imageShape;
  const is = classNames[label]!, readAs = classNames[predicted]!;
  const likeliest = probabilities
    .map((probability, index) => ({ name: classNames[index]!, probability, index }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, 3);
  return markup`<li><img${channels === 1 ? markup` class="ink"` : ""} \
src="${digitUrl(Uint8Array.fromBase64(image), imageShape)}" \
width="${width}" height="${height}" alt="Test picture ${index}: a ${is} that was read as ${readAs}">
<p><b>${is}</b> read as <b>${readAs}</b></p>
<dl>${
    likeliest.map(({ name, probability, index }) =>
      markup`<div${index === label ? markup` class="right"` : ""}><dt>${name}</dt>\
<dd><i style="width:${(100 * probability).toFixed(1)}%"></i></dd>\
<dd>${percent(probability, 1)}</dd></div>`
    )
  }</dl></li>
`;
}
