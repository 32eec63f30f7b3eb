/**
 * The page that every report is: one HTML file that needs nothing else.
 *
 * @module
 */
import type { Evaluation } from "../digits/evaluation.ts";
import { type Markup, markup } from "./markup.ts";
import { percent } from "./report_parts.ts";
import { reportStyle } from "./report_style.ts";

/** A section, and what leads to it. */
export interface PageSection {
  /** Of the section's element. */
  readonly id: string;
  /** What the link is called. */
  readonly name: string;
  readonly content: Markup;
}

/** What a page shows. */
export interface ReportPage {
  /** The page's heading. */
  readonly title: string;
  readonly evaluation: Pick<Evaluation, "accuracy" | "dataset">;
  /** What stands above the heading, in a few words. */
  readonly eyebrow: string;
  /** Whether the digits that were learned from or judged on are synthetic. */
  readonly isSynthetic: boolean;
  /** What stands below the accuracy. */
  readonly summary: Markup;
  readonly sections: readonly PageSection[];
}

/**
 * Writes a page without script, other file or network. It says so itself in a content security
 * policy. Everything that comes from outside is escaped.
 */
export function reportPage(
  { title, evaluation, eyebrow, isSynthetic, summary, sections }: ReportPage,
): string {
  const { accuracy, dataset } = evaluation;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" \
content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${percent(accuracy)} on ${dataset} · ${title}</title>
<style>${reportStyle}</style>
</head>
<body>
<header>
${isSynthetic ? syntheticBanner : ""}<p class="eyebrow">${eyebrow}</p>
<h1>${title}</h1>
<p class="headline"><strong>${percent(accuracy)}</strong> test accuracy on <b>${dataset}</b></p>
${summary}</header>
<nav aria-label="Sections">
${
    sections.map(({ id, name }) =>
      markup`<a href="#${id}">${name}</a>
`
    )
  }</nav>
<main>
${sections.map(({ content }) => content)}</main>
</body>
</html>
`.text;
}

const syntheticBanner =
  markup`<p class="banner" role="note"><strong>Synthetic digits: this says nothing about MNIST.\
</strong> The digits were generated, for learning and for testing. Accuracy on real handwriting \
is unknown.</p>
`;
