import assert from "node:assert/strict";
import { explainFailure } from "../../scripts/notebook/cell_failure.ts";

Deno.test("explainFailure() shows where the syntax is wrong", () => {
  const { ename, evalue, traceback } = explainFailure("const a = 1;\nconst b: = 2;", false);
  assert.equal(ename, "SyntaxError");
  assert.match(evalue, /^Unexpected token/);
  assert.match(evalue, /2 \| const b: = 2;\n +\| +~$/);
  assert.deepEqual(traceback, `${ename}: ${evalue}`.split("\n"));
});

Deno.test("explainFailure() says that a cell was stopped, whatever its code", () => {
  assert.deepEqual(explainFailure("while (true) {", true), {
    ename: "Stopped",
    evalue: "The cell was ended where it was; the kernel keeps its variables",
    traceback: ["Stopped: The cell was ended where it was; the kernel keeps its variables"],
  });
});

Deno.test("explainFailure() says what may be wrong where the code is right", () => {
  assert.match(explainFailure(`import x from "npm:x@1";`, false).evalue, /an npm package/);
});
