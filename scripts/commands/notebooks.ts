/**
 * `deno task notebooks`: runs the notebooks again.
 *
 * @module
 */
import { basename, join, resolve } from "node:path";
import { UsageError } from "../../lib/base/errors.ts";
import { defineCommand } from "../cli/command.ts";
import { flag, integer } from "../cli/options.ts";
import { executeInJupyter } from "../notebook/execute_in_jupyter.ts";
import { executeNotebook } from "../notebook/execute_notebook.ts";
import { installJupyterLab } from "../notebook/jupyterlab.ts";
import { PROJECT } from "../notebook/kernel_environment.ts";
import { type Execute, renewNotebook } from "../notebook/renew_notebook.ts";

export const notebooksCommand = defineCommand({
  name: "notebooks",
  summary: "Run the notebooks again, and see that they show what they should",
  words: "[FILE...]",
  maxWords: Infinity,
  examples: [
    "notebooks",
    "notebooks --check",
    'notebooks --no-python "notebooks/04 Serve.ipynb"',
  ],
  options: {
    check: flag("Change no file: only say what is wrong"),
    lint: flag("Run nothing: only look at the cells, and at what they showed"),
    "no-python": flag("Run them without Jupyter"),
    timeout: integer("Seconds that a cell may take (300)", 300, { low: 1, high: 86_400 }),
  },
  async run(flags, files, { terminal, signal }) {
    const paths = files.length > 0 ? files.map((file) => resolve(file)) : await ownNotebooks();
    const execute = flags.lint
      ? undefined
      : flags["no-python"]
      ? executeNotebook
      : await jupyter({ terminal, signal });
    let wrong = 0;
    for (const path of paths) {
      const name = basename(path);
      const start = performance.now();
      const complaints = await renewNotebook(path, {
        execute,
        write: !flags.check,
        cellTimeoutMs: flags.timeout * 1000,
        onCell: (cell, count) => terminal.draw(`${name}: cell ${cell} of ${count}`),
        signal,
      });
      terminal.draw("");
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      if (complaints.length === 0) terminal.say(`${name}: all is well (${seconds} s)`);
      else wrong++;
      for (const complaint of complaints) {
        terminal.say(`${name}: ${terminal.style(complaint, "red")}`);
      }
    }
    return wrong === 0 ? 0 : 1;
  },
});

async function jupyter(options: Parameters<typeof installJupyterLab>[0]): Promise<Execute> {
  const python = await installJupyterLab(options);
  return (notebook, execution) => executeInJupyter(notebook, python, execution);
}

async function ownNotebooks(): Promise<readonly string[]> {
  const folder = join(PROJECT, "notebooks");
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name)
    .filter((name) => name.endsWith(".ipynb"));
  if (names.length === 0) throw new UsageError(`There is no notebook in ${folder}: name some`);
  // The demo, which has no number, comes first.
  return names.sort((a, b) => Number(/^\d/.test(a)) - Number(/^\d/.test(b)) || (a < b ? -1 : 1))
    .map((name) => join(folder, name));
}
