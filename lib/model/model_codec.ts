/**
 * Trained models as files.
 *
 * @module
 */
import * as v from "valibot";
import { encodeJson } from "../base/bytes.ts";
import { DataError } from "../base/errors.ts";
import { decodeVersionedJson } from "../base/versioned_json.ts";
import { countSchema, epochResultEntries, layersSchema, settingsEntries } from "./json_schemas.ts";
import type { ModelDescription, TrainedModel } from "./trained_model.ts";

const sideSchema = v.pipe(countSchema, v.minValue(1));

const descriptionSchema: v.GenericSchema<unknown, ModelDescription> = v.object({
  schemaVersion: v.literal(1),
  dataset: v.string(),
  imageShape: v.tuple([sideSchema, sideSchema, sideSchema]),
  classNames: v.array(v.string()),
  layers: layersSchema,
  parameterCount: countSchema,
  training: v.object({
    ...settingsEntries,
    engine: v.string(),
    runtime: v.string(),
    threads: countSchema,
    trainCount: countSchema,
    validationCount: countSchema,
  }),
  history: v.array(v.object(epochResultEntries)),
  bestEpoch: countSchema,
});

/** The model as `model.onnx` and `model.json`. The same model gives the same bytes. */
export function encodeModel(
  { onnx, description }: TrainedModel,
): Readonly<Record<"model.onnx" | "model.json", Uint8Array>> {
  // Through the schema, as the order of the keys would otherwise depend on who made the description.
  return { "model.onnx": onnx, "model.json": encodeJson(v.parse(descriptionSchema, description)) };
}

/**
 * The model in such files. Whether `model.onnx` is sound shows when an engine loads it.
 *
 * @throws {DataError} when a file is missing, or `model.json` is not right or of another version.
 */
export function decodeModel(files: Readonly<Record<string, Uint8Array>>): TrainedModel {
  const description = decodeVersionedJson(files["model.json"], {
    name: "model.json",
    schemaVersion: 1,
    schema: descriptionSchema,
  });
  const onnx = files["model.onnx"];
  if (!onnx) throw new DataError("Cannot read the model as it has no file model.onnx");
  return { onnx, description };
}
