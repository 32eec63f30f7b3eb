/**
 * Why a cell did not run, where Deno's kernel does not say it.
 *
 * @module
 */
import { stripTypeScriptTypes } from "node:module";

/** An error as Jupyter's messages have it. */
export interface CellFailure {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** Takes enums, too, and says where a mistake is. Types for newer Nodes do not know it any more. */
const TRANSFORM = "transform" as "strip";

/** Explains it by the cell's code, and by whether Stop was pressed. */
export function explainFailure(code: string, wasStopped: boolean): CellFailure {
  if (wasStopped) {
    return failure("Stopped", "The cell was ended where it was; the kernel keeps its variables");
  }
  const mistake = findMistake(code);
  if (mistake) return failure("SyntaxError", mistake);
  return failure(
    "Error",
    "The cell was not run, and the kernel does not say why: maybe it imports an npm package that " +
      "can't be had",
  );
}

function failure(ename: string, evalue: string): CellFailure {
  return { ename, evalue, traceback: `${ename}: ${evalue}`.split("\n") };
}

/** What is wrong with TypeScript code, with the line and the place in it. */
function findMistake(code: string): string | undefined {
  try {
    stripTypeScriptTypes(code, { mode: TRANSFORM });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Its last line is a place in a file that is none.
    return error.message.replace(/^SyntaxError: /, "").replace(/\n *at file:\S*$/, "");
  }
}
