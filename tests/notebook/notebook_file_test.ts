import assert from "node:assert/strict";
import { DataError } from "../../lib/base/errors.ts";
import {
  codeCells,
  notebookText,
  parseNotebook,
  withOutputs,
} from "../../scripts/notebook/notebook_file.ts";
import { notebookOf } from "./cells.ts";

const STREAM = { output_type: "stream", name: "stdout", text: "a\nb" };

Deno.test("notebookText() does not tell who ran a notebook, when and where", () => {
  const { cells: [cell], ...rest } = notebookOf("1");
  const ran = {
    ...rest,
    cells: [{ ...cell!, metadata: { execution: { "iopub.status.busy": "now" }, tags: ["x"] } }],
    metadata: { kernelspec: { name: "python3" }, language_info: { version: "3" }, path: "/x" },
    nbformat_minor: 2,
  };
  const text = notebookText(ran);
  assert.doesNotMatch(text, /now|python|path|version/);
  assert.match(text, /"x"/);
  assert.match(text, /"Deno \(Digits Recognizer\)"/);
});

Deno.test("notebookText() of what it gave is the same, with lines and keys as Jupyter has them", () => {
  const ran = withOutputs(notebookOf("1;\n2", " ", "3"), [[STREAM], [{
    output_type: "display_data",
    metadata: {},
    data: {
      "text/plain": "x\ny",
      "image/svg+xml": "<svg/>",
      "image/png": "QQ==",
      "application/json": { b: 1, a: 2 },
    },
  }]]);
  const text = notebookText(ran);
  assert.equal(notebookText(parseNotebook(text, "x")), text);
  const { cells } = JSON.parse(text);
  assert.deepEqual(cells[0].source, ["1;\n", "2"]);
  assert.deepEqual(cells[0].outputs[0].text, ["a\n", "b"]);
  assert.deepEqual(Object.entries(cells[2].outputs[0].data), [
    ["application/json", { a: 2, b: 1 }],
    ["image/png", "QQ=="],
    ["image/svg+xml", ["<svg/>"]],
    ["text/plain", ["x\n", "y"]],
  ]);
  assert.deepEqual(cells.map((cell: { id: string }) => cell.id.length), [8, 8, 8]);
});

Deno.test("withOutputs() counts the cells that have code, and empties those that were not run", () => {
  const { cells } = withOutputs(notebookOf("1", "", "2", "3"), [[STREAM], []]);
  assert.deepEqual(
    cells.map(({ execution_count, outputs }) => [execution_count, outputs?.length]),
    [[1, 1], [undefined, 0], [2, 0], [null, 0]],
  );
});

Deno.test("codeCells() numbers the cells that have code, and knows which may fail", () => {
  const notebook = notebookOf("1", "\n", "throw 2");
  notebook.cells[2]!.metadata = { tags: ["raises-exception"] };
  notebook.cells.unshift({ cell_type: "markdown", metadata: {}, source: "# Title" });
  assert.deepEqual(codeCells(notebook).map(({ number, mayFail }) => [number, mayFail]), [
    [1, false],
    [2, true],
  ]);
});

Deno.test("parseNotebook() names what is wrong, and where", () => {
  const refused = (text: string, where: RegExp) =>
    assert.throws(() => parseNotebook(text, "a.ipynb"), (error) => {
      assert(error instanceof DataError);
      assert.match(error.message, /^Cannot read the notebook a\.ipynb/);
      assert.match(error.message, where);
      return true;
    });
  refused("{", /JSON/);
  refused(`{"cells":[],"metadata":{},"nbformat":3,"nbformat_minor":0}`, /at "nbformat": /);
  refused(
    `{"cells":[{"cell_type":"code","metadata":{}}],"metadata":{},"nbformat":4,"nbformat_minor":5}`,
    /at "cells\.0\.source": /,
  );
});
