/**
 * gRPC over plain HTTP, as browsers speak it. Pure.
 *
 * @module
 */
import { concatBytes } from "../../base/bytes.ts";

const HEADER_BYTES = 5; // a kind and a length stand before every frame
const TRAILER = 0x80; // the kind of the frame that tells how the call ended

/** A message as a body. */
export function encodeFrame(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(HEADER_BYTES + message.length);
  new DataView(frame.buffer).setUint32(1, message.length);
  frame.set(message, HEADER_BYTES);
  return frame;
}

/** What came of a call. */
export interface GrpcAnswer {
  /** 0 where it succeeded; gRPC's code for the reason otherwise. */
  readonly status: number;
  /** Why it failed; empty where nobody says. */
  readonly reason: string;
  /** Empty where it failed. */
  readonly message: Uint8Array;
}

/**
 * Reads an answer. How the call ended stands in the last frame, or without any frame in the headers.
 *
 * @throws {TypeError} when it is none of gRPC's.
 */
export function decodeAnswer(body: Uint8Array, headers: Headers): GrpcAnswer {
  const messages: Uint8Array[] = [];
  let ending = new Headers(headers);
  for (const { kind, bytes } of framesOf(body)) {
    if (kind !== TRAILER) messages.push(bytes);
    else ending = parseTrailer(new TextDecoder().decode(bytes));
  }
  const status = ending.get("grpc-status");
  if (status === null) throw new TypeError("the answer breaks off, or is not gRPC's");
  return {
    status: Number(status),
    reason: ending.get("grpc-message") ?? "",
    message: concatBytes(messages),
  };
}

/** The message in a body of one frame, as requests are. */
export function decodeFrame(body: Uint8Array): Uint8Array {
  return body.subarray(HEADER_BYTES);
}

function* framesOf(
  body: Uint8Array,
): Generator<{ readonly kind: number; readonly bytes: Uint8Array }> {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  for (let at = 0; at < body.length;) {
    const start = at + HEADER_BYTES;
    const end = start > body.length ? Infinity : start + view.getUint32(at + 1);
    if (end > body.length) throw new TypeError("the answer breaks off, or is not gRPC's");
    yield { kind: view.getUint8(at), bytes: body.subarray(start, end) };
    at = end;
  }
}

function parseTrailer(text: string): Headers {
  const headers = new Headers();
  for (const line of text.split("\r\n")) {
    const [, name, value] = /^([\w-]+):(.*)$/.exec(line) ?? [];
    if (name !== undefined) headers.set(name, value!.trim());
  }
  return headers;
}
