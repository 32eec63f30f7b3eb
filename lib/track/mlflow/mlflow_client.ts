/**
 * A client for MLflow servers, versions 2 and 3.
 *
 * @module
 */
import { localHost } from "../../base/local_host.ts";
import type { HttpHost } from "../../base/open_http.ts";
import type { ArtifactTransfer } from "../../pipeline/artifact_transfer.ts";
import { Artifacts } from "./artifacts.ts";
import { Experiments } from "./experiments.ts";
import { LoggedModels } from "./logged_models.ts";
import { type CallOptions, MlflowHttp } from "./mlflow_http.ts";
import { ProxyTransfer } from "./proxy_transfer.ts";
import { Registry } from "./registry.ts";
import { RestApi } from "./rest_api.ts";
import { Runs } from "./runs.ts";
import { type MlflowAuth, parseTrackingUri } from "./tracking_uri.ts";

/** Where the server is, and how patient to be. */
export interface MlflowClientOptions {
  /** `http(s)://[user:password@]host[:port][/prefix]` */
  readonly trackingUri: string | URL;
  /** How to log in. @default the credentials in `trackingUri` */
  readonly auth?: MlflowAuth;
  /** Until an answer begins, and the longest silence within it. @default {30_000} */
  readonly timeoutMs?: number;
  /** Tries in all. @default {4} */
  readonly attempts?: number;
  /** Reaches artifact roots that the server does not serve itself. @default none */
  readonly transfer?: ArtifactTransfer;
  /** The machine to ask from. @default this one */
  readonly host?: HttpHost;
}

/**
 * One MLflow server. Calls reject with an {@linkcode MlflowError} when the server can't be reached
 * or refuses, and are repeated, after a growing and partly random wait, where that is safe and
 * may help. What is looked up and is not there is `undefined`.
 */
export class MlflowClient {
  /** The server's, without credentials and without a last `/`. */
  readonly url: string;
  /** Named groups of runs. */
  readonly experiments: Experiments;
  /** Runs, and what they log. */
  readonly runs: Runs;
  /** Files of runs and logged models. */
  readonly artifacts: Artifacts;
  /** Models that runs logged; MLflow 2 has none. */
  readonly loggedModels: LoggedModels;
  /** Registered models, their versions and aliases. */
  readonly registry: Registry;
  readonly #api: RestApi;

  /**
   * Asks nothing yet.
   *
   * @throws {UsageError} when the tracking URI is no http or https URL.
   */
  constructor(options: MlflowClientOptions) {
    const { timeoutMs = 30_000, attempts = 4, transfer } = options;
    const { host = localHost({ cacheFolder: "" }) } = options; // its disk is not used
    const server = parseTrackingUri(options.trackingUri);
    const { auth = server.auth } = options;
    this.url = server.url;
    const http = new MlflowHttp({ url: server.url, auth, host, timeoutMs, attempts });
    this.#api = new RestApi(http);
    this.experiments = new Experiments(this.#api);
    this.runs = new Runs(this.#api);
    this.artifacts = new Artifacts([
      new ProxyTransfer(http),
      ...(transfer ? [transfer] : []),
    ]);
    this.loggedModels = new LoggedModels(this.#api);
    this.registry = new Registry(this.#api);
  }

  /** The server's version, such as `3.17.2`. */
  async version(options?: CallOptions): Promise<string> {
    return await this.#api.version(options);
  }
}
