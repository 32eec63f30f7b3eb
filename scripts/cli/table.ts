/**
 * Columns of text.
 *
 * @module
 */

/** Lines whose columns line up; a column of numbers is right-aligned. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const columns = head.map((title, i) => [title, ...rows.map((row) => row[i] ?? "")]);
  const widths = columns.map((cells) => Math.max(...cells.map((cell) => cell.length)));
  const numeric = columns.map(([, ...cells]) =>
    cells.some((cell) => cell !== "") && cells.every((cell) => /^[-+]?[\d.,]*( [%s])?$/.test(cell))
  );
  return [head, ...rows].map((row) =>
    row.map((cell, i) => numeric[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))
      .join("  ").trimEnd()
  );
}
