/**
 * Asks an inference server what is in pictures.
 *
 * @module
 */
import type { HttpHost } from "../base/open_http.ts";
import { askerOf, type AskOptions, type Fetch } from "./ask.ts";
import type { Handler } from "./handler.ts";
import { type CallOptions, type ConnectOptions, ModelClient } from "./model_client.ts";
import type { Prediction } from "./v1.ts";
import type { ModelMetadata } from "./v2_client.ts";

export type { HttpHost } from "../base/open_http.ts";
export type { Fetch } from "./ask.ts";
export type { CallOptions, ConnectOptions } from "./model_client.ts";
export type { ModelMetadata } from "./v2_client.ts";
export type { TensorMetadata } from "./v2_message.ts";

/** A model on a server. */
export interface Client {
  /**
   * What the server takes the pictures for. V2 sends them in the datatype that the model takes:
   * where that is UINT8, floats are rounded to whole 255ths.
   *
   * @param images one flat array of pixels a picture: bytes 0..255, or floats 0..1.
   * @returns one prediction a picture, in their order.
   * @throws {DataError} when the server refuses the pictures, has no such model, or answers with something else.
   * @throws {UnavailableError} when the server can't be reached or fails.
   */
  predict(
    images: readonly (Uint8Array | Float32Array)[],
    options?: CallOptions,
  ): Promise<readonly Prediction[]>;
  /** Whether the model answers now; `false` too when the server can't be reached or has no such model. */
  ready(options?: CallOptions): Promise<boolean>;
  /** The names of all the server's models. Throws as {@linkcode Client.predict} does. */
  models(options?: CallOptions): Promise<readonly string[]>;
  /** What the server says of the model; little where it speaks V1 only. Throws as {@linkcode Client.predict} does. */
  metadata(options?: CallOptions): Promise<ModelMetadata>;
}

/** How to ask a server over the network. */
export interface NetworkOptions extends ConnectOptions {
  /**
   * The machine to ask from. The server has `timeoutMs` for an answer, and is asked again,
   * when it says so or after a moment, where it can't be reached or is busy.
   */
  readonly host: HttpHost;
  /** Of one try. @default {30_000} */
  readonly timeoutMs?: number;
  /** Tries in all. @default {3} */
  readonly attempts?: number;
}

/** A client for one model of a handler in this process. No socket is used. */
export function connect(target: Handler, options: ConnectOptions): Client;
/** A client for one model of the server at an address such as `http://127.0.0.1:8080`. */
export function connect(target: string | URL, options: NetworkOptions): Client;
/** Asks with a `fetch` alone: once, and without a time limit. */
export function connect(
  target: string | URL,
  options: ConnectOptions & { readonly fetch: Fetch },
): Client;
export function connect(
  target: Handler | string | URL,
  options: ConnectOptions & AskOptions,
): Client {
  return new ModelClient(askerOf(target, options), options);
}
