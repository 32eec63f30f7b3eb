/**
 * Codecs for components that are defined anywhere: in a pod they are imported by name. Each
 * reads and writes a lone file, as programs in other languages do.
 *
 * @module
 */
import { encodeJson } from "../../base/bytes.ts";
import { DataError, messageOf } from "../../base/errors.ts";
import type { Files } from "../artifact_store.ts";
import type { Codec, JsonValue } from "../port.ts";

/** A JSON value, as UTF-8 text. */
export const jsonCodec: Codec<JsonValue> = {
  encode: (value) => ({ "": encodeJson(value) }),
  decode(files) {
    try {
      return JSON.parse(decodeText(files));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new DataError(`Cannot read an artifact as JSON: ${messageOf(error)}`);
    }
  },
};

/** Text, as UTF-8. */
export const textCodec: Codec<string> = {
  encode: (text) => ({ "": new TextEncoder().encode(text) }),
  decode: decodeText,
};

/** Bytes as they are. */
export const bytesCodec: Codec<Uint8Array> = {
  encode: (bytes) => ({ "": bytes }),
  decode: loneFile,
};

function decodeText(files: Files): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(loneFile(files));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new DataError("Cannot read an artifact as text: it is not UTF-8");
  }
}

/** Whatever it is called. */
function loneFile(files: Files): Uint8Array {
  const names = Object.keys(files);
  if (names.length === 1) return files[names[0]!]!;
  throw new DataError(
    `Cannot read an artifact as one file: it has ${names.slice(0, 5).join(", ") || "none"}`,
  );
}
