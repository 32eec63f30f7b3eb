/**
 * A notebook's file, run again.
 *
 * @module
 */
import { basename, dirname } from "node:path";
import { UsageError } from "../../lib/base/errors.ts";
import { unlessMissing } from "../../lib/base/unless_missing.ts";
import { CellError } from "./cell_error.ts";
import { checkNotebook } from "./check_notebook.ts";
import type { ExecuteOptions } from "./execute_notebook.ts";
import { missingOutputs } from "./missing_outputs.ts";
import { type NotebookFile, notebookText, parseNotebook } from "./notebook_file.ts";

/** What runs notebooks: ourselves, or Jupyter. */
export type Execute = (notebook: NotebookFile, options: ExecuteOptions) => Promise<NotebookFile>;

/** How a file is run again. */
export interface RenewOptions extends Omit<ExecuteOptions, "folder"> {
  /** Without it, nothing is run: the file is looked at as it is. */
  readonly execute: Execute | undefined;
  /** Whether the file gets what its cells showed. */
  readonly write: boolean;
}

/**
 * Runs a notebook, and looks at its cells and what they show; gives everything that is wrong, a
 * sentence each. A file whose notebook does not run to its end stays as it is.
 * @throws {DataError} when it is no notebook. @throws {UsageError} when there is no such file.
 */
export async function renewNotebook(
  path: string,
  { execute, write, ...options }: RenewOptions,
): Promise<readonly string[]> {
  const before = await unlessMissing(Deno.readTextFile(path));
  if (before === undefined) {
    throw new UsageError(`Cannot read the notebook "${basename(path)}": there is no such file`);
  }
  const notebook = parseNotebook(before, basename(path));
  if (!execute) return checkNotebook(notebook, before);
  let after: NotebookFile;
  try {
    after = await execute(notebook, { ...options, folder: dirname(path) });
  } catch (error) {
    if (error instanceof CellError) return [error.message];
    throw error;
  }
  const text = notebookText(after);
  if (write) await Deno.writeTextFile(path, text);
  return [...missingOutputs(notebook, after), ...checkNotebook(after, text)];
}
