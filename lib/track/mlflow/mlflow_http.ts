/**
 * Requests to one MLflow server.
 *
 * @module
 */
import * as v from "valibot";
import { fetchHttp, type HttpOptions } from "../../base/http.ts";
import { HttpError } from "../../base/http_error.ts";
import {
  type HttpAnswer,
  type HttpHost,
  openHttp,
  type OpenOptions,
} from "../../base/open_http.ts";
import { describeFailure, kindOfAnswer, notMlflow } from "./describe_failure.ts";
import { MlflowError } from "./mlflow_error.ts";
import { authorization, type MlflowAuth } from "./tracking_uri.ts";

/** What every call takes. */
export interface CallOptions {
  /** Gives the call up, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How the server is reached. */
export interface MlflowHttpOptions {
  /** Without a last `/`. */
  readonly url: string;
  /** How to log in. */
  readonly auth: MlflowAuth;
  /** The machine to ask from. */
  readonly host: HttpHost;
  /** Until an answer begins, and the longest silence within it. */
  readonly timeoutMs: number;
  /** Tries in all. */
  readonly attempts: number;
}

/** What a request takes beside the machine. */
export type FetchOptions = Omit<HttpOptions, "host">;

/**
 * Requests to one MLflow server. Each takes a few words about itself for its error, which
 * continue `Cannot` and are continued by `MLflow`: `call runs/create of`.
 */
export class MlflowHttp {
  /** Without a last `/`, without credentials. */
  readonly url: string;
  /** How often and on what machine a request is tried. */
  readonly retry: { readonly host: HttpHost; readonly attempts: number };
  readonly #auth: MlflowAuth;
  readonly #timeoutMs: number;

  /** Asks nothing yet. */
  constructor({ url, auth, host, timeoutMs, attempts }: MlflowHttpOptions) {
    this.url = url;
    this.retry = { host, attempts };
    this.#auth = auth;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * A request whose whole answer is read, tried again as often as allowed.
   *
   * @throws {MlflowError} when it fails.
   */
  async fetch(url: string, action: string, options: FetchOptions): Promise<Response> {
    const { attempts } = this.retry;
    return await this.explained(action, async () => {
      return await fetchHttp(url, { attempts, ...await this.#complete(options) });
    });
  }

  /**
   * A request whose answer is JSON.
   *
   * @throws {MlflowError} when there is no answer that fits.
   */
  async fetchJson<T>(
    url: string,
    action: string,
    answer: v.GenericSchema<unknown, T>,
    options: FetchOptions = {},
  ): Promise<T> {
    const text = await (await this.fetch(url, action, options)).text();
    const json = v.safeParse(v.pipe(v.string(), v.parseJson()), text === "" ? "{}" : text);
    if (!json.success) throw notMlflow(this.url, action, kindOfAnswer(text));
    const parsed = v.safeParse(answer, json.output);
    if (parsed.success) return parsed.output;
    const [issue] = parsed.issues;
    const place = v.getDotPath(issue) ?? "the answer";
    throw new MlflowError(
      `Cannot ${action} MLflow at ${this.url}: in its answer, ${place} must be ` +
        `${issue.expected}, got ${issue.received.slice(0, 100)}`,
      { code: "NOT_MLFLOW", status: 200, retryable: false },
    );
  }

  /**
   * One attempt at a request whose answer streams.
   *
   * @throws {HttpError} when it fails.
   */
  async open(url: string, options: Omit<OpenOptions, "host">): Promise<HttpAnswer> {
    return await openHttp(url, await this.#complete(options));
  }

  /** What `request` gives; its {@linkcode HttpError} in MLflow's words. */
  async explained<T>(action: string, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw this.#explain(error, action);
    }
  }

  /** What a stream gives; its {@linkcode HttpError} in MLflow's words. */
  async *explainedStream<T>(action: string, items: AsyncIterable<T>): AsyncGenerator<T, void> {
    try {
      yield* items;
    } catch (error) {
      throw this.#explain(error, action);
    }
  }

  async #complete<T extends Partial<OpenOptions>>(options: T): Promise<T & OpenOptions> {
    return {
      answerTimeoutMs: this.#timeoutMs,
      idleTimeoutMs: this.#timeoutMs,
      ...options,
      host: this.retry.host,
      headers: { ...options.headers, ...await authorization(this.#auth) },
    };
  }

  #explain(error: unknown, action: string): unknown {
    if (!(error instanceof HttpError)) return error;
    return describeFailure(error, { url: this.url, auth: this.#auth, action });
  }
}
