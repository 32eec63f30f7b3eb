/**
 * A model on a server: finds out what the server speaks, and asks it so.
 *
 * @module
 */
import * as v from "valibot";
import { DataError, UnavailableError } from "../base/errors.ts";
import { HttpError } from "../base/http_error.ts";
import { type Ask, parseAnswer } from "./ask.ts";
import type { Prediction } from "./v1.ts";
import { predictV1 } from "./v1_client.ts";
import { type ModelMetadata, predictV2, readMetadata } from "./v2_client.ts";

const numbersPerRequest = 100_000; // 2 MB of text as float32 numbers, within every server's bounds

/** What can be given up. */
export interface CallOptions {
  /** Gives the call up, with its reason. */
  readonly signal?: AbortSignal;
}

/** Which model to ask, and how. */
export interface ConnectOptions {
  /** Its name on the server. */
  readonly model: string;
  /** Another version than the one that the server answers with. Needs V2. */
  readonly version?: string;
  /** `auto` is V2 where the server speaks it. @default {"auto"} */
  readonly protocol?: "auto" | "v1" | "v2";
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
}

/** Asks for one model. Its methods are those of `Client`, and said there. */
export class ModelClient {
  readonly #ask: Ask;
  readonly #options: ConnectOptions;
  readonly #path: string; // in V2
  #metadata: ModelMetadata | "none: V1" | undefined;
  #binary: boolean | undefined; // whether the server has the extension; undefined before it was tried

  constructor(ask: Ask, options: ConnectOptions) {
    const { model, version } = options;
    const path = `v2/models/${encodeURIComponent(model)}`;
    this.#ask = ask;
    this.#options = options;
    this.#path = version === undefined ? path : `${path}/versions/${encodeURIComponent(version)}`;
  }

  async predict(
    images: readonly (Uint8Array | Float32Array)[],
    { signal }: CallOptions = {},
  ): Promise<readonly Prediction[]> {
    const predictions: Prediction[] = [];
    for (const some of groupImages(images)) {
      signal?.throwIfAborted();
      predictions.push(...await this.#predictAtOnce(some, signal));
    }
    return predictions;
  }

  async ready({ signal }: CallOptions = {}): Promise<boolean> {
    for (const path of this.#readyPaths()) {
      try {
        const answer = await this.#ask(path, { signal, once: true });
        const text = new TextDecoder().decode(answer.body);
        return !/"ready"\s*:\s*"?false/i.test(text); // Triton says it by the status alone
      } catch (error) {
        if (error instanceof UnavailableError) return false;
        if (!(error instanceof DataError)) throw error;
      }
    }
    return false;
  }

  async models({ signal }: CallOptions = {}): Promise<readonly string[]> {
    try {
      const headers = { "content-type": "application/json" };
      const answer = await this.#ask("v2/repository/index", { headers, body: "{}", signal });
      const entries = parseAnswer(answer, Index);
      return [...new Set(entries.map(({ name }) => name))];
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      return parseAnswer(await this.#ask("v1/models", { signal }), V1Models).models;
    }
  }

  async metadata({ signal }: CallOptions = {}): Promise<ModelMetadata> {
    const metadata = await this.#findMetadata(signal);
    if (metadata) return metadata;
    await this.#ask(this.#v1Path, { signal });
    return { name: this.#options.model, versions: [], platform: "", inputs: [], outputs: [] };
  }

  async #predictAtOnce(
    images: readonly (Uint8Array | Float32Array)[],
    signal: AbortSignal | undefined,
  ): Promise<readonly Prediction[]> {
    const metadata = await this.#findMetadata(signal);
    if (!metadata) return await predictV1(this.#ask, images, { path: this.#v1Path, signal });
    const predict = (binary: boolean) =>
      predictV2(this.#ask, images, { path: this.#path, metadata, binary, signal });
    if (this.#binary !== undefined) return await predict(this.#binary);
    try {
      const predictions = await predict(true);
      this.#binary = true;
      return predictions;
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
    const predictions = await predict(false);
    this.#binary = false;
    return predictions;
  }

  /** What the model takes and gives, asked for once; `undefined` where the server speaks V1 only. */
  async #findMetadata(signal: AbortSignal | undefined): Promise<ModelMetadata | undefined> {
    if (this.#options.protocol === "v1") return undefined;
    try {
      this.#metadata ??= await readMetadata(this.#ask, this.#path, signal);
    } catch (error) {
      if (!(error instanceof DataError) || this.#options.protocol === "v2") throw error;
      if (await this.#speaksV2(signal)) throw error; // but has no such model
      this.#metadata = "none: V1";
    }
    return this.#metadata === "none: V1" ? undefined : this.#metadata;
  }

  async #speaksV2(signal: AbortSignal | undefined): Promise<boolean> {
    try {
      await this.#ask("v2/health/live", { signal });
      return true;
    } catch (error) {
      if (error instanceof DataError) return false;
      throw error;
    }
  }

  get #v1Path(): string {
    const { model, version } = this.#options;
    if (version === undefined) return `v1/models/${encodeURIComponent(model)}`;
    throw new DataError(
      `Cannot ask for version ${version} of ${model} as the server speaks V1 only, which has no versions`,
    );
  }

  *#readyPaths(): Generator<string> {
    const { protocol = "auto", version } = this.#options;
    if (protocol !== "v1") yield `${this.#path}/ready`;
    if (protocol !== "v2" && version === undefined) yield this.#v1Path;
  }
}

/** Whether the server could not do with the question. MLServer, for one, answers 500 to a binary one. */
function isRefusal(error: unknown): boolean {
  return error instanceof DataError || (error instanceof HttpError && error.status === 500);
}

const Index = v.array(v.object({ name: v.string() }));
const V1Models = v.object({ models: v.array(v.string()) });

/** Splits into requests that every server takes. */
function groupImages<T extends { readonly length: number }>(
  images: readonly T[],
): readonly (readonly T[])[] {
  const groups: T[][] = [];
  let room = 0;
  for (const image of images) {
    if (groups.length === 0 || image.length > room) {
      groups.push([]);
      room = numbersPerRequest;
    }
    groups.at(-1)!.push(image);
    room -= image.length;
  }
  return groups;
}
