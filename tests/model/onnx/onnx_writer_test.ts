import assert from "node:assert/strict";
import { writeOnnx } from "../../../lib/model/onnx/onnx_writer.ts";

const empty = {
  producer: "p",
  graphName: "g",
  nodes: [],
  constants: [],
  inputs: [],
  outputs: [],
};

/** The bytes after those of an empty graph's, without the operator set at the end. */
function graphOf(model: Partial<Parameters<typeof writeOnnx>[0]>): number[] {
  const bytes = [...writeOnnx({ ...empty, ...model })];
  assert.deepEqual(bytes.slice(0, 6), [0x08, 8, 0x12, 1, 0x70, 0x3a]);
  assert.deepEqual(bytes.slice(-6), [0x42, 4, 0x0a, 0, 0x10, 17]);
  const graph = bytes.slice(7, -6);
  assert.equal(bytes[6], graph.length);
  return graph;
}

Deno.test("writeOnnx() writes IR version 8, operator set 17 and the graph's name", () => {
  assert.deepEqual(graphOf({}), [0x12, 1, 0x67]);
});

Deno.test("writeOnnx() writes a node with every kind of attribute", () => {
  const attributes = { i: -1, f: { float: 1 }, n: [300, 2], s: "t" };
  const graph = graphOf({ nodes: [{ type: "T", inputs: ["a"], outputs: ["b"], attributes }] });
  const minusOne = [...new Array(9).fill(0xff), 1];
  // deno-fmt-ignore
  const wanted = [
    0x0a, 1, 0x61, 0x12, 1, 0x62, 0x1a, 1, 0x62, 0x22, 1, 0x54, // input, output, name, type
    0x2a, 17, 0x0a, 1, 0x69, 0x18, ...minusOne, 0xa0, 1, 2,
    0x2a, 11, 0x0a, 1, 0x66, 0x15, 0, 0, 0x80, 0x3f, 0xa0, 1, 1,
    0x2a, 11, 0x0a, 1, 0x6e, 0x40, 0xac, 2, 0x40, 2, 0xa0, 1, 7,
    0x2a, 9, 0x0a, 1, 0x73, 0x22, 1, 0x74, 0xa0, 1, 3,
  ];
  assert.deepEqual(graph, [0x0a, wanted.length, ...wanted, 0x12, 1, 0x67]);
});

Deno.test("writeOnnx() writes a constant and a port of any size", () => {
  const data = Float32Array.of(1, 2);
  const graph = graphOf({
    constants: [{ name: "c", type: "float", dims: [2], data }],
    inputs: [{ name: "x", type: "uint8", dims: ["n", 3] }],
  });
  // deno-fmt-ignore
  assert.deepEqual(graph, [
    0x12, 1, 0x67,
    0x2a, 17, 0x08, 2, 0x10, 1, 0x42, 1, 0x63, 0x4a, 8, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40,
    0x5a, 20, 0x0a, 1, 0x78, 0x12, 15, 0x0a, 13, 0x08, 2,
    0x12, 9, 0x0a, 3, 0x12, 1, 0x6e, 0x0a, 2, 0x08, 3,
  ]);
});
