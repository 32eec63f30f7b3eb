/**
 * An evaluation as `evaluation.json`, and back.
 *
 * @module
 */
import * as v from "valibot";
import { encodeJson } from "../base/bytes.ts";
import { decodeVersionedJson } from "../base/versioned_json.ts";
import type { FilesCodec } from "./digits_codec.ts";
import type { Evaluation } from "./evaluation.ts";

const FILE = "evaluation.json";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

const schema: v.GenericSchema<unknown, Evaluation> = v.object({
  schemaVersion: v.literal(1),
  dataset: v.string(),
  imageShape: v.strictTuple([count, count, count]),
  classNames: v.array(v.string()),
  count,
  accuracy: share,
  loss: v.pipe(v.number(), v.finite(), v.minValue(0)),
  confusion: v.array(v.array(count)),
  classes: v.array(v.object({
    name: v.string(),
    precision: share,
    recall: share,
    f1: share,
    support: count,
    auc: v.nullable(share),
  })),
  roc: v.array(v.object({ threshold: share, falsePositiveRate: share, truePositiveRate: share })),
  mistakes: v.array(v.object({
    index: count,
    label: count,
    predicted: count,
    probabilities: v.array(share),
    image: v.pipe(v.string(), v.base64()),
  })),
});

/** Plain JSON: what a person or another program opens. */
export const evaluationCodec: FilesCodec<Evaluation> = {
  encode: (evaluation) => ({ [FILE]: encodeJson(evaluation) }),
  decode: (files) => decodeVersionedJson(files[FILE], { name: FILE, schemaVersion: 1, schema }),
};
