/**
 * HTML and SVG that is safe by construction: what is inserted is escaped unless
 * it is markup already.
 *
 * @module
 */

/** HTML or SVG, ready to be written. */
export class Markup {
  /** What is written. */
  readonly text: string;

  /** @param text is taken as it is: only for what was made by this project or a trusted library. */
  constructor(text: string) {
    this.text = text;
  }
}

/** What {@linkcode markup} accepts: markup as it is, text to be escaped, or several of these. */
export type Insertable = Markup | string | number | readonly Insertable[];

/** A template tag: markup`<p>${text}</p>` escapes the text. */
export function markup(literals: TemplateStringsArray, ...values: readonly Insertable[]): Markup {
  return new Markup(literals.reduce((text, part, i) => text + insert(values[i - 1]!) + part));
}

function insert(value: Insertable): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(insert).join("");
  return escapeMarkup(String(value));
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for the content or a quoted attribute of HTML or XML. What XML can't hold becomes �. */
export function escapeMarkup(text: string): string {
  return text.toWellFormed()
    // deno-lint-ignore no-control-regex
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"']/g, (character) => entities[character]!);
}
