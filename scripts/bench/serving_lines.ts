/**
 * What was measured of inference servers, for people.
 *
 * @module
 */
import { tableLines } from "../cli/table.ts";
import type { ServingMeasure } from "./serving.ts";

/** A table; in each scenario the first server is compared with the others. */
export function servingLines(measures: readonly ServingMeasure[]): readonly string[] {
  let first = measures[0];
  const rows = measures.map((measure) => {
    if (!first || scenarioOf(measure) !== scenarioOf(first)) first = measure;
    const { requestsPerSecond, p50Ms, p99Ms, failed } = measure;
    const times = first.requestsPerSecond.median / requestsPerSecond.median;
    return [
      measure === first ? scenarioOf(measure) : "",
      measure.server,
      requestsPerSecond.median.toLocaleString("en", { maximumFractionDigits: 0 }),
      `${times.toFixed(2)} x`,
      p50Ms.median.toFixed(3),
      p99Ms.median.toFixed(2),
      String(failed),
    ];
  });
  return tableLines(["", "", "requests/s", "", "p50 ms", "p99 ms", "failed"], rows);
}

function scenarioOf({ form, images, connections }: ServingMeasure): string {
  const pictures = images === 1 ? "1 picture" : `${images} pictures`;
  const load = connections === null
    ? "constant rate"
    : `${connections} connection${connections === 1 ? "" : "s"}`;
  return `${form}, ${pictures}, ${load}`;
}
