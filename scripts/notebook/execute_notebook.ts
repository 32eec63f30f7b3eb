/**
 * Runs notebooks without Python.
 *
 * @module
 */
import { UnavailableError } from "../../lib/base/errors.ts";
import { CellError } from "./cell_error.ts";
import { CellOutputs } from "./cell_outputs.ts";
import { KernelProcess } from "./kernel_process.ts";
import { type CellOutput, type CodeCell, codeCells, type NotebookFile } from "./notebook_file.ts";
import { withOutputs } from "./notebook_file.ts";

/** How a notebook is run. */
export interface ExecuteOptions {
  /** The kernel's folder: the notebook's own. */
  readonly folder: string;
  /** How long one cell may take. */
  readonly cellTimeoutMs: number;
  /** Told before each cell. */
  readonly onCell?: (cell: number, count: number) => void;
  /** For the kernel, beside what this process has. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * Runs all cells in a kernel of their own; gives the notebook with what they showed.
 * @throws {CellError} when one fails, takes too long or ends the kernel.
 */
export async function executeNotebook(
  notebook: NotebookFile,
  options: ExecuteOptions,
): Promise<NotebookFile> {
  const cells = codeCells(notebook);
  await using kernel = await KernelProcess.start(options.folder, options);
  const collected = new CellOutputs();
  const outputs: (readonly CellOutput[])[] = [];
  for (const cell of cells) {
    options.onCell?.(cell.number, cells.length);
    outputs.push(collected.begin());
    await runCell(kernel, cell, collected, options);
    const error = outputs.at(-1)!.find(({ output_type }) => output_type === "error");
    if (error && !cell.mayFail) {
      throw new CellError(cell.number, `failed: ${error["ename"]}: ${error["evalue"]}`);
    }
  }
  return withOutputs(notebook, outputs);
}

async function runCell(
  kernel: KernelProcess,
  { number, source, mayFail }: CodeCell,
  collected: CellOutputs,
  { cellTimeoutMs, signal }: ExecuteOptions,
): Promise<void> {
  const latest = AbortSignal.timeout(cellTimeoutMs);
  const ended = AbortSignal.any([latest, ...signal ? [signal] : []]);
  const kill = () => kernel.kill();
  ended.addEventListener("abort", kill);
  try {
    const messages = kernel.client.run(source);
    while (true) {
      const { done, value } = await messages.next();
      if (!done) {
        collected.add(value);
        continue;
      }
      if (value.status === "ok" || mayFail || collected.hasError) return;
      throw new CellError(number, "was stopped");
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (latest.aborted) {
      throw new CellError(number, `did not end within ${cellTimeoutMs / 1000} s`);
    }
    if (!(error instanceof UnavailableError)) throw error;
    const words = await kernel.lastWords();
    throw new CellError(number, `ended the kernel${words}`, { cause: error });
  } finally {
    ended.removeEventListener("abort", kill);
  }
}
