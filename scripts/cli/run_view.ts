/**
 * A running pipeline, as lines for people.
 *
 * @module
 */
import { formatBytes } from "../../lib/base/bytes.ts";
import { messageOf } from "../../lib/base/errors.ts";
import type { Progress } from "../../lib/pipeline/step_context.ts";
import type { RunEvent } from "../../lib/pipeline/run_event.ts";
import type { StepReport } from "../../lib/pipeline/tracker.ts";
import type { Terminal } from "./terminal.ts";

const BAR_WIDTH = 24;
const REDRAW_MS = 80; // A dozen times a second: it looks steady and costs nothing.
const RETELL_MS = 3_000; // In a log, more lines than that say nothing new.

/**
 * Says when steps start and end, and between those how far they have come: on a
 * terminal as one line that is drawn over, elsewhere as a line now and then.
 */
export class RunView {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  /** Steps under way, and how far each has come. */
  readonly #running = new Map<string, Progress | null>();
  #drawn = false;
  #shownAt = -Infinity;

  constructor(terminal: Terminal, options: { readonly now: () => number }) {
    this.#terminal = terminal;
    this.#now = options.now;
  }

  /** Takes in one event. */
  show(event: RunEvent): void {
    switch (event.type) {
      case "step-started":
        this.#shownAt = this.#terminal.live ? -Infinity : this.#now();
        this.#running.set(event.step, null);
        return this.#draw();
      case "step-progress":
        this.#running.set(event.step, event.progress);
        return this.#terminal.live ? this.#draw() : this.#tell(event.step, event.progress);
      case "step-retry":
        return this.say(
          `  ${event.step}: ${messageOf(event.error)}; trying again in ` +
            `${(event.delayMs / 1000).toFixed(1)} s`,
        );
      case "step-finished":
        this.#running.delete(event.step);
        return this.say(reportLine(event.report, this.#terminal));
    }
  }

  /** Says a line above whatever is being drawn. */
  say(line: string): void {
    this.clear();
    this.#terminal.say(line);
    this.#shownAt = -Infinity;
    this.#draw();
  }

  /** Takes away what was drawn. */
  clear(): void {
    if (this.#drawn) this.#terminal.draw("");
    this.#drawn = false;
  }

  #draw(): void {
    if (!this.#terminal.live || this.#running.size === 0) return;
    if (this.#now() - this.#shownAt < REDRAW_MS) return;
    this.#shownAt = this.#now();
    // Where several are under way, the one that can tell most stands for them.
    const [step, progress] = [...this.#running].find(([, progress]) => progress) ??
      [...this.#running][0]!;
    this.#terminal.draw(`  ${step.padEnd(11)}${progress ? barOf(progress) : "…"}`);
    this.#drawn = true;
  }

  #tell(step: string, progress: Progress): void {
    if (this.#now() - this.#shownAt < RETELL_MS) return;
    this.#shownAt = this.#now();
    const percent = Math.floor(100 * progress.done / progress.total);
    this.#terminal.say(`  ${step.padEnd(11)}${percent} %  ${noteOf(progress)}`);
  }
}

function barOf(progress: Progress): string {
  const share = Math.min(1, progress.done / progress.total);
  const full = Math.round(share * BAR_WIDTH);
  const bar = "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
  return `${bar} ${String(Math.floor(100 * share)).padStart(3)} %  ${noteOf(progress)}`;
}

function noteOf({ done, total, unit, note }: Progress): string {
  if (note !== "") return note;
  if (unit === "bytes") return `${formatBytes(done)} of ${formatBytes(total)}`;
  return `${done.toLocaleString("en")} of ${total.toLocaleString("en")} ${unit}`;
}

function reportLine(report: StepReport, terminal: Terminal): string {
  const { name, state, seconds, cached, error } = report;
  const marks = {
    succeeded: terminal.style("✓", "green"),
    failed: terminal.style("✗", "red"),
    skipped: "–",
  };
  const how = state === "skipped"
    ? "skipped"
    : cached
    ? terminal.style("unchanged", "dim")
    : `${seconds.toFixed(1)} s`;
  return `${marks[state]} ${name.padEnd(11)}${how}${error ? `  ${error}` : ""}`;
}
