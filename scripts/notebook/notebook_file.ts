/**
 * Notebooks as files: Jupyter's format, version 4.5. https://nbformat.readthedocs.io
 *
 * @module
 */
import * as v from "valibot";
import { hashHex } from "../../lib/base/bytes.ts";
import { DataError } from "../../lib/base/errors.ts";
import { KERNEL_METADATA } from "./kernelspec.ts";

const lines = v.union([v.string(), v.array(v.string())]);
const anything = v.record(v.string(), v.unknown());

const cellSchema = v.looseObject({
  cell_type: v.picklist(["code", "markdown", "raw"]),
  id: v.optional(v.string()),
  metadata: anything,
  source: lines,
  outputs: v.optional(v.array(v.looseObject({ output_type: v.string() }))),
  execution_count: v.optional(v.nullable(v.number())),
});

const notebookSchema = v.looseObject({
  cells: v.array(cellSchema),
  metadata: anything,
  nbformat: v.literal(4),
  nbformat_minor: v.number(),
});

/** A notebook, as its file has it. */
export type NotebookFile = v.InferOutput<typeof notebookSchema>;

/** One of its cells. */
export type Cell = NotebookFile["cells"][number];

/** What a cell shows below it. */
export type CellOutput = NonNullable<Cell["outputs"]>[number];

/** A cell of code. */
export interface CodeCell {
  /** From 1, among all cells that have code. */
  readonly number: number;
  readonly source: string;
  readonly outputs: readonly CellOutput[];
  /** Whether it is meant to fail: it has Jupyter's tag for that. */
  readonly mayFail: boolean;
}

/** Reads a notebook. @throws {DataError} when it is none; `name` is for people. */
export function parseNotebook(text: string, name: string): NotebookFile {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), notebookSchema), text);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = v.getDotPath(issue);
  throw new DataError(
    `Cannot read the notebook ${name}${where ? ` at "${where}"` : ""}: ${issue.message}`,
  );
}

/**
 * The text of a notebook's file. The same cells with the same outputs give the same text, whoever
 * ran them when and where.
 */
export function notebookText(notebook: NotebookFile): string {
  const { cells } = notebook;
  return JSON.stringify(
    sortKeys({
      cells: cells.map(normalCell),
      metadata: {
        kernelspec: KERNEL_METADATA,
        language_info: {
          file_extension: ".ts",
          mimetype: "text/x.typescript",
          name: "typescript",
          nbconvert_exporter: "script",
          pygments_lexer: "typescript",
        },
      },
      nbformat: 4,
      nbformat_minor: 5,
    }),
    null,
    1,
  ) + "\n";
}

/** In the order that Jupyter has them in: saving there changes little. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isRecord(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sortKeys(value[key])]));
}

/** The cells that have code. */
export function codeCells({ cells }: NotebookFile): readonly CodeCell[] {
  return cells.filter(isCode).map((cell, i) => ({
    number: i + 1,
    source: joinLines(cell.source),
    outputs: cell.outputs ?? [],
    mayFail: tagsOf(cell).includes("raises-exception"),
  }));
}

/** The notebook with these outputs below its cells that have code, one after another. */
export function withOutputs(
  notebook: NotebookFile,
  outputs: readonly (readonly CellOutput[])[],
): NotebookFile {
  let next = 0;
  return {
    ...notebook,
    cells: notebook.cells.map((cell) => {
      if (!isCode(cell)) return cell;
      const own = outputs[next++];
      return { ...cell, outputs: [...own ?? []], execution_count: own ? next : null };
    }),
  };
}

/** The text of something that may be in lines. */
export function joinLines(text: string | readonly string[]): string {
  return typeof text === "string" ? text : text.join("");
}

function isCode({ cell_type, source }: Cell): boolean {
  return cell_type === "code" && joinLines(source).trim() !== "";
}

function tagsOf({ metadata }: Cell): readonly unknown[] {
  return Array.isArray(metadata["tags"]) ? metadata["tags"] : [];
}

function normalCell(cell: Cell, index: number): unknown {
  const { cell_type, metadata } = cell;
  const source = splitLines(joinLines(cell.source));
  // Without an id in the file, one that stays the same from run to run.
  const id = cell.id ?? hashHex(`${index} ${joinLines(cell.source)}`).slice(0, 8);
  const { execution: _when, ...kept } = metadata;
  if (cell_type !== "code") return { cell_type, id, metadata: kept, source };
  return {
    cell_type,
    execution_count: cell.execution_count ?? null,
    id,
    metadata: kept,
    outputs: (cell.outputs ?? []).map(normalOutput),
    source,
  };
}

/** Texts in lines, as Jupyter writes them: a change is then a small one. */
function normalOutput(output: CellOutput): CellOutput {
  const { data, text } = output;
  return {
    ...output,
    ...typeof text === "string" ? { text: splitLines(text) } : {},
    ...isRecord(data)
      ? {
        data: Object.fromEntries(
          Object.entries(data).map(([type, content]) => [
            type,
            typeof content === "string" && isText(type) ? splitLines(content) : content,
          ]),
        ),
      }
      : {},
  };
}

function isText(mimeType: string): boolean {
  return mimeType.startsWith("text/") || mimeType === "image/svg+xml";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function splitLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}
