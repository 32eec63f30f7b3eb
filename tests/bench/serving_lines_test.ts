import assert from "node:assert/strict";
import type { ServingMeasure } from "../../scripts/bench/serving.ts";
import { servingLines } from "../../scripts/bench/serving_lines.ts";

function measure(
  server: string,
  median: number,
  other: Partial<ServingMeasure> = {},
): ServingMeasure {
  const quartiles = (median: number) => ({ lower: median, median, upper: median });
  return {
    server,
    form: "V2 binary",
    images: 1,
    connections: 16,
    requestsPerSecond: quartiles(median),
    p50Ms: quartiles(0.1),
    p99Ms: quartiles(0.5),
    failed: 0,
    ...other,
  };
}

Deno.test("servingLines() compares the first server of each scenario with the others", () => {
  const lines = servingLines([
    measure("Ours", 20_000),
    measure("Theirs", 8_000),
    measure("Ours", 500, { connections: 1, images: 16 }),
    measure("Theirs", 1_000, { connections: 1, images: 16, failed: 3 }),
    measure("Ours", 700, { connections: null }),
  ]);
  assert.deepEqual(lines.map((line) => line.trim().split(/ {2,}/)), [
    ["requests/s", "p50 ms", "p99 ms", "failed"],
    ["V2 binary, 1 picture, 16 connections", "Ours", "20,000", "1.00 x", "0.100", "0.50", "0"],
    ["Theirs", "8,000", "2.50 x", "0.100", "0.50", "0"],
    ["V2 binary, 16 pictures, 1 connection", "Ours", "500", "1.00 x", "0.100", "0.50", "0"],
    ["Theirs", "1,000", "0.50 x", "0.100", "0.50", "3"],
    ["V2 binary, 1 picture, constant rate", "Ours", "700", "1.00 x", "0.100", "0.50", "0"],
  ]);
});
