/**
 * A pipeline's graph in a notebook, which changes while the pipeline runs.
 *
 * @module
 */
import type { RunMoment } from "../deploy/kubeflow/follow_run.ts";
import type { StepState } from "../deploy/kubeflow/step_states.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { RunEvent } from "../pipeline/run_event.ts";
import type { MediaBundle } from "./media_bundle.ts";
import type { LiveOutput, Notebook } from "./notebook.ts";
import { type Layout, layOutPipeline } from "./pipeline_layout.ts";
import { pipelineSvg } from "./pipeline_svg.ts";
import { svgPictures } from "./pictures.ts";
import { Shown } from "./shown.ts";
import { StepProgress, type StepStatus } from "./step_progress.ts";

/** What Kubeflow's states are here. */
const statuses: Readonly<Record<string, StepStatus>> = {
  RUNNING: "running",
  CANCELING: "running",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  CANCELED: "failed",
  SKIPPED: "skipped",
};

const FRAME_MS = 150; // between two pictures that differ in a percentage only

/**
 * A pipeline as a picture: the last value of a cell shows its graph. While the pipeline runs,
 * the steps show how far they are: `runLocal(pipeline, params, { …, onEvent: live.onEvent })`.
 */
export class LivePipeline extends Shown {
  readonly #name: string;
  readonly #layout: Layout;
  readonly #live: Notebook;
  readonly #progress: StepProgress;
  #output: Promise<LiveOutput> | undefined;
  #shownAt = -Infinity;

  /** Nothing is shown before it is asked for, or before the first event. */
  constructor(pipeline: Pick<Pipeline, "name" | "nodes">, notebook: Notebook) {
    const layout = layOutPipeline(pipeline.nodes);
    const progress = new StepProgress();
    const draw = () => svgPictures(pipelineSvg(layout, progress.steps, pipeline.name));
    super(graphText(pipeline.name, layout, progress), draw, notebook);
    this.#name = pipeline.name;
    this.#layout = layout;
    this.#live = notebook;
    this.#progress = progress;
  }

  /** For a local run. It never waits: a run is not slowed by being watched. */
  readonly onEvent = (event: RunEvent): void => {
    this.#progress.add(event);
    const now = this.#live.now();
    if (event.type === "step-progress" && now - this.#shownAt < FRAME_MS) return;
    this.#shownAt = now;
    void (this.#isSettled() ? this.end() : this.#drawFrame());
  };

  /** For a run on Kubeflow, to its end: `graph.follow(followRun(client, runId, { steps }))`. */
  async follow(moments: AsyncIterable<RunMoment>): Promise<void> {
    try {
      for await (const moment of moments) {
        if (moment.type === "step") this.#takeState(moment.step, moment.cached);
      }
    } finally {
      await this.end();
    }
  }

  /** Shows what a saved notebook keeps. Happens by itself when no step is left to run. */
  async end(): Promise<void> {
    if (!this.#output) return;
    const svg = pipelineSvg(this.#layout, this.#progress.steps, this.#name);
    const pictures = this.#live.isRich ? await svgPictures(svg) : {};
    await (await this.#output).keep({ ...pictures, "text/plain": this.#words() });
  }

  /** On Kubeflow, a step within a called pipeline has only its own name. */
  #takeState({ name, state, seconds }: StepState, cached: boolean): void {
    const status = cached && state === "SUCCEEDED" ? "cached" : statuses[state] ?? "waiting";
    for (const { kind, path } of this.#layout.boxes) {
      if (kind === "group" || path.split(".").at(-1) !== name) continue;
      this.#progress.set(path, status, seconds);
    }
    void this.#drawFrame();
  }

  #isSettled(): boolean {
    const { steps } = this.#progress;
    return this.#layout.boxes.every(({ kind, path }) =>
      kind === "group" || !["waiting", "running"].includes(steps.get(path)?.status ?? "waiting")
    );
  }

  async #drawFrame(): Promise<void> {
    if (this.#output) (await this.#output).replace(this.#frame());
    else await (this.#output = this.#live.open(this.#frame()));
  }

  #frame(): MediaBundle {
    return {
      "text/plain": this.#words(),
      "text/html": pipelineSvg(this.#layout, this.#progress.steps, this.#name),
    };
  }

  #words(): string {
    return graphText(this.#name, this.#layout, this.#progress);
  }
}

/** Every step on a line, with those that it comes after. */
function graphText(name: string, { boxes, arrows }: Layout, progress: StepProgress): string {
  const steps = progress.steps;
  const lines = boxes.map((box) => {
    const before = arrows.filter(({ to }) => to === box).map(({ from }) => from.title);
    const after = before.length === 0 ? "" : ` ← ${before.join(", ")}`;
    const note = steps.get(box.path)?.note ?? "";
    const inset = "  ".repeat(boxes.filter((other) => surrounds(other, box)).length + 1);
    return `${inset}${box.title}${after}${note === "" ? "" : ` (${note})`}`;
  });
  return [name, ...lines].join("\n");
}

function surrounds(
  outer: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  },
  inner: typeof outer,
): boolean {
  return outer !== inner && outer.x <= inner.x && outer.y <= inner.y &&
    outer.x + outer.width >= inner.x + inner.width &&
    outer.y + outer.height >= inner.y + inner.height;
}
