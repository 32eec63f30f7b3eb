import assert from "node:assert/strict";
import { encodeJson } from "../../lib/base/bytes.ts";
import { DataError } from "../../lib/base/errors.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../lib/model/checkpoint.ts";
import { fit } from "../../lib/model/fit.ts";
import type { FitState } from "../../lib/model/training_event.ts";
import { fakeEngine } from "./fake_engine.ts";
import { damaged } from "./random_files.ts";
import { fakeClock, smallData, smallSettings } from "./small_training.ts";
import { fuzzCount } from "../fuzz_count.ts";

/** After the first epoch. */
const state = await firstCheckpoint();
const files = encodeCheckpoint(state);
const json = JSON.parse(new TextDecoder().decode(files["checkpoint.json"]));

async function firstCheckpoint(): Promise<FitState> {
  for await (const event of fit(fakeEngine, smallData, smallSettings, { now: fakeClock() })) {
    if (event.kind === "checkpoint") return event.state;
  }
  throw new Error("Training ended without a checkpoint");
}

Deno.test("decodeCheckpoint() gives back what encodeCheckpoint() was given", () => {
  assert.deepEqual(Object.keys(files).sort(), [
    "best.onnx",
    "checkpoint.json",
    "moment1.f32",
    "weights.f32",
  ]);
  assert.deepEqual(decodeCheckpoint(files), state);
});

Deno.test("decodeCheckpoint() reads a checkpoint from before the first epoch's end", () => {
  const early = { ...state, history: [], bestOnnx: null };
  assert.deepEqual(decodeCheckpoint(encodeCheckpoint(early)), early);
});

Deno.test("decodeCheckpoint() does not care where in memory a file starts", () => {
  const bytes = files["weights.f32"]!;
  const larger = new Uint8Array(bytes.length + 1);
  larger.set(bytes, 1);
  assert.deepEqual(decodeCheckpoint({ ...files, "weights.f32": larger.subarray(1) }), state);
});

Deno.test("decodeCheckpoint() refuses another version, saying so", () => {
  const newer = { ...files, "checkpoint.json": encodeJson({ schemaVersion: 2 }) };
  assert.throws(() => decodeCheckpoint(newer), {
    name: "DataError",
    message: "Cannot read checkpoint.json as its schema version is 2: this release reads " +
      "version 1; use the release that wrote it, or make it anew",
  });
});

Deno.test("decodeCheckpoint() refuses files that are missing or cut off, naming them", () => {
  const { "weights.f32": weights, ...others } = files;
  const cut = { ...files, "weights.f32": weights!.subarray(0, 100) };
  assert.throws(() => decodeCheckpoint(cut), /weights\.f32 must have 48 float32 numbers: got 100/);
  assert.throws(() => decodeCheckpoint(others), /no file weights\.f32/);
  const { "best.onnx": _, ...worse } = files;
  assert.throws(() => decodeCheckpoint(worse), /no file best\.onnx/);
  assert.throws(() => decodeCheckpoint({}), /checkpoint\.json as there is no such file/);
});

Deno.test("decodeCheckpoint() names the path of what is wrong", () => {
  const change = (changes: object) => encodeJson({ ...json, ...changes });
  const bad: [object, RegExp][] = [
    [{ step: -1 }, /as step is wrong/],
    [{ random: [0, 0, 0, 0] }, /as random is wrong/],
    [{ random: [1, 2, 3, 2 ** 32] }, /as random\.3 is wrong/],
    [{ trainer: { ...json.trainer, steps: "6" } }, /as trainer\.steps is wrong/],
    [{ settings: { ...json.settings, optimizer: { name: "lion" } } }, /settings\.optimizer\.name/],
  ];
  for (const [changes, message] of bad) {
    const broken = { ...files, "checkpoint.json": change(changes) };
    assert.throws(() => decodeCheckpoint(broken), { name: "DataError", message });
  }
});

Deno.test("decodeCheckpoint() of damaged files is a DataError at worst", () => {
  for (const broken of damaged(files, fuzzCount(300))) {
    try {
      decodeCheckpoint(broken);
    } catch (error) {
      assert.ok(error instanceof DataError, String(error));
    }
  }
});
