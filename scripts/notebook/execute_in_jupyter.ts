/**
 * Runs notebooks as Jupyter does, with Python's `nbclient`.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { UnavailableError } from "../../lib/base/errors.ts";
import { readLines } from "../bench/line_process.ts";
import { CellError } from "./cell_error.ts";
import type { ExecuteOptions } from "./execute_notebook.ts";
import { installKernelspec, KERNEL_NAME } from "./kernelspec.ts";
import { type NotebookFile, notebookText, parseNotebook } from "./notebook_file.ts";

const wordsSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.union([
    v.object({ cell: v.number(), count: v.number() }),
    v.object({ failed: v.object({ cell: v.number(), reason: v.string() }) }),
    v.object({ done: v.literal(true) }),
  ]),
);

type Words = v.InferOutput<typeof wordsSchema>;

/**
 * Runs all cells in a kernel of their own; gives the notebook with what they showed.
 * @param python has `nbclient`.
 * @throws {CellError} when a cell fails, takes too long or ends the kernel.
 */
export async function executeInJupyter(
  notebook: NotebookFile,
  python: string,
  options: ExecuteOptions,
): Promise<NotebookFile> {
  const { folder, cellTimeoutMs, onCell, env, signal } = options;
  const work = await Deno.makeTempDir({ prefix: "digits-notebook-" });
  const [source, result] = [join(work, "in.ipynb"), join(work, "out.ipynb")];
  await Deno.writeTextFile(source, notebookText(notebook));
  await installKernelspec(work);
  const script = fileURLToPath(new URL("execute.py", import.meta.url));
  const child = new Deno.Command(python, {
    args: [script, source, result, folder, KERNEL_NAME, String(cellTimeoutMs / 1000)],
    env: { ...env, JUPYTER_PATH: work },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...signal && { signal },
  }).spawn();
  const complaint = new Response(child.stderr).text();
  try {
    let last: Words | undefined;
    for await (const line of readLines(child.stdout)) {
      last = v.parse(wordsSchema, line);
      if ("cell" in last) onCell?.(last.cell, last.count);
    }
    signal?.throwIfAborted();
    if (last && "failed" in last) throw new CellError(last.failed.cell, last.failed.reason);
    if (!last || !("done" in last)) {
      throw new UnavailableError(`Cannot run notebooks in Jupyter: ${lastLine(await complaint)}`);
    }
    return parseNotebook(await Deno.readTextFile(result), "that Jupyter has run");
  } finally {
    await child.status;
    await complaint;
    await Deno.remove(work, { recursive: true });
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) || "it does not say why";
}
