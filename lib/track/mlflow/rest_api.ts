/**
 * MLflow's REST API.
 *
 * @module
 */
import * as v from "valibot";
import { nothingHappened } from "../../base/retry.ts";
import { kindOfAnswer, notMlflow } from "./describe_failure.ts";
import type { CallOptions, MlflowHttp } from "./mlflow_http.ts";

/** What goes into a URL behind the `?`; nothing where `undefined`. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a call takes that changes something. */
export interface SendOptions<T> extends CallOptions {
  /** @default {"POST"} */
  readonly method?: "POST" | "PATCH" | "DELETE";
  /** What the answer must be. @default anything */
  readonly answer?: v.GenericSchema<unknown, T>;
  /**
   * Whether doing it twice is doing it once. Where it is not, it is sent again only when
   * the server surely did nothing.
   * @default {true}
   */
  readonly repeatable?: boolean;
}

const ROOT = "/api/2.0/mlflow";

/** The REST API of one server. */
export class RestApi {
  /** What the calls go through. */
  readonly http: MlflowHttp;

  /** Asks nothing yet. */
  constructor(http: MlflowHttp) {
    this.http = http;
  }

  /**
   * Asks for something.
   *
   * @param path such as `runs/get`
   * @throws {MlflowError} when there is no answer that fits.
   */
  async get<T>(
    path: string,
    query: Query,
    answer: v.GenericSchema<unknown, T>,
    { signal }: CallOptions = {},
  ): Promise<T> {
    const url = `${this.http.url}${ROOT}/${path}${encodeQuery(query)}`;
    return await this.http.fetchJson(url, `call ${path} of`, answer, signal && { signal });
  }

  /**
   * Changes something.
   *
   * @param path such as `runs/create`
   * @throws {MlflowError} when there is no answer that fits.
   */
  async send<T = unknown>(path: string, body: unknown, options: SendOptions<T> = {}): Promise<T> {
    const { method = "POST", answer, signal, repeatable = true } = options;
    const url = `${this.http.url}${ROOT}/${path}`;
    const anything: v.GenericSchema<unknown, T> = v.custom<T>(() => true);
    return await this.http.fetchJson(url, `call ${path} of`, answer ?? anything, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      ...(!repeatable && { once: true, mayRepeat: nothingHappened }),
      ...(signal && { signal }),
    });
  }

  /**
   * The server's version, such as `3.17.2`.
   *
   * @throws {MlflowError} when there is no answer that fits.
   */
  async version({ signal }: CallOptions = {}): Promise<string> {
    const { http } = this;
    const action = "ask for the version of";
    const answer = await http.fetch(`${http.url}/version`, action, signal ? { signal } : {});
    const text = (await answer.text()).trim();
    if (!/^\d+\.\d+\S*$/.test(text)) throw notMlflow(http.url, action, kindOfAnswer(text));
    return text;
  }
}

function encodeQuery(query: Query): string {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    [value ?? []].flat().map((text): [string, string] => [key, text])
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}
