/**
 * Artifacts through the tracking server's proxy.
 *
 * @module
 */
import * as v from "valibot";
import { DataError } from "../../base/errors.ts";
import { discard, type HttpAnswer } from "../../base/open_http.ts";
import { retryHttp } from "../../base/retry.ts";
import type {
  ArtifactTransfer,
  TransferEntry,
  TransferSource,
} from "../../pipeline/artifact_transfer.ts";
import { listSchema } from "../../base/list_schemas.ts";
import { integerSchema } from "./answer_schemas.ts";
import { joinPath } from "./artifact_path.ts";
import { notMlflow } from "./describe_failure.ts";
import { isMissing, MlflowError, unlessMissing } from "./mlflow_error.ts";
import type { MlflowHttp } from "./mlflow_http.ts";
import { readResumed } from "./read_resumed.ts";

const API = "/api/2.0/mlflow-artifacts/artifacts";

/** A server that passes an upload on to S3 answers only when that is done, too. */
const STORED_WITHIN_MS = 600_000;

const Listing = v.object({
  files: listSchema(v.object({
    path: v.string(),
    is_dir: v.optional(v.boolean(), false),
    file_size: v.optional(integerSchema, 0),
  })),
});

/** What is below `mlflow-artifacts:` URIs. */
export class ProxyTransfer implements ArtifactTransfer {
  /** `mlflow-artifacts` */
  readonly scheme = "mlflow-artifacts";
  readonly #http: MlflowHttp;

  /** Asks nothing yet. */
  constructor(http: MlflowHttp) {
    this.#http = http;
  }

  async put(
    uri: string,
    source: TransferSource,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    await this.#http.fetchJson(this.#url(uri), `upload ${uri} to`, v.object({}), {
      method: "PUT",
      body: () => source.open(),
      headers: { "content-type": "application/octet-stream" },
      answerTimeoutMs: STORED_WITHIN_MS,
      mayRepeat: () => source.repeatable,
      ...options,
    });
  }

  async get(
    uri: string,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const http = this.#http;
    const action = `download ${uri} from`;
    const open = (more: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> => {
      // A range of a compressed body would be of no use.
      const headers = { ...more, "accept-encoding": "identity" };
      return http.open(this.#url(uri), { headers, ...options });
    };
    const retry = { ...http.retry, ...options };
    try {
      const first = await http.explained(action, () => retryHttp(open, retry));
      if (isWebPage(first.headers)) {
        await discard(first);
        throw notMlflow(http.url, action, "page");
      }
      const chunks = http.explainedStream(action, readResumed(first, open, retry));
      return ReadableStream.from(chunks);
    } catch (error) {
      if (!(error instanceof MlflowError) || await this.#exists(uri, error, options)) throw error;
      throw new DataError(`Cannot read ${uri} as there is no such file`, { cause: error });
    }
  }

  /** Some servers fail when asked for a file that is missing, instead of saying that it is. */
  async #exists(
    uri: string,
    error: MlflowError,
    options: { readonly signal?: AbortSignal },
  ): Promise<boolean> {
    if (error.status !== 500) return !isMissing(error);
    const siblings = await Array.fromAsync(this.list(uri.replace(/\/[^/]*$/, ""), options));
    return siblings.some((sibling) => sibling.uri === uri);
  }

  async *list(
    uri: string,
    options: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<TransferEntry, void> {
    const path = pathOf(uri);
    const url = `${this.#http.url}${API}?${new URLSearchParams({ path })}`;
    const { files } = await this.#http.fetchJson(url, `list ${uri} of`, Listing, options);
    const [first] = files;
    // Asked for a file, MLflow lists that file.
    if (files.length === 1 && !first!.is_dir && path.endsWith(`/${first!.path}`)) return;
    for (const { path: name, is_dir: isFolder, file_size: size } of files) {
      yield { uri: joinPath(uri, name), size: isFolder ? null : size, isFolder };
    }
  }

  async remove(uri: string, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const removal = { method: "DELETE", ...options };
    await unlessMissing(this.#http.fetch(this.#url(uri), `remove ${uri} from`, removal));
  }

  #url(uri: string): string {
    return `${this.#http.url}${API}/${pathOf(uri).split("/").map(encodeURIComponent).join("/")}`;
  }
}

/** Whether this is a page, such as a proxy's login, and no file: MLflow sends those as attachments. */
function isWebPage(headers: Headers): boolean {
  return /^text\/html\b/i.test(headers.get("content-type") ?? "") &&
    !headers.has("content-disposition");
}

/** The path in the server's artifact storage: `mlflow-artifacts:[//host]/path`. */
function pathOf(uri: string): string {
  return uri.replace(/^mlflow-artifacts:(\/\/[^/]*)?\/*/i, "");
}
