/**
 * What a server has done so far, for Prometheus.
 *
 * Counted by ourselves, as every request pays for it: `prom-client` takes 0.3 to 0.5 µs
 * a number, and a request has six.
 *
 * @module
 */
import { Hono } from "hono";
import { Histogram, histogramText, metricText, type Sample } from "./metric_text.ts";
import type { ModelEvent } from "./model_event.ts";
import { refuseMethod } from "./refuse.ts";
import type { BatchObserver, Protocol, RequestObserver, RequestReport } from "./observer.ts";

const SECONDS = [
  ...[50e-6, 100e-6, 200e-6, 500e-6], // One digit takes 30 µs to compute.
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
];
const IMAGES = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** What the process has used. */
export interface ProcessUsage {
  /** Of all its threads. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  /** When it began, in seconds since 1970. */
  readonly startedAt: number;
}

/** Where the numbers come from. */
export interface MetricsOptions {
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
  /** Asked each time the numbers are. */
  readonly usage: () => ProcessUsage;
}

/** Requests to one model in one protocol. */
class RequestSeries {
  readonly answers = new Map<number, number>();
  readonly seconds = new Histogram(SECONDS);

  add(status: number, seconds: number): void {
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
    this.seconds.observe(seconds);
  }
}

/** What a model's predictions took. */
class ModelSeries {
  readonly preprocess = new Histogram(SECONDS);
  readonly predict = new Histogram(SECONDS);
  readonly postprocess = new Histogram(SECONDS);
  images = 0;
}

/** Counts, and tells. */
export class Metrics implements RequestObserver, BatchObserver {
  readonly now: () => number;
  readonly #usage: () => ProcessUsage;
  readonly #requests: Record<Protocol, Map<string, RequestSeries>> = {
    "v1": new Map(),
    "v2": new Map(),
    "v2-binary": new Map(),
    "grpc": new Map(),
  };
  readonly #models = new Map<string, ModelSeries>();
  readonly #batches = new Histogram(IMAGES);
  readonly #inService = new Map<string, string>();
  readonly #loads = new Map<string, { loaded: number; failed: number }>();
  #waiting = 0;

  constructor({ now, usage }: MetricsOptions) {
    this.now = now;
    this.#usage = usage;
  }

  answered(report: RequestReport): void {
    const { protocol, model, status, cameAt, readAt, predictedAt, answeredAt } = report;
    seriesOf(this.#requests[protocol], model, RequestSeries)
      .add(status, (answeredAt - cameAt) / 1000);
    if (status !== 200) return;
    const series = seriesOf(this.#models, model, ModelSeries);
    series.preprocess.observe((readAt - cameAt) / 1000);
    series.predict.observe((predictedAt - readAt) / 1000);
    series.postprocess.observe((answeredAt - predictedAt) / 1000);
    series.images += report.images;
  }

  batch(images: number, waiting: number): void {
    this.#batches.observe(images);
    this.#waiting = waiting;
  }

  /** Counts what happens to models. */
  modelEvent(event: ModelEvent): void {
    const { type, name } = event;
    const loads = this.#loads.get(name) ?? { loaded: 0, failed: 0 };
    this.#loads.set(name, loads);
    if (type === "loaded" || type === "failed") loads[type]++;
    if (type === "in-service") this.#inService.set(name, event.version);
    if (type === "unloaded" && this.#inService.get(name) === event.version) {
      this.#inService.delete(name);
    }
  }

  /** All of it, in Prometheus's text format. */
  text(): string {
    const { cpuSeconds, residentBytes, startedAt } = this.#usage();
    const one = (value: number): readonly Sample[] => [{ labels: {}, value }];
    const phase = (name: "preprocess" | "predict" | "postprocess", help: string) =>
      histogramText(
        `request_${name}_seconds`,
        help,
        Array.from(this.#models, ([model, series]) => [{ model_name: model }, series[name]]),
      );
    return [
      metricText("counter", "digits_requests_total", "Requests answered", this.#answers()),
      histogramText(
        "digits_request_seconds",
        "From a request's coming to its answer",
        this.#requestSeries().map(([labels, { seconds }]) => [labels, seconds]),
      ),
      phase("preprocess", "Reading a request"),
      phase("predict", "Predicting it, with the time it waited for its turn"),
      phase("postprocess", "Writing its answer"),
      metricText(
        "counter",
        "digits_images_total",
        "Pictures predicted",
        Array.from(this.#models, ([model, { images }]) => ({
          labels: { model_name: model },
          value: images,
        })),
      ),
      histogramText("digits_batch_images", "Pictures in one inference", [[{}, this.#batches]]),
      metricText(
        "gauge",
        "digits_queue_images",
        "Pictures that waited when an inference last began",
        one(this.#waiting),
      ),
      metricText(
        "gauge",
        "digits_model_info",
        "The version that answers",
        Array.from(this.#inService, ([model, version]) => ({
          labels: { model_name: model, version },
          value: 1,
        })),
      ),
      metricText(
        "counter",
        "digits_model_loads_total",
        "Versions loaded, or not",
        [
          ...this.#loads,
        ].flatMap(([model, loads]) =>
          Object.entries(loads).map(([outcome, value]) => ({
            labels: { model_name: model, outcome },
            value,
          }))
        ),
      ),
      metricText("counter", "process_cpu_seconds_total", "Processor time", one(cpuSeconds)),
      metricText("gauge", "process_resident_memory_bytes", "Memory", one(residentBytes)),
      metricText("gauge", "process_start_time_seconds", "Its beginning", one(startedAt)),
    ].join("");
  }

  /** `GET /metrics`. */
  routes(): Hono {
    return new Hono().get("/metrics", (context) =>
      context.body(this.text(), 200, {
        "content-type": "text/plain; version=0.0.4; charset=utf-8",
      })).all(refuseMethod("GET, HEAD"));
  }

  #requestSeries(): readonly (readonly [Record<string, string>, RequestSeries])[] {
    return Object.entries(this.#requests).flatMap(([protocol, models]) =>
      Array.from(models, ([model, series]) => [{ protocol, model_name: model }, series] as const)
    );
  }

  #answers(): readonly Sample[] {
    return this.#requestSeries().flatMap(([labels, { answers }]) =>
      Array.from(answers, ([status, value]) => ({
        labels: { ...labels, status: String(status) },
        value,
      }))
    );
  }
}

function seriesOf<T>(all: Map<string, T>, name: string, Series: new () => T): T {
  const known = all.get(name);
  if (known) return known;
  const made = new Series();
  all.set(name, made);
  return made;
}
