/**
 * Tables, for notebooks and for terminals.
 *
 * @module
 */
import { markup } from "../draw/markup.ts";

/** Cells as text. Columns of numbers stand to the right. */
export interface Table {
  /** What it shows. */
  readonly caption: string;
  /** The columns' names. */
  readonly head: readonly string[];
  /** As many cells each as the head has. */
  readonly rows: readonly (readonly string[])[];
}

/** The table as HTML without any style of its own: it looks as the notebook's other tables do. */
export function tableHtml({ caption, head, rows }: Table): string {
  const align = sides({ caption, head, rows });
  const cells = (tag: "th" | "td", row: readonly string[]) =>
    row.map((cell, i) =>
      tag === "th"
        ? markup`<th scope="col" style="text-align:${align[i]!}">${cell}</th>`
        : markup`<td style="text-align:${align[i]!}">${cell}</td>`
    );
  return markup`<table><caption style="text-align:left">${caption}</caption>
<thead><tr>${cells("th", head)}</tr></thead>
<tbody>
${
    rows.map((row) =>
      markup`<tr>${cells("td", row)}</tr>
`
    )
  }</tbody></table>`.text;
}

/** The table with blanks between its columns. */
export function tableText({ caption, head, rows }: Table): string {
  const align = sides({ caption, head, rows });
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => align[i] === "right" ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))
      .join("  ").trimEnd();
  return [caption, "", line(head), ...rows.map(line)].join("\n");
}

function sides({ head, rows }: Table): readonly ("left" | "right")[] {
  return head.map((_, i) => {
    const isNumeric = rows.every((row) => /^(–|[-+]?[\d,.]+( %)?)?$/.test(row[i]!));
    return isNumeric && i > 0 && rows.length > 0 ? "right" : "left";
  });
}
