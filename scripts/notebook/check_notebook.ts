/**
 * What a notebook has to be so that people like to read it, and may: a lint.
 *
 * @module
 */
import { formatBytes } from "../../lib/base/bytes.ts";
import { type Cell, type CellOutput, joinLines, type NotebookFile } from "./notebook_file.ts";

const MOST_BYTES = 2_000_000; // Code hosts show no larger ones.
const MOST_LINES = 24; // A cell and what it shows fit a screen.
const MOST_COLUMNS = 100;

const ABSOLUTE_PATH =
  /(?<![\w.:/\\-])(?:\/(?:home|root|Users|tmp|var|opt|mnt|usr|etc|private)\/\w|[A-Z]:\\\w)|file:\/\/\/\w/;

const SECRETS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\./,
  /\bgh[pousr]_\w{20,}/,
  /\bBearer\s+[\w.~+/-]{12,}/i,
  /\/\/[^\s/:@"']+:[^\s/@"']+@/, // https://name:password@host
  /(?:password|secret|token|access_?key|api_?key)\w*["']?\s*[:=]\s*["'`][^"'`\s$]{4,}["'`]/i,
];

/** Everything that is wrong, a sentence each. `text` is the file's. */
export function checkNotebook(notebook: NotebookFile, text: string): readonly string[] {
  const bytes = new TextEncoder().encode(text).length;
  const size = bytes > MOST_BYTES
    ? [`It has ${formatBytes(bytes)}: ${formatBytes(MOST_BYTES)} is the most`]
    : [];
  const cells = notebook.cells.flatMap((cell, i) =>
    [...checkSource(cell), ...(cell.outputs ?? []).flatMap(checkOutput)]
      .map((complaint) => `Item ${i + 1} (${cell.cell_type}) ${complaint}`)
  );
  return [...size, ...cells];
}

function checkSource(cell: Cell): readonly string[] {
  const source = joinLines(cell.source);
  const complaints = checkText(source);
  if (cell.cell_type !== "code") return complaints;
  const lines = source.split("\n");
  if (lines.length > MOST_LINES) {
    complaints.push(`has ${lines.length} lines: ${MOST_LINES} is the most`);
  }
  const long = lines.find((line) => line.length > MOST_COLUMNS);
  if (long) complaints.push(`has a line of ${long.length} characters: ${MOST_COLUMNS} is the most`);
  if (/\bimport\s*\.\s*meta\b/.test(source)) {
    complaints.push("has import.meta, which Deno's kernel does not know");
  }
  if (/\bDeno\s*\.\s*exit\b/.test(source)) complaints.push("has Deno.exit, which ends the kernel");
  return complaints;
}

function checkOutput(output: CellOutput): readonly string[] {
  const texts = [...textsOf(output)];
  const complaints = texts.flatMap(([, text]) => checkText(text))
    .map((complaint) => `shows what it should not: it ${complaint}`);
  const empty = texts.filter(([type, text]) => isEmptyPicture(type, text));
  return [...complaints, ...empty.map(([type]) => `shows an empty ${type}`)];
}

/** The texts of an output with their MIME types. */
function* textsOf(output: CellOutput): Generator<readonly [type: string, text: string]> {
  const { text, data, traceback } = output as {
    readonly text?: string | string[];
    readonly data?: Readonly<Record<string, unknown>>;
    readonly traceback?: readonly string[];
  };
  if (text !== undefined) yield ["text/plain", joinLines(text)];
  if (traceback !== undefined) yield ["text/plain", traceback.join("\n")];
  for (const [type, content] of Object.entries(data ?? {})) {
    const isTexts = typeof content === "string" || Array.isArray(content);
    yield [type, isTexts ? joinLines(content) : JSON.stringify(content)];
  }
}

function checkText(text: string): string[] {
  const complaints: string[] = [];
  const path = text.match(ABSOLUTE_PATH);
  if (path) complaints.push(`has a path that is only on one machine, at "${from(text, path)}"`);
  // What was found is not repeated: this goes into logs.
  if (SECRETS.some((secret) => secret.test(text))) complaints.push("has what looks like a secret");
  return complaints;
}

function from(text: string, { index }: RegExpMatchArray): string {
  return text.slice(index, index! + 24).split("\n")[0]!;
}

const DRAWN = /<(?:path|rect|circle|ellipse|line|polyline|polygon|text|image|use)\b/;

function isEmptyPicture(type: string, text: string): boolean {
  if (type === "image/svg+xml") return !DRAWN.test(text);
  return type.startsWith("image/") && text.trim() === "";
}
