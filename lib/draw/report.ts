/**
 * The report of one run, for people.
 *
 * @module
 */
import { type Markup, markup } from "./markup.ts";
import { classesSection, confusionSection, mistakesSection } from "./report_evaluation.ts";
import type { ReportInput } from "./report_input.ts";
import { modelSection, trainingSection } from "./report_model.ts";
import { count, facts, figure, percent } from "./report_parts.ts";
import { runSection } from "./report_run.ts";
import { reportStyle } from "./report_style.ts";

export type { ReportInput } from "./report_input.ts";

/**
 * Writes a report as one HTML file that needs nothing else: no script, no other
 * file, no network. It says so itself in a content security policy. Everything
 * that comes from outside is escaped.
 */
export async function renderReport(input: ReportInput): Promise<string> {
  const { title, description, evaluation } = input;
  const sections = [
    await trainingSection(description),
    mistakesSection(evaluation),
    await confusionSection(evaluation),
    await classesSection(evaluation),
    modelSection(description),
    runSection(input),
  ];
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" \
content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${percent(evaluation.accuracy)} on ${evaluation.dataset} · ${title}</title>
<style>${reportStyle}</style>
</head>
<body>
${header(input)}<nav aria-label="Sections">
<a href="#training">Training</a> <a href="#mistakes">Misread digits</a> \
<a href="#confusion">Confusion</a> <a href="#classes">Classes</a> <a href="#model">Model</a> \
<a href="#run">Run</a>
</nav>
<main>
${sections}</main>
</body>
</html>
`.text;
}

function header(
  { title, dataset, description, evaluation, gate, run, steps, imagesPerSecond }: ReportInput,
): Markup {
  const isSynthetic = [dataset.name, evaluation.dataset, description.dataset].includes("synthetic");
  const asked = `${figure(100 * gate.minAccuracy)} % on the ${evaluation.dataset} test digits`;
  return markup`<header>
${isSynthetic ? syntheticBanner : ""}<p class="eyebrow">${run.experiment} · run ${run.id}</p>
<h1>${title}</h1>
<p class="headline"><strong>${percent(evaluation.accuracy)}</strong> test accuracy on \
<b>${evaluation.dataset}</b></p>
<p class="gate ${gate.passed ? "passed" : "failed"}">${
    gate.passed
      ? `✓ Passed the gate of ${asked}`
      : `✗ Below the gate of ${asked}: this model is not served`
  }</p>
${
    gate.verdict === null ? "" : markup`<p class="verdict">${gate.verdict}</p>
`
  }${
    facts([
      ["Test digits", count(evaluation.count)],
      ["Test loss", figure(evaluation.loss)],
      ["Epochs", String(description.history.length)],
      ["Training images/s", imagesPerSecond === null ? "–" : count(Math.round(imagesPerSecond))],
      ["Parameters", count(description.parameterCount)],
      ["Seconds, all steps", figure(steps.reduce((sum, step) => sum + step.seconds, 0))],
    ])
  }</header>
`;
}

const syntheticBanner =
  markup`<p class="banner" role="note"><strong>Synthetic digits: this says nothing about MNIST.\
</strong> The digits were generated, for learning and for testing. Accuracy on real handwriting \
is unknown.</p>
`;
