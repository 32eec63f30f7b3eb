import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { sampleEvaluation } from "../draw/sample_report.ts";
import {
  confusionArtifact,
  evaluationMetrics,
  htmlArtifact,
  metricsArtifact,
  rocArtifact,
} from "../../lib/steps/page_artifacts.ts";

const evaluation = sampleEvaluation();

Deno.test("metricsArtifact() shows accuracy, loss and F1 class by class as plain numbers", async () => {
  const port = metricsArtifact("The numbers");
  const metrics = evaluationMetrics(evaluation);
  deepStrictEqual(Object.keys(metrics), [
    "accuracy",
    "loss",
    "count",
    "macro_f1",
    "f1_zero",
    "f1_one",
    "f1_two",
  ]);
  deepStrictEqual([metrics["accuracy"], metrics["count"]], [0.9, 60]);
  ok(Object.values(metrics).every(Number.isFinite));
  deepStrictEqual(port.metadata!(metrics), metrics);
  strictEqual(port.schema, "system.Metrics");
  deepStrictEqual(await port.codec.decode(await port.codec.encode(metrics)), metrics);
});

Deno.test("evaluationMetrics() are called so that MLflow takes them, too", () => {
  const dressed = sampleEvaluation({ classNames: ["T-shirt/top", "Ankle boot", "Kürbis"] });
  deepStrictEqual(Object.keys(evaluationMetrics(dressed)).slice(-3), [
    "f1_T-shirt_top",
    "f1_Ankle_boot",
    "f1_K_rbis",
  ]);
});

Deno.test("confusionArtifact() shows a square matrix in the form that Kubeflow's page reads", async () => {
  const port = confusionArtifact("What was read as what");
  const matrix = { classNames: evaluation.classNames, counts: evaluation.confusion };
  deepStrictEqual(port.metadata!(matrix), {
    confusionMatrix: {
      annotationSpecs: [{ displayName: "zero" }, { displayName: "one" }, { displayName: "two" }],
      rows: evaluation.confusion.map((row) => ({ row })),
    },
  });
  strictEqual(port.schema, "system.ClassificationMetrics");
  deepStrictEqual(await port.codec.decode(await port.codec.encode(matrix)), matrix);
});

Deno.test("rocArtifact() shows at most some hundred finite points", async () => {
  const port = rocArtifact("The curve");
  const { confidenceMetrics } = port.metadata!(evaluation.roc) as {
    readonly confidenceMetrics: readonly Readonly<Record<string, number>>[];
  };
  strictEqual(confidenceMetrics.length, 101);
  for (const point of confidenceMetrics) {
    deepStrictEqual(Object.keys(point), ["confidenceThreshold", "recall", "falsePositiveRate"]);
    ok(Object.values(point).every(Number.isFinite));
  }
  deepStrictEqual(confidenceMetrics[0], {
    confidenceThreshold: 1,
    recall: evaluation.roc[0]!.truePositiveRate,
    falsePositiveRate: 0,
  });
  strictEqual(port.schema, "system.ClassificationMetrics");
  deepStrictEqual(await port.codec.decode(await port.codec.encode(evaluation.roc)), evaluation.roc);
});

Deno.test("htmlArtifact() is a lone file, as Kubeflow shows nothing else", async () => {
  const port = htmlArtifact("A page");
  const files = await port.codec.encode("<p>ü");
  deepStrictEqual(Object.keys(files), [""]);
  strictEqual(port.schema, "system.HTML");
  strictEqual(await port.codec.decode(files), "<p>ü");
  throws(() => port.codec.decode({ "index.html": files[""]! }), { name: "DataError" });
});

Deno.test("artifacts of the page refuse files that are damaged", async () => {
  const bytes = new TextEncoder().encode('{"schemaVersion":1,"value":{"accuracy":"high"}}');
  await rejects(
    async () => await metricsArtifact("").codec.decode({ "metrics.json": bytes }),
    /^DataError: Cannot read metrics\.json as value\.accuracy is wrong/,
  );
});
