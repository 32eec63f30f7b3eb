import assert from "node:assert/strict";
import { encodeInferAnswer } from "../../lib/serve/v2_answer.ts";
import type { OutputWish } from "../../lib/serve/v2_outputs.ts";

const model = { name: "m", version: "3", classNames: ["cat", "dög", '"'] };
const PROBABILITIES = Float32Array.of(0.25, 0.5, 0.25, 0.125, 0.125, 0.75);

function wish(name: OutputWish["name"], options: Partial<OutputWish> = {}): OutputWish {
  return { name, binary: false, topClasses: 0, ...options };
}

function encode(outputs: readonly OutputWish[], id?: string) {
  const { body, jsonLength } = encodeInferAnswer(PROBABILITIES, { model, id, outputs });
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const json = JSON.parse(new TextDecoder().decode(bytes.subarray(0, jsonLength)));
  return { json, rest: bytes.subarray(jsonLength ?? bytes.length), jsonLength };
}

Deno.test("encodeInferAnswer() writes every output as JSON, in the order that was asked for", () => {
  const { json, jsonLength } = encode([wish("label"), wish("class"), wish("probabilities")], 'i"d');
  assert.equal(jsonLength, undefined);
  assert.deepEqual(json, {
    model_name: "m",
    model_version: "3",
    id: 'i"d',
    outputs: [
      { name: "label", datatype: "BYTES", shape: [2], data: ["dög", '"'] },
      { name: "class", datatype: "INT64", shape: [2], data: [1, 2] },
      { name: "probabilities", datatype: "FP32", shape: [2, 3], data: [...PROBABILITIES] },
    ],
  });
  assert.equal("id" in encode([wish("class")]).json, false);
});

Deno.test("encodeInferAnswer() puts what was asked for as bytes behind the JSON", () => {
  const binary = { binary: true };
  const { json, rest, jsonLength } = encode([
    wish("probabilities", binary),
    wish("class"),
    wish("label", binary),
  ], "ü");
  assert(jsonLength);
  assert.deepEqual(json.outputs, [
    {
      name: "probabilities",
      datatype: "FP32",
      shape: [2, 3],
      parameters: { binary_data_size: 24 },
    },
    { name: "class", datatype: "INT64", shape: [2], data: [1, 2] },
    { name: "label", datatype: "BYTES", shape: [2], parameters: { binary_data_size: 13 } },
  ]);
  assert.deepEqual(new Float32Array(rest.slice(0, 24).buffer), PROBABILITIES);
  assert.deepEqual([...rest.subarray(24)], [4, 0, 0, 0, 100, 0xc3, 0xb6, 103, 1, 0, 0, 0, 34]);
  const classes = encode([wish("class", binary)]).rest;
  assert.deepEqual([...new BigInt64Array(classes.slice().buffer)], [1n, 2n]);
});

Deno.test("encodeInferAnswer() writes the most probable classes as Triton does", () => {
  const top = (topClasses: number) => encode([wish("probabilities", { topClasses })]).json.outputs;
  assert.deepEqual(top(1), [
    { name: "probabilities", datatype: "BYTES", shape: [2, 1], data: ["0.5:1:dög", '0.75:2:"'] },
  ]);
  assert.deepEqual(top(99)[0].shape, [2, 3]);
  assert.deepEqual(top(2)[0].data.slice(0, 2), ["0.5:1:dög", "0.25:0:cat"]);
});
