/**
 * What the journal holds, in words that MLflow takes. Pure.
 *
 * @module
 */
import type { JsonValue } from "../../pipeline/port.ts";

/** The tag by which a run is found again: the journal's id of it. */
export const RUN_ID_TAG = "digits.run_id";

/** The tag with the text that the page of a run shows, in Markdown. */
export const NOTE_TAG = "mlflow.note.content";

const MAX_KEY_LENGTH = 250; // MLflow's limit

/**
 * The name of a parameter, metric or tag as MLflow takes it: letters, digits, `_`, `-`, `.`,
 * `/`, `:` and spaces stay, and it is a plain relative path.
 */
export function entityKey(name: string): string {
  const parts = name
    .replaceAll(/[^\p{L}\p{N}_\-./: ]/gu, "_")
    .split("/")
    .map((part) => /^\.*$/.test(part) ? "_" : part);
  return parts.join("/").slice(0, MAX_KEY_LENGTH);
}

/** A parameter's value: text as it is, all else as JSON. */
export function paramText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
