import assert from "node:assert/strict";
import { modelSummary } from "../../lib/draw/model_summary.ts";
import { sampleReport } from "./sample_report.ts";

Deno.test("modelSummary() lists layers as Keras does", () => {
  assert.equal(
    modelSummary(sampleReport().description),
    `\
Layer                 Output shape    Parameters
────────────────────────────────────────────────
input                 (any, 4, 3, 1)           0
conv2d 2 × 2×2, relu  (any, 3, 2, 2)          10
dropout 0.5           (any, 3, 2, 2)           0
dense 3               (any, 3)                39
────────────────────────────────────────────────
Total parameters: 49, all trainable
`,
  );
});
