/**
 * The parts that all sections of a report are made of.
 *
 * @module
 */
import { type Insertable, Markup, markup } from "./markup.ts";
import { renderChart, type VegaLiteSpec } from "./chart.ts";

/** `0.99021` as `99.02 %`. */
export function percent(share: number, digits = 2): string {
  return `${(100 * share).toFixed(digits)} %`;
}

/** `60000` as `60,000`. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** `1 digit`, `2 digits`. */
export function plural(value: number, one: string): string {
  return `${count(value)} ${one}${value === 1 ? "" : "s"}`;
}

/** Four significant digits, without an exponent unless the number is tiny. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** A part of the page with a heading of its own. */
export function section(id: string, heading: string, ...content: Insertable[]): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${heading}</h2>
${content}
</section>
`;
}

/** A chart with what it is called. */
export async function chart(
  heading: string,
  spec: VegaLiteSpec,
  label: string,
): Promise<Markup> {
  const svg = new Markup(await renderChart(spec, label));
  return markup`<figure class="chart"><figcaption>${heading}</figcaption>${svg}</figure>
`;
}

/** A table: the first cell of each row is its heading. Columns after the first are numbers unless said otherwise. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly Insertable[])[],
  { isText = false }: { readonly isText?: boolean } = {},
): Markup {
  const kind = isText ? "text" : "numbers";
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table class="${kind}"><caption>${caption}</caption>
<thead><tr>${head.map((cell) => markup`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>
${
    rows.map(([first, ...rest]) =>
      markup`<tr><th scope="row">${first!}</th>${rest.map((cell) => markup`<td>${cell}</td>`)}</tr>
`
    )
  }</tbody></table></div>
`;
}

/** Names and what they stand for. */
export function facts(entries: readonly (readonly [string, Insertable])[]): Markup {
  return markup`<dl class="facts">${
    entries.map(([name, value]) =>
      markup`<div><dt>${name}</dt><dd>${value}</dd></div>
`
    )
  }</dl>
`;
}
