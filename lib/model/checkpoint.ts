/**
 * Half-done training as files.
 *
 * @module
 */
import * as v from "valibot";
import { encodeJson } from "../base/bytes.ts";
import { DataError } from "../base/errors.ts";
import type { RandomState } from "../base/random.ts";
import { decodeVersionedJson } from "../base/versioned_json.ts";
import {
  countSchema,
  epochResultEntries,
  finiteSchema,
  layersSchema,
  settingsEntries,
} from "./json_schemas.ts";
import type { FitState } from "./training_event.ts";

const schemaVersion = 1;

const wordSchema = v.pipe(countSchema, v.maxValue(0xffffffff));
const randomSchema: v.GenericSchema<unknown, RandomState> = v.pipe(
  v.tuple([wordSchema, wordSchema, wordSchema, wordSchema]),
  v.check((words) => words.some((word) => word !== 0), "Expected a word that is not 0"),
);

const checkpointSchema = v.object({
  schemaVersion: v.literal(schemaVersion),
  settings: v.object({ ...settingsEntries, layers: layersSchema }),
  trainCount: countSchema,
  validationCount: countSchema,
  history: v.array(
    v.object({ ...epochResultEntries, imagesPerSecond: finiteSchema, seconds: finiteSchema }),
  ),
  step: countSchema,
  sums: v.object({
    loss: finiteSchema,
    correct: countSchema,
    images: countSchema,
    seconds: finiteSchema,
  }),
  random: randomSchema,
  trainer: v.object({
    steps: countSchema,
    random: randomSchema,
    /** The length of each vector. */
    vectors: v.record(v.string(), countSchema),
  }),
});

/**
 * The state as `checkpoint.json`, one `<vector>.f32` (little-endian float32) for
 * each of the trainer's vectors, and `best.onnx` once an epoch is done.
 */
export function encodeCheckpoint(state: FitState): Readonly<Record<string, Uint8Array>> {
  const { bestOnnx, trainer, ...rest } = state;
  const vectors = Object.entries(trainer.vectors);
  const lengths = Object.fromEntries(vectors.map(([name, { length }]) => [name, length]));
  return {
    "checkpoint.json": encodeJson({
      schemaVersion,
      ...rest,
      trainer: { ...trainer, vectors: lengths },
    }),
    ...Object.fromEntries(vectors.map(([name, values]) => [fileOf(name), encodeFloats(values)])),
    ...(bestOnnx && { "best.onnx": bestOnnx }),
  };
}

/**
 * The state in such files.
 *
 * @throws {DataError} when a file is missing or cut off, or `checkpoint.json` is
 * not right or of another version.
 */
export function decodeCheckpoint(files: Readonly<Record<string, Uint8Array>>): FitState {
  const { schemaVersion: _, trainer, ...rest } = decodeVersionedJson(files["checkpoint.json"], {
    name: "checkpoint.json",
    schemaVersion,
    schema: checkpointSchema,
  });
  const vectors = Object.entries(trainer.vectors).map(([name, length]) =>
    [name, decodeFloats(files[fileOf(name)], fileOf(name), length)] as const
  );
  const bestOnnx = files["best.onnx"] ?? null;
  if (rest.history.length > 0 && !bestOnnx) {
    throw new DataError("Cannot read the checkpoint as it has no file best.onnx");
  }
  return { ...rest, trainer: { ...trainer, vectors: Object.fromEntries(vectors) }, bestOnnx };
}

function fileOf(vector: string): string {
  return `${vector}.f32`;
}

// Every machine that Deno runs on is little-endian, so the bytes are those in memory.
function encodeFloats(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function decodeFloats(bytes: Uint8Array | undefined, file: string, length: number): Float32Array {
  if (!bytes) throw new DataError(`Cannot read the checkpoint as it has no file ${file}`);
  if (bytes.length !== length * Float32Array.BYTES_PER_ELEMENT) {
    throw new DataError(
      `Cannot read the checkpoint as ${file} must have ${length} float32 numbers: ` +
        `got ${bytes.length} bytes`,
    );
  }
  // The copy starts where float32 may start; a view into a larger file need not.
  return new Float32Array(bytes.slice().buffer);
}
