import assert from "node:assert/strict";
import { missingOutputs } from "../../scripts/notebook/missing_outputs.ts";
import { type CellOutput, withOutputs } from "../../scripts/notebook/notebook_file.ts";
import { notebookOf } from "./cells.ts";

const picture: CellOutput = {
  output_type: "display_data",
  metadata: {},
  data: { "image/png": "QQ==", "text/plain": "a picture" },
};
const words: CellOutput = {
  output_type: "display_data",
  metadata: {},
  data: { "text/plain": "no" },
};
const written = (name: string): CellOutput => ({ output_type: "stream", name, text: "x" });

Deno.test("missingOutputs() names the kinds of content that a cell showed, and shows no more", () => {
  const before = withOutputs(notebookOf("1", "2"), [[written("stdout"), written("stderr")], [
    picture,
  ]]);
  assert.deepEqual(missingOutputs(before, before), []);
  assert.deepEqual(missingOutputs(before, withOutputs(notebookOf("1", "2"), [[], [words]])), [
    "Cell 1 does not show its text any more",
    "Cell 2 does not show its image/png any more",
  ]);
});

Deno.test("missingOutputs() expects nothing of a cell whose code is another, and takes what is new", () => {
  const before = withOutputs(notebookOf("1"), [[picture]]);
  assert.deepEqual(missingOutputs(before, withOutputs(notebookOf("one"), [[]])), []);
  const after = withOutputs(notebookOf("0", "1"), [[words], [picture, words]]);
  assert.deepEqual(missingOutputs(before, after), []);
});
