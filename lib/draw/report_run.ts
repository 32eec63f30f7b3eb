/**
 * A report's section on the run itself.
 *
 * @module
 */
import { type Markup, markup } from "./markup.ts";
import type { ReportInput } from "./report_input.ts";
import { count, facts, section, table } from "./report_parts.ts";

/** Where everything came from, what was asked for, and how long it took. */
export function runSection({ run, dataset, model, parameters, steps }: ReportInput): Markup {
  const longest = Math.max(...steps.map((step) => step.seconds), 0.001);
  return section(
    "run",
    "Run",
    facts([
      ["Run", run.id],
      ["Experiment", run.experiment],
      ["Started", startTime(run.startedAt)],
      ["Status", run.status.toLowerCase()],
      ["Model", model === null ? "not registered" : `${model.name}, version ${model.version}`],
      ["Dataset", dataset.name],
      ["Source", dataset.source],
      ...Object.entries(dataset.counts).map(([part, size]) =>
        [`Pictures: ${part}`, count(size)] as const
      ),
    ]),
    markup`<div class="beside">${[
      table(
        "Parameters",
        ["Name", "Value"],
        Object.entries(parameters).map(([name, value]) => [
          name,
          typeof value === "string" ? value : JSON.stringify(value) ?? "",
        ]),
        { isText: true },
      ),
      table(
        "Steps",
        ["Step", "Seconds", "State"],
        steps.map(({ name, seconds, state, cached }) => [
          name,
          markup`<span class="bar"><i style="width:${(100 * seconds / longest).toFixed(1)}%"></i>\
</span> ${seconds.toFixed(2)}`,
          cached ? `${state}, from the cache` : state,
        ]),
        { isText: true },
      ),
    ]}</div>`,
  );
}

/** `2026-11-23 18:40 UTC`. */
function startTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
