import assert from "node:assert/strict";
import { CellError } from "../../scripts/notebook/cell_error.ts";
import { executeNotebook } from "../../scripts/notebook/execute_notebook.ts";
import { type CellOutput, codeCells } from "../../scripts/notebook/notebook_file.ts";
import { fuzzCount } from "../fuzz_count.ts";
import { Folder, notebookOf, outputsOf, textsOf } from "./cells.ts";

const LONG_MS = 60_000;

async function run(
  sources: readonly string[],
  { cellTimeoutMs = LONG_MS, signal }: { cellTimeoutMs?: number; signal?: AbortSignal } = {},
) {
  await using folder = new Folder();
  return await executeNotebook(notebookOf(...sources), {
    folder: folder.path,
    cellTimeoutMs,
    ...signal && { signal },
  });
}

/** Rejects with a sentence about a cell. */
async function fails(ran: Promise<unknown>, cell: number, sentence: RegExp): Promise<void> {
  await assert.rejects(ran, (error) => {
    if (!(error instanceof CellError)) throw error;
    assert.equal(error.cell, cell);
    assert.match(error.message, sentence);
    return true;
  });
}

const wordsOf = (outputs: readonly CellOutput[]) =>
  outputs.map(({ text, data }) => text ?? (data as Record<string, unknown>)["text/plain"]);

Deno.test("executeNotebook() loses none of 200 outputs, however often it is run", async () => {
  const cells = Array.from({ length: 50 }, (_, i) => `
    console.log("written ${i}");
    await Deno.jupyter.display({ "text/plain": "shown ${i}" }, { raw: true });
    console.error("told ${i}");
    ${i}`);
  for (let times = fuzzCount(1); times > 0; times--) {
    outputsOf(await run(cells)).forEach((outputs, i) =>
      assert.deepEqual(wordsOf(outputs), [`written ${i}\n`, `shown ${i}`, `told ${i}\n`, `${i}`])
    );
  }
});

Deno.test("executeNotebook() runs in the notebook's folder, with this project's names", async () => {
  await using folder = new Folder();
  await Deno.writeTextFile(`${folder.path}/note.txt`, "here");
  const ran = await executeNotebook(
    notebookOf(
      `console.log(await Deno.readTextFile("note.txt"))`,
      `import { dense } from "@fourdotinfinity/digits-recognizer"; typeof dense`,
      `/^\\/.*\\.digits$|^[A-Z]:/.test(Deno.env.get("DIGITS_HOME")!)`,
    ),
    { folder: folder.path, cellTimeoutMs: LONG_MS },
  );
  assert.deepEqual(textsOf(ran), ["here\n", '"function"', "true"]);
});

Deno.test("executeNotebook() leaves names to a deno.json beside the notebook", async () => {
  await using folder = new Folder();
  await Deno.writeTextFile(`${folder.path}/deno.json`, `{ "imports": { "mine": "./mine.ts" } }`);
  await Deno.writeTextFile(`${folder.path}/mine.ts`, `export const whose = "mine";`);
  const ran = await executeNotebook(notebookOf(`import { whose } from "mine"; whose`), {
    folder: folder.path,
    cellTimeoutMs: LONG_MS,
  });
  assert.deepEqual(textsOf(ran), ['"mine"']);
});

Deno.test("executeNotebook() says which cell fails, and how", async () => {
  await fails(
    run(["1", "", "throw new TypeError('bad')", "3"]),
    2,
    /^Cell 2 failed: TypeError: bad$/,
  );
  await fails(
    run(["const a: = 1"]),
    1,
    /^Cell 1 failed: SyntaxError: Unexpected token `=`.*\n1 \| const a: = 1/s,
  );
});

Deno.test("executeNotebook() goes on behind a cell that is meant to fail", async () => {
  await using folder = new Folder();
  const notebook = notebookOf("throw new Error('meant')", "2");
  notebook.cells[0]!.metadata = { tags: ["raises-exception"] };
  const ran = await executeNotebook(notebook, { folder: folder.path, cellTimeoutMs: LONG_MS });
  assert.equal(outputsOf(ran)[0]![0]!["evalue"], "meant");
  assert.deepEqual(codeCells(ran).map(({ outputs }) => outputs.length), [1, 1]);
});

Deno.test("executeNotebook() says which cell ends the kernel", async () => {
  await fails(run(["1", "Deno.exit(3)"]), 2, /^Cell 2 ended the kernel/);
});

Deno.test("executeNotebook() waits no longer than it should, whatever a cell does", async () => {
  for (const endless of ["while (true) {}", "await new Promise(() => {})"]) {
    await fails(
      run(["1", endless], { cellTimeoutMs: 1_500 }),
      2,
      /^Cell 2 did not end within 1.5 s$/,
    );
  }
});

Deno.test("executeNotebook() survives an error in a timer that nobody catches, and shows it", async () => {
  const ran = await run([
    "setTimeout(() => { throw new Error('stray'); }, 1); 1",
    "await new Promise((resolve) => setTimeout(resolve, 50)); 2",
  ]);
  assert.match(JSON.stringify(outputsOf(ran)), /Nobody caught: stray/);
  assert.equal(textsOf(ran)[1], "2");
});

Deno.test("executeNotebook() ends the kernel when it is told to stop", async () => {
  const stop = new AbortController();
  const ran = run(["await new Promise(() => {})"], { signal: stop.signal });
  stop.abort(new Error("enough"));
  await assert.rejects(ran, /enough/);
});
