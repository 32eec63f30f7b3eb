/**
 * Numbers as Prometheus reads them: its text format, version 0.0.4.
 *
 * @module
 */

/** One number, and what it is of. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Counts of values up to each bound. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;

  /** @param bounds ascending; a last bucket without a bound is added. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let i = 0;
    while (i < this.#bounds.length && value > this.#bounds[i]!) i++;
    this.#counts[i]!++;
    this.#sum += value;
  }

  /** Its samples, by the ending of their name. */
  *samples(labels: Readonly<Record<string, string>>): Iterable<Sample & { ending: string }> {
    let count = 0;
    for (const [i, inBucket] of this.#counts.entries()) {
      count += inBucket;
      const le = String(this.#bounds[i] ?? "+Inf");
      yield { ending: "_bucket", labels: { ...labels, le }, value: count };
    }
    yield { ending: "_sum", labels, value: this.#sum };
    yield { ending: "_count", labels, value: count };
  }
}

/** A counter or a gauge with all its samples. */
export function metricText(
  type: "counter" | "gauge",
  name: string,
  help: string,
  samples: Iterable<Sample>,
): string {
  const lines = Array.from(samples, ({ labels, value }) => lineOf(name, labels, value));
  return headOf(type, name, help) + lines.join("");
}

/** Histograms of one name, each with its labels. */
export function histogramText(
  name: string,
  help: string,
  histograms: Iterable<readonly [labels: Readonly<Record<string, string>>, histogram: Histogram]>,
): string {
  let text = headOf("histogram", name, help);
  for (const [labels, histogram] of histograms) {
    for (const sample of histogram.samples(labels)) {
      text += lineOf(name + sample.ending, sample.labels, sample.value);
    }
  }
  return text;
}

function headOf(type: string, name: string, help: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

function lineOf(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`;
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
