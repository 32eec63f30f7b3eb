/** The notebooks of this project, as they are committed. Others run them. */
import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkNotebook } from "../../scripts/notebook/check_notebook.ts";
import { codeCells, notebookText, parseNotebook } from "../../scripts/notebook/notebook_file.ts";
import { Folder } from "./cells.ts";

const folder = fileURLToPath(new URL("../../notebooks/", import.meta.url));
const config = fileURLToPath(new URL("../../deno.json", import.meta.url));

const names = Array.from(Deno.readDirSync(folder), ({ name }) => name)
  .filter((name) => name.endsWith(".ipynb")).sort();

Deno.test("there is a demo and three notebooks beside it", () => {
  assert.deepEqual(names, [
    "02 Train and compare.ipynb",
    "03 Your own pipeline.ipynb",
    "04 Serve.ipynb",
    "MNIST Digit Recognition.ipynb",
  ]);
});

for (const name of names) {
  Deno.test(`${name} is short, whole and clean`, async () => {
    const text = await Deno.readTextFile(join(folder, name));
    const notebook = parseNotebook(text, name);
    assert.deepEqual(checkNotebook(notebook, text), []);
    assert(notebookText(notebook) === text, "deno task notebooks writes it otherwise");
    for (const { execution_count, outputs = [], source, cell_type } of notebook.cells) {
      if (cell_type !== "code") continue;
      assert.notEqual(execution_count, null, `was not run: ${source}`);
      assert(outputs.every(({ output_type }) => output_type !== "error"), String(source));
    }
    assert(codeCells(notebook).some(({ outputs }) => outputs.length > 0));
  });

  // deno fmt --check calls every notebook unformatted (seen in Deno 2.9.6), and changes none of these.
  Deno.test(`${name} is formatted`, async () => {
    await using copies = new Folder();
    const copy = join(copies.path, basename(name));
    await Deno.copyFile(join(folder, name), copy);
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["fmt", "--quiet", "--config", config, copy],
    }).output();
    assert(success);
    const before = await Deno.readTextFile(join(folder, name));
    assert(await Deno.readTextFile(copy) === before, "deno fmt writes it otherwise");
  });
}
