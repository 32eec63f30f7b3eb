/**
 * What Kubeflow's page shows of an evaluation, one port maker for each kind. The page reads the
 * metadata; the files are for other steps.
 *
 * @module
 */
import * as v from "valibot";
import { encodeJson } from "../base/bytes.ts";
import { DataError } from "../base/errors.ts";
import { decodeVersionedJson } from "../base/versioned_json.ts";
import type { Evaluation, RocPoint } from "../digits/evaluation.ts";
import { artifact, type ArtifactPort, type Codec } from "../pipeline/port.ts";

/** What was read as what: `counts[label][predicted]`. */
export interface ConfusionMatrix {
  /** What each class index means. */
  readonly classNames: Evaluation["classNames"];
  /** Square. */
  readonly counts: Evaluation["confusion"];
}

/** Finite numbers by name. */
export type Metrics = Readonly<Record<string, number>>;

const finite = v.pipe(v.number(), v.finite());

/** Numbers, shown as a table. */
export function metricsArtifact(description: string): ArtifactPort<Metrics> {
  return artifact<Metrics>(description, {
    schema: "system.Metrics",
    codec: jsonCodec("metrics.json", v.record(v.string(), finite)),
    metadata: (metrics) => metrics,
  });
}

/** A confusion matrix, shown as one. */
export function confusionArtifact(description: string): ArtifactPort<ConfusionMatrix> {
  return artifact<ConfusionMatrix>(description, {
    schema: "system.ClassificationMetrics",
    codec: jsonCodec(
      "confusion_matrix.json",
      v.object({ classNames: v.array(v.string()), counts: v.array(v.array(finite)) }),
    ),
    metadata: ({ classNames, counts }) => ({
      confusionMatrix: {
        annotationSpecs: classNames.map((displayName) => ({ displayName })),
        rows: counts.map((row) => ({ row })),
      },
    }),
  });
}

/** A ROC curve, shown as one. */
export function rocArtifact(description: string): ArtifactPort<readonly RocPoint[]> {
  return artifact<readonly RocPoint[]>(description, {
    schema: "system.ClassificationMetrics",
    codec: jsonCodec(
      "roc.json",
      v.array(v.object({
        threshold: finite,
        falsePositiveRate: finite,
        truePositiveRate: finite,
      })),
    ),
    metadata: (points) => ({
      confidenceMetrics: points.map(({ threshold, truePositiveRate, falsePositiveRate }) => ({
        confidenceThreshold: threshold,
        recall: truePositiveRate,
        falsePositiveRate,
      })),
    }),
  });
}

/** A page, shown as it is: from a lone file only. */
export function htmlArtifact(description: string): ArtifactPort<string> {
  return artifact<string>(description, {
    schema: "system.HTML",
    codec: {
      encode: (html) => ({ "": new TextEncoder().encode(html) }),
      decode: ({ "": bytes }) => {
        if (bytes === undefined) throw new DataError("Cannot read the page as it is no lone file");
        return new TextDecoder().decode(bytes);
      },
    },
  });
}

/** The numbers of an evaluation that are worth a look before the report is opened. */
export function evaluationMetrics({ accuracy, loss, count, classes }: Evaluation): Metrics {
  return {
    accuracy,
    loss,
    count,
    macro_f1: classes.reduce((sum, { f1 }) => sum + f1, 0) / classes.length,
    // Kubeflow hands them on to MLflow, which takes few other characters.
    ...Object.fromEntries(
      classes.map(({ name, f1 }) => [`f1_${name.replace(/[^\w.-]/g, "_")}`, f1]),
    ),
  };
}

/** A value as the member of one JSON file. */
function jsonCodec<T>(name: string, value: v.GenericSchema<unknown, T>): Codec<T> {
  const schema = v.object({ schemaVersion: v.literal(1), value });
  return {
    encode: (value) => ({ [name]: encodeJson({ schemaVersion: 1, value }) }),
    decode: (files) =>
      decodeVersionedJson(files[name], { name, schemaVersion: 1, schema }).value as T,
  };
}
