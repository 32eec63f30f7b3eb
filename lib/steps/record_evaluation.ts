/**
 * What a run records of its evaluation: the same whether it was done just now or is taken from a
 * cache.
 *
 * @module
 */
import { UnavailableError } from "../base/errors.ts";
import type { Evaluation } from "../digits/evaluation.ts";
import type { ArtifactInfo } from "../pipeline/artifact_store.ts";
import type { Run } from "../pipeline/tracker.ts";
import { attachAll } from "./attach_all.ts";
import { datasetInput } from "./dataset_inputs.ts";

const TABLE = "per_class.json";

/**
 * Records the digits, the measures, and what was read as what, as numbers and as pictures. Pictures
 * of pixels are left out on a machine that can't draw them.
 */
export async function recordEvaluation(
  run: Run,
  evaluation: Evaluation,
  { epoch, test }: {
    /** The one whose weights were judged. */
    readonly epoch: number;
    /** Where the digits are; not recorded when nobody knows. */
    readonly test?: ArtifactInfo | undefined;
  },
): Promise<void> {
  const { dataset, accuracy, loss, count, imageShape, classNames, confusion } = evaluation;
  if (test) {
    await run.input(datasetInput({ dataset, context: "test", info: test, count, imageShape }));
  }
  await run.log({ test_accuracy: accuracy, test_loss: loss }, epoch);
  const svg = await confusionSvg(evaluation);
  await attachAll(run, {
    [TABLE]: perClassTable(evaluation),
    "confusion_matrix.json": { rows: "label", columns: "read as", classNames, counts: confusion },
    "confusion_matrix.svg": svg,
    ...await pixelPictures(evaluation, svg),
  });
  // MLflow shows as a table what this tag of its own lists.
  await run.tag({ "mlflow.loggedArtifacts": JSON.stringify([{ path: TABLE, type: "table" }]) });
}

/** As MLflow's `log_table` has it: a row for each class, in digits that a page has room for. */
function perClassTable({ classes }: Pick<Evaluation, "classes">) {
  const round = (share: number) => Math.round(share * 1e5) / 1e5;
  return {
    columns: ["class", "precision", "recall", "f1", "auc", "support"],
    data: classes.map(({ name, precision, recall, f1, auc, support }) => [
      name,
      round(precision),
      round(recall),
      round(f1),
      auc === null ? null : round(auc),
      support,
    ]),
  };
}

async function confusionSvg(evaluation: Evaluation): Promise<string> {
  // Loaded when there is something to draw: the charts' library is large.
  const { renderChart } = await import("../draw/chart.ts");
  const { confusionChart } = await import("../draw/evaluation_charts.ts");
  const { onPaper } = await import("../draw/portable_picture.ts");
  return onPaper(await renderChart(confusionChart(evaluation), "What was read as what"));
}

async function pixelPictures(
  evaluation: Evaluation,
  svg: string,
): Promise<Readonly<Record<string, Uint8Array>>> {
  const { pngOfSvg } = await import("../draw/portable_picture.ts");
  const { misreadDigitsPng } = await import("../draw/misread_digits.ts");
  try {
    const misread = await misreadDigitsPng(evaluation);
    return {
      ...(misread && { "misread_digits.png": misread }),
      "confusion_matrix.png": await pngOfSvg(svg),
    };
  } catch (error) {
    if (error instanceof UnavailableError) return {}; // the same is in the report
    throw error;
  }
}
