/**
 * The report of one evaluation, whoever ran it.
 *
 * @module
 */
import { classesSection, confusionSection, mistakesSection } from "./report_evaluation.ts";
import type { ReportInput } from "./report_input.ts";
import { modelSection, trainingSection } from "./report_model.ts";
import { type PageSection, reportPage } from "./report_page.ts";
import { count, facts, figure } from "./report_parts.ts";

/** What is known of an evaluation and of the training that came before it. */
export type EvaluationReportInput = Pick<ReportInput, "title" | "description" | "evaluation">;

/** Writes the report as one HTML file that needs nothing else. The same input gives the same text. */
export async function renderEvaluationReport(input: EvaluationReportInput): Promise<string> {
  const { title, description, evaluation } = input;
  const { trainCount, optimizer } = description.training;
  return reportPage({
    title,
    evaluation,
    eyebrow: `Trained on ${count(trainCount)} pictures of ${description.dataset} by ` +
      optimizer.name,
    isSynthetic: [evaluation.dataset, description.dataset].includes("synthetic"),
    summary: facts(evaluationFacts(input)),
    sections: await evaluationSections(input),
  });
}

/** How the model learned, how well it reads, and what it is. */
export async function evaluationSections(
  { description, evaluation }: Pick<ReportInput, "description" | "evaluation">,
): Promise<readonly PageSection[]> {
  return [
    { id: "training", name: "Training", content: await trainingSection(description) },
    { id: "mistakes", name: "Misread digits", content: mistakesSection(evaluation) },
    { id: "confusion", name: "Confusion", content: await confusionSection(evaluation) },
    { id: "classes", name: "Classes", content: await classesSection(evaluation) },
    { id: "model", name: "Model", content: modelSection(description) },
  ];
}

/** The numbers that stand first. */
export function evaluationFacts(
  { description, evaluation }: Pick<ReportInput, "description" | "evaluation">,
): readonly (readonly [string, string])[] {
  return [
    ["Test digits", count(evaluation.count)],
    ["Test loss", figure(evaluation.loss)],
    ["Epochs", String(description.history.length)],
    ["Parameters", count(description.parameterCount)],
  ];
}
