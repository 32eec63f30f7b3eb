/**
 * Asks an inference server what is in pictures.
 *
 * @module
 */
import * as v from "valibot";
import { DataError, messageOf, UnavailableError } from "../base/errors.ts";
import type { Handler } from "./handler.ts";
import type { Prediction } from "./v1.ts";

const NUMBERS_PER_REQUEST = 100_000; // 2 MB of text as float32 numbers, within every server's bounds.

const Answer = v.object({
  predictions: v.array(v.object({
    label: v.string(),
    class: v.pipe(v.number(), v.integer(), v.minValue(0)),
    probabilities: v.array(v.pipe(v.number(), v.minValue(0))),
  })),
});

const Refusal = v.object({ error: v.string() });

/** The web's `fetch`, or as much of it as a client needs. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A model on a server. */
export interface Client {
  /**
   * What the server takes the pictures for.
   * @param images one flat array of pixels a picture: bytes 0..255, or floats 0..1.
   * @returns one prediction a picture, in their order.
   * @throws {DataError} when the server refuses the pictures, has no such model, or answers with something else.
   * @throws {UnavailableError} when the server can't be reached or fails.
   */
  predict(
    images: readonly (Uint8Array | Float32Array)[],
    options?: { readonly signal?: AbortSignal },
  ): Promise<readonly Prediction[]>;
}

/** A client for one model of a handler in this process. No socket is used. */
export function connect(target: Handler, options: { readonly model: string }): Client;
/** A client for one model of the server at an address such as `http://127.0.0.1:8080`. */
export function connect(
  target: string | URL,
  options: { readonly model: string; readonly fetch: Fetch },
): Client;
export function connect(
  target: Handler | string | URL,
  options: { readonly model: string; readonly fetch?: Fetch },
): Client {
  const { model } = options;
  const here = typeof target === "function";
  const send = here
    ? (url: string, init: RequestInit) => target(new Request(url, init))
    : options.fetch;
  if (!send) throw new TypeError(`Cannot connect to ${target} without a fetch`);
  const server = here ? "http://localhost" : String(target).replace(/\/+$/, "");
  const url = `${server}/v1/models/${encodeURIComponent(model)}:predict`;
  return {
    async predict(images, { signal } = {}) {
      const predictions: Prediction[] = [];
      for (const some of groupImages(images)) {
        signal?.throwIfAborted();
        predictions.push(...await post(send, url, some, signal));
      }
      return predictions;
    },
  };
}

async function post(
  send: Fetch,
  url: string,
  images: readonly (Uint8Array | Float32Array)[],
  signal: AbortSignal | undefined,
): Promise<readonly Prediction[]> {
  let response: Response;
  let text: string;
  try {
    response = await send(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: encodeImages(images),
      signal: signal ?? null,
    });
    text = await response.text();
  } catch (error) {
    signal?.throwIfAborted();
    throw new UnavailableError(`Cannot reach ${url}: ${messageOf(error)}`, { cause: error });
  }
  const answer = parseJson(text);
  if (!response.ok) {
    const refused = v.safeParse(Refusal, answer);
    const reason = refused.success ? refused.output.error : "and no reason given";
    const Failure = response.status < 500 ? DataError : UnavailableError;
    throw new Failure(`Cannot predict at ${url}: status ${response.status}, ${reason}`);
  }
  const parsed = v.safeParse(Answer, answer);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const path = v.getDotPath(issue) ?? "the body";
    throw new DataError(`Cannot read the answer of ${url}: at ${path}, ${issue.message}`);
  }
  const { predictions } = parsed.output;
  if (predictions.length !== images.length) {
    throw new DataError(
      `Cannot use the answer of ${url}: it has ${predictions.length} predictions for ` +
        `${images.length} pictures`,
    );
  }
  return predictions;
}

/** As bytes only where the server can tell that they are: pictures without a number above 1 are read as 0..1. */
function encodeImages(images: readonly (Uint8Array | Float32Array)[]): string {
  const asBytes = images.every((image) => image instanceof Uint8Array) &&
    images.some((image) => image.some((pixel) => pixel > 1));
  const instances = images.map((image) =>
    asBytes || image instanceof Float32Array
      ? Array.from(image)
      : Array.from(image, (pixel) => pixel / 255)
  );
  return JSON.stringify({ instances });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Splits into requests that every server takes. */
function groupImages<T extends { readonly length: number }>(
  images: readonly T[],
): readonly (readonly T[])[] {
  const groups: T[][] = [];
  let room = 0;
  for (const image of images) {
    if (groups.length === 0 || image.length > room) {
      groups.push([]);
      room = NUMBERS_PER_REQUEST;
    }
    groups.at(-1)!.push(image);
    room -= image.length;
  }
  return groups;
}
