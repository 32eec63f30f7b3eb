/**
 * Requests to one server of Kubeflow Pipelines.
 *
 * @module
 */
import * as v from "valibot";
import type { Host } from "../../base/host.ts";
import { fetchHttp, type HttpOptions } from "../../base/http.ts";
import { HttpError } from "../../base/http_error.ts";
import type { HttpHost } from "../../base/open_http.ts";
import { nothingHappened } from "../../base/retry.ts";
import { describeFailure, type FailedCall, notKubeflow } from "./describe_failure.ts";
import { authorization, type KubeflowAuth } from "./kubeflow_auth.ts";
import { KubeflowError } from "./kubeflow_error.ts";

/** The part of a machine that the client needs: its disk is asked for the pod's token only. */
export type KubeflowHost = HttpHost & Pick<Host, "disk">;

/** What every call takes. */
export interface CallOptions {
  /** Gives the call up, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How the server is reached. */
export interface KubeflowHttpOptions {
  /** Without a last `/`. */
  readonly url: string;
  /** How to log in. */
  readonly auth: KubeflowAuth;
  /** The machine to ask from. */
  readonly host: KubeflowHost;
  /** Until an answer begins, 4 times as long where something is changed; and the longest silence within it. */
  readonly timeoutMs: number;
  /** Tries in all. */
  readonly attempts: number;
}

/** What goes into a URL behind the `?`; nothing where it is `undefined` or empty. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** A request that asks for something, or changes something. */
export interface KubeflowCall<T> extends CallOptions {
  /** Continues `Cannot`, and is continued by `Kubeflow Pipelines at`: `list the runs of`. */
  readonly action: string;
  /** @default {"GET"} */
  readonly method?: "GET" | "POST" | "DELETE";
  /** @default none */
  readonly query?: Query;
  /** Sent as JSON; a form as what it is. @default none */
  readonly body?: unknown;
  /** What the answer must be. */
  readonly answer: v.GenericSchema<unknown, T>;
}

/** For calls whose answer says nothing. */
export const anything: v.GenericSchema<unknown, unknown> = v.unknown();

/** Kubeflow takes longer to begin something than to tell of it, and not to know whether it did is bad. */
const CHANGE_PATIENCE = 4;

/** The prefix of its calls. */
export const API = "/apis/v2beta1";

/**
 * Requests to one server. What only asks is tried again; what changes something is sent once,
 * and again only when the server surely did nothing.
 */
export class KubeflowHttp {
  /** Without a last `/`, without credentials. */
  readonly url: string;
  /** How often and on what machine a request is tried. */
  readonly retry: { readonly host: KubeflowHost; readonly attempts: number };
  readonly #auth: KubeflowAuth;
  readonly #timeoutMs: number;

  /** Asks nothing yet. */
  constructor({ url, auth, host, timeoutMs, attempts }: KubeflowHttpOptions) {
    this.url = url;
    this.retry = { host: withoutRedirects(host), attempts };
    this.#auth = auth;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * One call of the API.
   *
   * @param path such as `/runs`
   * @throws {KubeflowError} when there is no answer that fits.
   */
  async call<T>(path: string, call: KubeflowCall<T>): Promise<T> {
    const { method = "GET", query = {}, body, action, signal, answer } = call;
    const response = await this.fetch(`${API}${path}${encodeQuery(query)}`, action, {
      method,
      ...encodeBody(body),
      ...(method !== "GET" && {
        once: true,
        mayRepeat: nothingHappened,
        answerTimeoutMs: CHANGE_PATIENCE * this.#timeoutMs,
      }),
      ...(signal && { signal }),
    });
    return this.#parse(await response.text(), action, answer);
  }

  /**
   * A request whose whole answer is read, tried again as often as allowed.
   *
   * @param path such as `/apis/v2beta1/healthz`
   * @throws {KubeflowError} when it fails.
   */
  async fetch(
    path: string,
    action: string,
    options: Omit<HttpOptions, "host"> = {},
  ): Promise<Response> {
    try {
      return await fetchHttp(`${this.url}${path}`, {
        ...this.retry,
        answerTimeoutMs: this.#timeoutMs,
        idleTimeoutMs: this.#timeoutMs,
        ...options,
        headers: {
          ...options.headers,
          ...await authorization(this.#auth, this.retry.host.disk),
        },
      });
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      throw describeFailure(error, this.#failed(action));
    }
  }

  #parse<T>(text: string, action: string, answer: v.GenericSchema<unknown, T>): T {
    const json = v.safeParse(v.pipe(v.string(), v.parseJson()), text === "" ? "{}" : text);
    if (!json.success) throw notKubeflow(this.#failed(action), text);
    const parsed = v.safeParse(answer, json.output);
    if (parsed.success) return parsed.output;
    const [issue] = parsed.issues;
    const place = v.getDotPath(issue) ?? "the answer";
    throw new KubeflowError(
      `Cannot ${action} Kubeflow Pipelines at ${this.url}: in its answer, ${place} must be ` +
        `${issue.expected}, got ${issue.received.slice(0, 100)}`,
      { code: "NOT_KUBEFLOW", status: 200, retryable: false },
    );
  }

  #failed(action: string): FailedCall {
    return { url: this.url, auth: this.#auth, action };
  }
}

/**
 * Kubeflow's own answers never lead elsewhere. What does is a login, which is not to see our
 * headers, and which would answer a POST with its page.
 */
function withoutRedirects(host: KubeflowHost): KubeflowHost {
  return {
    ...host,
    fetch: (url, options) => host.fetch(url, { ...options, redirect: "manual" }),
  };
}

/** A query with its `?`; empty without anything in it. */
export function encodeQuery(query: Query): string {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    value === undefined || value === "" ? [] : [[key, String(value)]]
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}

function encodeBody(body: unknown): Pick<HttpOptions, "body" | "headers"> {
  if (body === undefined) return {};
  if (body instanceof Upload) return { body: body.bytes, headers: { "content-type": body.type } };
  return { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

/** A body that is not JSON. */
export class Upload {
  /** All of it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Its media type. */
  readonly type: string;

  /** Keeps both. */
  constructor(bytes: Uint8Array<ArrayBuffer>, type: string) {
    this.bytes = bytes;
    this.type = type;
  }
}
