/**
 * One question to an inference server, over the network or in this process.
 *
 * @module
 */
import * as v from "valibot";
import { DataError } from "../base/errors.ts";
import { fetchHttp } from "../base/http.ts";
import { HttpError } from "../base/http_error.ts";
import type { HttpHost } from "../base/open_http.ts";
import type { Handler } from "./handler.ts";

/** The web's `fetch`, or as much of it as a client needs. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What a question is, beside its path. */
export interface Question {
  /** Sent by POST; a question without one by GET. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Of the request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Not asked again, whatever happens. */
  readonly once?: boolean;
  /** Gives the question up, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks below the server's address.
 *
 * @throws {DataError} when the server refuses the question, or has no such model.
 * @throws {HttpError} when it can't be reached or fails.
 */
export type Ask = (path: string, question: Question) => Promise<Answer>;

/** What a server answered. */
export interface Answer {
  /** What was asked. */
  readonly url: string;
  /** Of the answer. */
  readonly headers: Headers;
  /** All of it. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/** How to ask. */
export interface AskOptions {
  /** The machine to ask from: with its clock come time limits, and waits before another try. */
  readonly host?: HttpHost;
  /** What to ask with instead, once and without a time limit. */
  readonly fetch?: Fetch;
  /** Of the whole answer to one try. @default {30_000} */
  readonly timeoutMs?: number;
  /** Tries in all, when the server can't be reached or is busy. @default {3} */
  readonly attempts?: number;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
}

const refusals = [400, 404, 405, 411, 413, 415, 422, 501]; // the same question would be refused again
const Refusal = v.object({ error: v.string() });

/** Makes what asks a server. */
export function askerOf(target: Handler | string | URL, options: AskOptions): Ask {
  const { timeoutMs = 30_000, attempts = 3, token } = options;
  const here = typeof target === "function";
  const server = here ? "http://localhost" : String(target).replace(/\/+$/, "");
  const send = here
    ? (url: string, init: RequestInit) => target(new Request(url, init))
    : options.fetch;
  const patient = !here && options.host
    ? { host: options.host, attempts, timeoutMs, answerTimeoutMs: timeoutMs }
    : send && { host: timelessHost(send), attempts: 1, ...noLimits };
  if (!patient) throw new TypeError(`Cannot connect to ${server} without a host or a fetch`);

  return async (path, { body, headers, once, signal }) => {
    const url = `${server}/${path}`;
    try {
      const response = await fetchHttp(url, {
        ...patient,
        ...once && { attempts: 1 },
        mayRepeat: ({ status }) => status !== 500, // it would fail again
        method: body === undefined ? "GET" : "POST",
        headers: { ...token && { authorization: `Bearer ${token}` }, ...headers },
        ...body !== undefined && { body },
        ...signal && { signal },
      });
      return { url, headers: response.headers, body: await response.bytes() };
    } catch (error) {
      if (!(error instanceof HttpError) || !refusals.includes(error.status ?? 0)) throw error;
      const { status, url, body } = error;
      const refused = v.safeParse(v.pipe(v.string(), v.parseJson(), Refusal), body);
      const reason = refused.success ? refused.output.error : "and no reason given";
      throw new DataError(`Cannot ask ${url}: status ${status}, ${reason}`, { cause: error });
    }
  };
}

/**
 * What an answer says in JSON.
 *
 * @throws {DataError} when it is not of this form, naming the path.
 */
export function parseAnswer<T extends v.GenericSchema>(
  { url, body }: Pick<Answer, "url" | "body">,
  schema: T,
): v.InferOutput<T> {
  const parsed = v.safeParse(schema, parseJson(body));
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue) ?? "the body";
  throw new DataError(`Cannot read the answer of ${url}: at ${path}, ${issue.message}`);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

const noLimits = { timeoutMs: Infinity, answerTimeoutMs: Infinity, idleTimeoutMs: Infinity };

/** A host for one try without a time limit: nobody asks for its clock. */
function timelessHost(send: Fetch): HttpHost {
  return {
    fetch: (url, init = {}) => send(String(url), init),
    now: () => 0,
    sleep: () => new Promise(() => {}),
    randomSeed: () => 0,
  };
}
