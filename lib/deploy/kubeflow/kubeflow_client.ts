/**
 * A client for Kubeflow Pipelines, version 2.
 *
 * @module
 */
import * as v from "valibot";
import { UsageError } from "../../base/errors.ts";
import { isHttpUrl, safeUrl } from "../../base/http_error.ts";
import { localHost } from "../../base/local_host.ts";
import { textSchema } from "./answer_schemas.ts";
import { Experiments } from "./experiments.ts";
import type { KubeflowAuth } from "./kubeflow_auth.ts";
import { KubeflowError } from "./kubeflow_error.ts";
import { type CallOptions, type KubeflowHost, KubeflowHttp } from "./kubeflow_http.ts";
import { MetadataStore } from "./metadata_store.ts";
import { Pipelines } from "./pipelines.ts";
import { type PodOfRun, readPodLog } from "./pod_log.ts";
import { RecurringRuns } from "./recurring_runs.ts";
import { Runs } from "./runs.ts";
import { readWorkflow, type Workflow } from "./workflow.ts";

/** Where the server is, and how patient to be. */
export interface KubeflowClientOptions {
  /**
   * `http(s)://host[:port][/path]` of Kubeflow's pages (`ml-pipeline-ui`, or `…/pipeline` behind
   * Kubeflow's dashboard). Its API server alone can do all but tell what steps gave.
   */
  readonly endpoint: string | URL;
  /** How to log in. @default not at all */
  readonly auth?: KubeflowAuth;
  /** Whose experiments and runs they are; a Kubeflow of many users needs it. @default nobody's */
  readonly namespace?: string | undefined;
  /**
   * Until an answer begins, 4 times as long where something is changed; and the longest silence
   * within it.
   * @default {30_000}
   */
  readonly timeoutMs?: number;
  /** Tries in all. @default {4} */
  readonly attempts?: number;
  /** The machine to ask from. @default this one */
  readonly host?: KubeflowHost;
}

/** What a server says of itself. */
export interface KubeflowHealth {
  /** Such as `2.17.0`; empty where it does not say. */
  readonly version: string;
  /** Whether everything belongs to somebody, so that a namespace is needed. */
  readonly multiUser: boolean;
}

const Healthz = v.object({
  tag_name: textSchema,
  multi_user: v.optional(v.boolean(), false),
});

/**
 * One Kubeflow Pipelines. Calls reject with a {@linkcode KubeflowError} when the server can't be
 * reached or refuses. What only asks is repeated, after a growing and partly random wait, where
 * that may help; what changes something is sent once, and the `ensure` calls look before they make
 * something again. What is looked up and is not there is `undefined`.
 */
export class KubeflowClient {
  /** The server's, without a last `/`. */
  readonly url: string;
  /** The machine that it asks from. */
  readonly host: KubeflowHost;
  /** Compiled pipelines that the server keeps. */
  readonly pipelines: Pipelines;
  /** Named groups of runs. */
  readonly experiments: Experiments;
  /** Executions of pipelines. */
  readonly runs: Runs;
  /** What starts runs again and again. */
  readonly recurringRuns: RecurringRuns;
  /** What steps gave. */
  readonly metadata: MetadataStore;
  readonly #http: KubeflowHttp;

  /**
   * Asks nothing yet.
   *
   * @throws {UsageError} when the endpoint is no http or https URL.
   */
  constructor(options: KubeflowClientOptions) {
    const { auth = { kind: "none" }, namespace = "", timeoutMs = 30_000, attempts = 4 } = options;
    this.host = options.host ?? localHost({ cacheFolder: "" }); // only its network is used
    this.url = serverUrl(options.endpoint);
    const shared = { auth, host: this.host, timeoutMs, attempts };
    this.#http = new KubeflowHttp({ url: this.url, ...shared });
    this.pipelines = new Pipelines(this.#http, namespace);
    this.experiments = new Experiments(this.#http, namespace);
    this.runs = new Runs(this.#http, namespace);
    this.recurringRuns = new RecurringRuns(this.#http, namespace);
    // Behind Kubeflow's dashboard the store is beside the pages, not under them.
    const url = this.url.replace(/\/pipeline$/, "");
    this.metadata = new MetadataStore(new KubeflowHttp({ url, ...shared }));
  }

  /**
   * What the server says of itself.
   *
   * @throws {KubeflowError} when it is no Kubeflow Pipelines of version 2.
   */
  async health({ signal }: CallOptions = {}): Promise<KubeflowHealth> {
    const action = "ask for the health of";
    try {
      const answer = await this.#http.call("/healthz", { action, answer: Healthz, signal });
      return { version: answer.tag_name, multiUser: answer.multi_user };
    } catch (error) {
      if (error instanceof KubeflowError && error.status === 404) await this.#refuseOld(error);
      throw error;
    }
  }

  /** The page that shows a run. */
  runLink(runId: string): string {
    return `${this.url}/#/runs/details/${encodeURIComponent(runId)}`;
  }

  /** The workflow that carries a run out; `undefined` where the server does not tell. */
  async workflow(runId: string, options?: CallOptions): Promise<Workflow | undefined> {
    return await readWorkflow(this.#http, runId, options);
  }

  /** What a pod said; `undefined` where it is gone, or can't be reached. */
  async podLog(pod: PodOfRun, options?: CallOptions): Promise<string | undefined> {
    return await readPodLog(this.#http, pod, options);
  }

  async #refuseOld(cause: KubeflowError): Promise<void> {
    const probe = this.#http.fetch("/apis/v1beta1/healthz", "ask for the health of");
    const text = await probe.then((response) => response.text()).catch(() => "");
    const old = v.safeParse(v.pipe(v.string(), v.parseJson(), Healthz), text);
    if (!old.success) return;
    const version = old.output.tag_name === "" ? "too old" : `version ${old.output.tag_name}`;
    throw new KubeflowError(
      `Cannot use Kubeflow Pipelines at ${this.url} as it is ${version}: 2.0 or newer is needed`,
      { code: "UNIMPLEMENTED", status: 404, retryable: false },
      { cause },
    );
  }
}

function serverUrl(endpoint: string | URL): string {
  if (!isHttpUrl(endpoint)) {
    throw new UsageError(
      `Cannot use ${
        safeUrl(endpoint)
      } as KFP_ENDPOINT: write it as http://host:8080 or https://host`,
    );
  }
  const { origin, pathname } = new URL(endpoint);
  return `${origin}${pathname}`.replace(/\/+$/, "");
}
