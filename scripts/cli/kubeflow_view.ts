/**
 * A run on Kubeflow, as the same lines that a run on this machine has.
 *
 * @module
 */
import type { KubeflowClient } from "../../lib/deploy/kubeflow/kubeflow_client.ts";
import type { RunMoment } from "../../lib/deploy/kubeflow/follow_run.ts";
import { readStepFailure } from "../../lib/deploy/kubeflow/step_failure.ts";
import type { StepReport } from "../../lib/pipeline/tracker.ts";
import { RunView } from "./run_view.ts";
import { noticeOn, type Terminal } from "./terminal.ts";

/** Shows what happens to a run, and keeps what came of its steps. */
export class KubeflowView {
  /** One report a step that ended. */
  readonly reports: StepReport[] = [];
  readonly #terminal: Terminal;
  readonly #view: RunView;
  readonly #client: KubeflowClient;
  readonly #runId: string;
  readonly #started = new Set<string>();
  #silent = false;

  constructor(terminal: Terminal, client: KubeflowClient, runId: string) {
    this.#terminal = terminal;
    this.#view = new RunView(terminal, client.host);
    this.#client = client;
    this.#runId = runId;
  }

  /** Takes in one moment. Of a step that failed it looks for the reason. */
  async show(moment: RunMoment, signal: AbortSignal): Promise<void> {
    if (moment.type !== "silence") this.#silent = false;
    switch (moment.type) {
      case "step":
        return await this.#step(moment, signal);
      case "waits":
        return this.#view.say(
          `  ${moment.step} waits: ${moment.reason}${adviceFor(moment.reason)}`,
        );
      case "silence":
        if (!this.#silent) this.#notice(`${moment.error.message}; asking again`);
        this.#silent = true;
        return;
      case "end":
        this.clear();
    }
  }

  /** Takes away what was drawn. */
  clear(): void {
    this.#view.clear();
  }

  async #step(
    { step: { name, state, seconds }, cached }: RunMoment & { readonly type: "step" },
    signal: AbortSignal,
  ): Promise<void> {
    switch (state) {
      case "SUCCEEDED":
        return this.#report({ name, state: "succeeded", seconds, cached });
      case "SKIPPED":
        return this.#report({ name, state: "skipped", seconds: 0, cached: false });
      case "CANCELED":
        return this.#report({ name, state: "failed", seconds, cached: false, error: "stopped" });
      case "FAILED": {
        const { message, lines } = await readStepFailure(
          this.#client,
          { runId: this.#runId, step: name },
          { signal },
        );
        // The last line is where a step of ours says what was wrong.
        const error = lines.at(-1)?.replace(/^error: /, "") || message || "failed";
        this.#report({ name, state: "failed", seconds, cached: false, error });
        for (const line of lines) this.#view.say(this.#terminal.style(`    ${line}`, "dim"));
        return;
      }
      default:
        if (this.#started.has(name)) return;
        this.#started.add(name);
        this.#view.show({ type: "step-started", step: name });
    }
  }

  #report(report: StepReport): void {
    this.reports.push(report);
    this.#view.show({ type: "step-finished", step: report.name, report });
  }

  #notice(sentence: string): void {
    noticeOn({ ...this.#terminal, say: (line) => this.#view.say(line) })(sentence);
  }
}

/** What may help a pod that can't start. */
function adviceFor(reason: string): string {
  if (/ImagePull|ErrImage|InvalidImageName/.test(reason)) {
    return " (does DIGITS_IMAGE name an image that the cluster can pull?)";
  }
  if (/exceeded quota/i.test(reason)) return " (free some of the namespace's quota)";
  if (/Unschedulable|Insufficient/i.test(reason)) return " (no node has what the step asks for)";
  if (/secret .*not found|CreateContainerConfigError/i.test(reason)) {
    return " (is the Secret in the run's namespace?)";
  }
  return "";
}
