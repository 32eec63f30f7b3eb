/**
 * The report of one run, for people.
 *
 * @module
 */
import { type Markup, markup } from "./markup.ts";
import { evaluationFacts, evaluationSections } from "./evaluation_report.ts";
import type { ReportInput } from "./report_input.ts";
import { reportPage } from "./report_page.ts";
import { count, facts, figure } from "./report_parts.ts";
import { runSection } from "./report_run.ts";

export type { ReportInput } from "./report_input.ts";

/** Writes a report as one HTML file that needs nothing else: {@linkcode reportPage}. */
export async function renderReport(input: ReportInput): Promise<string> {
  const { title, dataset, description, evaluation, run } = input;
  return reportPage({
    title,
    evaluation,
    eyebrow: `${run.experiment} · run ${run.id}`,
    isSynthetic: [dataset.name, evaluation.dataset, description.dataset].includes("synthetic"),
    summary: summary(input),
    sections: [
      ...await evaluationSections(input),
      { id: "run", name: "Run", content: runSection(input) },
    ],
  });
}

function summary(input: ReportInput): Markup {
  const { gate, evaluation, steps, imagesPerSecond } = input;
  const asked = `${figure(100 * gate.minAccuracy)} % on the ${evaluation.dataset} test digits`;
  return markup`<p class="gate ${gate.passed ? "passed" : "failed"}">${
    gate.passed
      ? `✓ Passed the gate of ${asked}`
      : `✗ Below the gate of ${asked}: this model is not served`
  }</p>
${
    gate.verdict === null ? "" : markup`<p class="verdict">${gate.verdict}</p>
`
  }${
    facts([
      ...evaluationFacts(input),
      ["Training images/s", imagesPerSecond === null ? "–" : count(Math.round(imagesPerSecond))],
      ["Seconds, all steps", figure(steps.reduce((sum, step) => sum + step.seconds, 0))],
    ])
  }`;
}
