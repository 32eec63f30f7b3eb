/**
 * Several lone files attached to a run.
 *
 * @module
 */
import { encodeJson } from "../base/bytes.ts";
import type { JsonValue } from "../pipeline/port.ts";
import type { Run } from "../pipeline/tracker.ts";

/** Attaches each under its name: text and bytes as they are, anything else as JSON. */
export async function attachAll(
  run: Run,
  contents: Readonly<Record<string, string | Uint8Array | { readonly [key: string]: JsonValue }>>,
): Promise<void> {
  for (const [name, content] of Object.entries(contents)) {
    await run.attach(name, { "": bytesOf(content) });
  }
}

function bytesOf(content: string | Uint8Array | { readonly [key: string]: JsonValue }): Uint8Array {
  if (content instanceof Uint8Array) return content;
  return typeof content === "string" ? new TextEncoder().encode(content) : encodeJson(content);
}
