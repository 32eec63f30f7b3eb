/**
 * What a notebook showed, and shows no more.
 *
 * @module
 */
import { type CellOutput, codeCells, type NotebookFile } from "./notebook_file.ts";

/**
 * The kinds of content (MIME types) that cells have in `before` and have no more in `after`, though
 * their code is the same: a sentence each. What is committed is the promise.
 */
export function missingOutputs(before: NotebookFile, after: NotebookFile): readonly string[] {
  const others = codeCells(after);
  return codeCells(before).flatMap(({ source, outputs }) => {
    const same = others.find((cell) => cell.source === source);
    if (!same) return [];
    const shown = kindsOf(same.outputs);
    const missing = kindsOf(outputs).difference(shown);
    return [...missing].map((kind) => `Cell ${same.number} does not show its ${kind} any more`);
  });
}

function kindsOf(outputs: readonly CellOutput[]): ReadonlySet<string> {
  return new Set(
    outputs.flatMap(({ output_type, name, data }) => {
      if (output_type === "error") return [];
      if (output_type === "stream") return name === "stdout" ? ["text"] : [];
      return Object.keys(data as object);
    }),
  );
}
