/**
 * `deno task notebook`: opens the notebooks in JupyterLab.
 *
 * @module
 */
import { join } from "node:path";
import { defineCommand } from "../cli/command.ts";
import { flag, integer, text } from "../cli/options.ts";
import { findJupyterLab, openJupyterLab } from "../notebook/jupyterlab.ts";
import { installKernelspec } from "../notebook/kernelspec.ts";

export const notebookCommand = defineCommand({
  name: "notebook",
  summary: "Open the notebooks in JupyterLab, with Deno's kernel",
  words: "",
  maxWords: 0,
  examples: [
    "notebook",
    "notebook --no-browser --port 8889",
    "notebook --kernel-only",
    "notebook --kernel-only --prefix /usr/local",
  ],
  options: {
    "no-browser": flag("Open no browser: say the address only"),
    port: integer("Port; the next free one where it is taken (8888)", 8888, {
      low: 1,
      high: 65_535,
    }),
    "kernel-only": flag("Only tell Jupyter of the kernel; VS Code finds it there, too"),
    prefix: text("FOLDER", "With --kernel-only: for all users, in FOLDER/share/jupyter", undefined),
  },
  async run(flags, _words, { terminal, signal }) {
    const folder = flags.prefix && join(flags.prefix, "share", "jupyter");
    const lab = flags["kernel-only"] ? undefined : await findJupyterLab({ terminal, signal });
    const kernelspec = await installKernelspec(folder);
    terminal.say(`Jupyter finds the kernel "Deno (Digits Recognizer)" in ${kernelspec}`);
    if (!lab) return 0;
    return await openJupyterLab(lab, { port: flags.port, browser: !flags["no-browser"], signal });
  },
});
