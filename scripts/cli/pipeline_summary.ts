/**
 * What `deno task pipeline` says in the end.
 *
 * @module
 */
import { datasetProfile } from "../../lib/digits/datasets.ts";
import type { StoredValue } from "../../lib/pipeline/port.ts";
import type { RunResult } from "../../lib/pipeline/run_event.ts";
import type { RunRecord } from "../../lib/pipeline/tracker.ts";
import type { JsonValue } from "../../lib/pipeline/port.ts";
import { parseVerdict, type Verdict, verdictText } from "../../lib/steps/verdict.ts";
import { percent } from "./run_facts.ts";
import type { Terminal } from "./terminal.ts";

/** One finished run, as `--json` prints it. Null is what the run did not come to. */
export interface PipelineSummary {
  readonly runId: string;
  readonly dataset: string | null;
  readonly epochs: number;
  readonly optimizer: string;
  /** Learning only; of the training that made the model, also where it comes from the cache. */
  readonly trainImagesPerSecond: number | null;
  readonly testAccuracy: number | null;
  readonly minAccuracy: number;
  readonly model: { readonly name: string; readonly version: number; readonly uri: string } | null;
  /** Whether the model version is the one in service. */
  readonly served: boolean;
  /** The version that is in service; null when this run did not come to decide it. */
  readonly champion: number | null;
  /** How that was decided, in one sentence. */
  readonly verdict: string | null;
  /** Path of the HTML report. */
  readonly report: string | null;
  readonly seconds: number;
  /** The most memory that this process had. */
  readonly peakMemoryBytes: number;
  /** How many epochs were there already when an interrupted training was resumed. */
  readonly resumedFromEpoch: number | null;
  readonly steps: readonly {
    readonly name: string;
    readonly seconds: number;
    readonly cached: boolean;
    readonly state: string;
  }[];
  readonly error: string | null;
}

/** Gathers what a run came to from its result and its record. */
export function summarize(input: {
  readonly record: RunRecord;
  readonly result: RunResult;
  readonly report: string | null;
  readonly modelUri: string | null;
  readonly seconds: number;
  readonly peakMemoryBytes: number;
  readonly error: string | null;
}): PipelineSummary {
  const { record, result: { tasks, steps }, report, modelUri, seconds, error } = input;
  const { params, tags } = record;
  const name = textOf(tasks["register"]?.["name"]);
  const version = numberOf(tasks["register"]?.["version"]);
  const resumedFrom = tags["resumedFromEpoch"];
  const verdict = verdictOf(input.result);
  const trained = trainedIn(input.result);
  return {
    runId: record.id,
    dataset: textOf(tasks["acquire"]?.["dataset"]),
    epochs: Number(params["no_epochs"]),
    optimizer: String(params["optimizer"] ?? params["opt_name"]),
    trainImagesPerSecond: numberOf(trained?.["images_per_second"]),
    testAccuracy: numberOf(tasks["evaluate"]?.["accuracy"]),
    minAccuracy: Number(params["min_accuracy"]),
    model: name !== null && version !== null && modelUri !== null
      ? { name, version, uri: modelUri }
      : null,
    served: verdict !== null && verdict.champion === version,
    champion: verdict?.champion ?? null,
    verdict: verdict && verdictText(verdict),
    report,
    seconds: Math.round(seconds * 1000) / 1000,
    peakMemoryBytes: input.peakMemoryBytes,
    resumedFromEpoch: resumedFrom === undefined ? null : Number(resumedFrom),
    steps: steps.map(({ name, seconds, cached, state }) => ({ name, seconds, cached, state })),
    error,
  };
}

/** What the step gave that the model comes from: the only training, or the choice among several. */
export function trainedIn({ tasks: { train, choose } }: RunResult): typeof train {
  return train ?? choose;
}

/** What the contest came to; null when there was none, or its winner did not come into service. */
export function verdictOf({ tasks: { contest, serve } }: RunResult): Verdict | null {
  if (contest === undefined) return null;
  if (contest["wins"] === true && serve?.["canary"] !== false) return null;
  return parseVerdict(contest["verdict"] as JsonValue);
}

/** What a run came to, in a few sentences. */
export function runNote(result: RunResult, error: string | null): string {
  const { acquire, evaluate } = result.tasks;
  const accuracy = numberOf(evaluate?.["accuracy"]);
  const verdict = verdictOf(result);
  return [
    ...(accuracy === null
      ? []
      : [`${percent(accuracy)} of the ${acquire?.["dataset"]} test digits read right.`]),
    verdict === null ? "Not served." : `${capitalized(verdictText(verdict))}.`,
    ...(error === null ? [] : [error]),
  ].join(" ");
}

/** Whether the model was judged and found wanting. */
export function missedGate({ testAccuracy, minAccuracy }: PipelineSummary): boolean {
  return testAccuracy !== null && testAccuracy < minAccuracy;
}

/** The summary for people, and what to type next. */
export function summaryLines(summary: PipelineSummary, terminal: Terminal): readonly string[] {
  const lines = resultLines(summary, terminal);
  return summary.verdict === null
    ? lines
    : [...lines, "", ...nextSteps(summary.model?.name ?? null)];
}

/** The summary for people. */
export function resultLines(summary: PipelineSummary, terminal: Terminal): readonly string[] {
  const { dataset, testAccuracy, minAccuracy, model, report, seconds, served, verdict } = summary;
  const digits = dataset === "synthetic" ? "synthetic test digits" : `${dataset} test digits`;
  const lines = [""];
  if (testAccuracy !== null) {
    lines.push(terminal.style(`${percent(testAccuracy)} of the ${digits} read right`, "bold"));
  }
  if (missedGate(summary)) {
    lines.push(
      terminal.style(
        `Not served: ${percent(testAccuracy!)} on the ${digits} is below the ` +
          `${percent(minAccuracy)} that --min-accuracy asks for`,
        "red",
      ),
    );
  }
  if (verdict !== null) lines.push(capitalized(verdict));
  if (model) {
    lines.push(
      `model    ${model.name} version ${model.version}, ${served ? "served" : "not served"}`,
    );
  }
  if (report) lines.push(`report   ${report}`);
  lines.push(`run      ${summary.runId} (${seconds.toFixed(1)} s)`);
  return lines;
}

/** What to type next; commands mean the real recognizer unless they are told another name. */
function nextSteps(modelName: string | null): readonly string[] {
  const named = modelName === null || modelName === datasetProfile("mnist").modelName
    ? ""
    : ` --name ${modelName}`;
  const commands = [
    [`deno task serve${named}`, "answer over HTTP"],
    [`deno task predict PICTURE.png${named}`, "read a picture"],
    ["deno task runs", "compare runs"],
  ] as const;
  const width = Math.max(...commands.map(([command]) => command.length));
  return commands.map(([command, meaning], i) =>
    `${i === 0 ? "Next:" : "     "}  ${command.padEnd(width)}   ${meaning}`
  );
}

/** A sentence as it begins. */
export function capitalized(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function textOf(value: StoredValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function numberOf(value: StoredValue | undefined): number | null {
  return typeof value === "number" ? value : null;
}
