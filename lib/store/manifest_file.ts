/**
 * The file beside an artifact's files that says what they are. Pure.
 *
 * @module
 */
import * as v from "valibot";
import { encodeJson } from "../base/bytes.ts";
import { checkFileNames, type Manifest } from "../pipeline/digest_files.ts";

/** Its name. */
export const manifestName = "manifest.json";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const schema = v.object({
  schemaVersion: v.literal(1),
  files: v.record(
    v.string(),
    v.object({ size: count, sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) }),
  ),
});

/** The manifest as bytes. */
export function encodeManifest(files: Manifest): Uint8Array {
  return encodeJson({ schemaVersion: 1, files });
}

/** The manifest in these bytes; `undefined` when they are none. */
export function parseManifest(bytes: Uint8Array): Manifest | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(new TextDecoder().decode(bytes)));
    if (!parsed.success) return undefined;
    checkFileNames(Object.keys(parsed.output.files)); // somebody may have written "../.."
    return parsed.output.files;
  } catch {
    return undefined; // not JSON, or a name that leads elsewhere
  }
}
