/**
 * Jupyter's messages, version 5.3, and their signatures.
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html
 *
 * @module
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { DataError } from "../../lib/base/errors.ts";

/** A JSON object. */
type Fields = Readonly<Record<string, unknown>>;

/** A message, without what only its way needs. */
export interface JupyterMessage {
  readonly type: string;
  /** Answers to it have this in `parentId`. */
  readonly id: string;
  /** The id of the request that it belongs to; empty when it belongs to none. */
  readonly parentId: string;
  readonly content: Fields;
  /** As they were sent. */
  readonly header: Fields;
  readonly parent: Fields;
}

/** What a message is made with. */
export interface MessageOptions {
  /** Messages are signed with it; empty means that none is. */
  readonly key: string;
  /** Any text that is one's own. */
  readonly session: string;
  /** The header of the request that is answered. */
  readonly parent?: Fields;
}

const DELIMITER = "<IDS|MSG>";

/** Makes a message; gives its ZeroMQ frames and its id. */
export function encodeMessage(
  type: string,
  content: Fields,
  { key, session, parent = {} }: MessageOptions,
): { readonly id: string; readonly frames: readonly Uint8Array[] } {
  const id = crypto.randomUUID();
  const header = {
    msg_id: id,
    session,
    username: "digits-recognizer",
    date: new Date().toISOString(),
    msg_type: type,
    version: "5.3",
  };
  const parts = [header, parent, {}, content].map((part) => encode(JSON.stringify(part)));
  return { id, frames: [encode(DELIMITER), encode(sign(parts, key)), ...parts] };
}

/** Reads a message. @throws {DataError} when it is none, or was not signed with this key. */
export function decodeMessage(frames: readonly Uint8Array[], key: string): JupyterMessage {
  const delimiter = frames.findIndex((frame) =>
    frame.length === DELIMITER.length && decode(frame) === DELIMITER
  );
  const [signature, ...parts] = frames.slice(delimiter + 1, delimiter + 6);
  if (delimiter < 0 || !signature || parts.length < 4) {
    throw new DataError("Cannot read a message of the kernel as its frames are not Jupyter's");
  }
  const wanted = encode(sign(parts, key));
  if (signature.length !== wanted.length || !timingSafeEqual(signature, wanted)) {
    throw new DataError("Cannot trust a message of the kernel as its signature is wrong");
  }
  const [header, parent, , content] = parts.map((part) => JSON.parse(decode(part)));
  return {
    type: header.msg_type,
    id: header.msg_id,
    parentId: parent.msg_id ?? "",
    content,
    header,
    parent,
  };
}

function sign(parts: readonly Uint8Array[], key: string): string {
  if (key === "") return ""; // The protocol's way to say that nothing is signed.
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
