/**
 * Parts of MLflow's search filters. Pure.
 *
 * @module
 */

/**
 * Text in a filter: ``tags.`kind` = ${quoteText("a")}``.
 *
 * @throws {TypeError} when it has both kinds of quotes: MLflow has no way to write them.
 */
export function quoteText(text: string): string {
  if (!text.includes("'")) return `'${text}'`;
  if (!text.includes('"')) return `"${text}"`;
  throw new TypeError(
    `Cannot search for ${JSON.stringify(text)} as MLflow's filters can't have both ' and "`,
  );
}

/** A filter for a tag's value. */
export function tagIs({ key, value }: { readonly key: string; readonly value: string }): string {
  return `tags.\`${key}\` = ${quoteText(value)}`;
}
