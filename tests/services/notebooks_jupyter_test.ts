/** Real Jupyter: JupyterLab, nbclient and nbconvert of PyPI, and what they make in a browser. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { executeInJupyter } from "../../scripts/notebook/execute_in_jupyter.ts";
import { installJupyterLab } from "../../scripts/notebook/jupyterlab.ts";
import { installKernelspec } from "../../scripts/notebook/kernelspec.ts";
import { checkNotebook } from "../../scripts/notebook/check_notebook.ts";
import { missingOutputs } from "../../scripts/notebook/missing_outputs.ts";
import { codeCells, notebookText, parseNotebook } from "../../scripts/notebook/notebook_file.ts";
import { fuzzCount } from "../fuzz_count.ts";
import { Folder, notebookOf, outputsOf } from "../notebook/cells.ts";
import { convertToHtml, openFile, picturesOf, themes } from "./notebooks_browser.ts";

const FOLDER = fileURLToPath(new URL("../../notebooks/", import.meta.url));
const CELL_MS = 300_000;

const mnist = Deno.env.get("DIGITS_MNIST");

/** What each notebook runs on: the published digits where that does not take minutes. */
const notebooks: Readonly<Record<string, string>> = {
  "MNIST Digit Recognition.ipynb": mnist ?? "synthetic",
  "02 Train and compare.ipynb": "synthetic",
  "03 Your own pipeline.ipynb": "synthetic",
  "04 Serve.ipynb": mnist ?? "synthetic",
};

for (const [name, data] of Object.entries(notebooks)) {
  const what = data === "synthetic" ? "synthetic digits" : "MNIST";
  Deno.test(`Jupyter runs "${name}" on ${what}, and it shows all that it promises in any light`, async (t) => {
    const committed = parseNotebook(await Deno.readTextFile(join(FOLDER, name)), name);
    await using work = new Folder();
    const path = join(work.path, name);
    await t.step("it runs", async () => {
      const ran = await executeInJupyter(committed, await installJupyterLab(), {
        folder: FOLDER,
        cellTimeoutMs: CELL_MS,
        env: { DIGITS_DATA: data, DIGITS_HOME: work.path },
      });
      const text = notebookText(ran);
      await Deno.writeTextFile(path, text);
      assert.deepEqual(missingOutputs(committed, ran), []);
      if (data === "synthetic") assert.deepEqual(checkNotebook(ran, text), []);
    });
    for (const theme of themes) {
      await t.step(`as a page, ${theme}`, async () => {
        const [page] = await convertToHtml([path], theme, work.path);
        const pictures = await picturesOf(await openFile(page!));
        const cells = codeCells(parseNotebook(await Deno.readTextFile(path), name));
        const promised = cells.flatMap(({ outputs }) =>
          outputs.filter(({ data }) =>
            Object.keys(data ?? {}).some((type) => type.startsWith("image/"))
          )
        );
        assert(promised.length > 0);
        assert.equal(pictures.length, promised.length);
        for (const { width, height, colours } of pictures) {
          assert(width > 20 && height > 20, `${width}×${height}`);
          assert(colours > 2, `only ${colours} colours`);
        }
      });
    }
  });
}

Deno.test("Jupyter loses none of 200 outputs, however often a notebook is run", async () => {
  await using folder = new Folder();
  const cells = Array.from(
    { length: 100 },
    (_, i) => `console.log("written ${i}");\n"value ${i}"`,
  );
  for (let times = fuzzCount(1); times > 0; times--) {
    const ran = await executeInJupyter(notebookOf(...cells), await installJupyterLab(), {
      folder: folder.path,
      cellTimeoutMs: CELL_MS,
    });
    outputsOf(ran).forEach((outputs, i) => {
      const words = outputs.map((output) => JSON.stringify(output["text"] ?? output["data"]));
      assert.equal(words.length, 2);
      assert.match(words[0]!, new RegExp(`written ${i}\\b`));
      assert.match(words[1]!, new RegExp(`value ${i}\\b`));
    });
  }
});

Deno.test("Jupyter's Stop ends cells and keeps the kernel, and its shutdown ends the kernel", async () => {
  await using folder = new Folder();
  await installKernelspec(folder.path);
  const script = fileURLToPath(new URL("notebooks_stop.py", import.meta.url));
  const { success, stdout, stderr } = await new Deno.Command(await installJupyterLab(), {
    args: [script],
    cwd: FOLDER,
    env: { JUPYTER_PATH: folder.path },
    stdin: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)), {
    setUp: [],
    listens: ["AbortError"],
    neverWaits: ["Stopped"],
    kept: ["42"],
    mistake: ["SyntaxError"],
    runAll: ["ok", "error", "aborted", "aborted"],
    runAllAgain: ["ok", "ok"],
    alive: true,
    ended: true,
  });
});

Deno.test("Jupyter says which cell fails, takes too long or ends the kernel", async () => {
  await using folder = new Folder();
  const run = async (code: string, cellTimeoutMs = CELL_MS) =>
    await executeInJupyter(notebookOf("1", code), await installJupyterLab(), {
      folder: folder.path,
      cellTimeoutMs,
    });
  await assert.rejects(
    run("throw new TypeError('bad')"),
    /^CellError: Cell 2 failed: TypeError: bad$/,
  );
  await assert.rejects(run("while (true) {}", 2_000), /^CellError: Cell 2 did not end within 2 s$/);
  await assert.rejects(run("Deno.exit(1)"), /^CellError: Cell 2 ended the kernel$/);
});
