/**
 * The runs of Kubeflow Pipelines.
 *
 * @module
 */
import * as v from "valibot";
import { firstOf, readPages } from "../../base/pages.ts";
import { listSchema, pageTokenSchema } from "../../base/list_schemas.ts";
import { findOrCreate } from "./find_or_create.ts";
import { KubeflowError, noSuchRun, unlessMissing } from "./kubeflow_error.ts";
import { anything, type CallOptions, type KubeflowHttp } from "./kubeflow_http.ts";
import { type ListOptions, listQuery } from "./list_options.ts";
import { encodeRunConfig, type RunConfig } from "./pipeline_source.ts";
import { isFinal, type KubeflowRun, runSchema } from "./run.ts";

/** Which runs a list is after. */
export interface RunListOptions extends ListOptions {
  /** Only those of this experiment. @default of all, or of all in the client's namespace */
  readonly experimentId?: string | undefined;
}

const SomeRuns = v.object({ runs: listSchema(runSchema), next_page_token: pageTokenSchema });

/** The runs of a server, those of one namespace where it has many users. */
export class Runs {
  readonly #http: KubeflowHttp;
  readonly #namespace: string;

  /** Asks nothing yet. */
  constructor(http: KubeflowHttp, namespace: string) {
    this.#http = http;
    this.#namespace = namespace;
  }

  /**
   * Starts a run. An answer that gets lost may leave one behind that nobody knows of:
   * {@linkcode ensure} finds it again.
   */
  async create(config: RunConfig, { signal }: CallOptions = {}): Promise<KubeflowRun> {
    return await this.#http.call("/runs", {
      action: `start run "${config.displayName}" in`,
      method: "POST",
      body: encodeRunConfig(config),
      answer: runSchema,
      signal,
    });
  }

  /** The run of that display name in that experiment, or else a new one: the name tells it from all others. */
  async ensure(
    config: RunConfig & { readonly experimentId: string },
    { signal }: CallOptions = {},
  ): Promise<KubeflowRun> {
    const { experimentId, displayName } = config;
    const filter = [{ key: "display_name", operation: "EQUALS", value: displayName }] as const;
    return await findOrCreate(this.#http, {
      find: () => firstOf(this.list({ experimentId, filter, pageSize: 1, signal })),
      create: () => this.create(config, { signal }),
      signal,
    });
  }

  /** With the nodes of its workflow; `undefined` when there is none. */
  async get(runId: string, { signal }: CallOptions = {}): Promise<KubeflowRun | undefined> {
    return await unlessMissing(
      this.#http.call(`/runs/${encodeURIComponent(runId)}`, {
        action: `look for run ${runId} in`,
        answer: runSchema,
        signal,
      }),
    );
  }

  /** All that fit, newest first unless told. */
  list(options: RunListOptions = {}): AsyncIterable<KubeflowRun> {
    const { experimentId, sortBy = "created_at desc", signal } = options;
    return readPages(async (token) => {
      const page = await this.#http.call("/runs", {
        action: "list the runs of",
        query: {
          ...listQuery({ ...options, sortBy }, token),
          experiment_id: experimentId,
          namespace: experimentId === undefined ? this.#namespace : undefined,
        },
        answer: SomeRuns,
        signal,
      });
      return { items: page.runs, next: page.next_page_token };
    });
  }

  /** Stops it; its state is then `FAILED`. False where it was over already. */
  async terminate(runId: string, { signal }: CallOptions = {}): Promise<boolean> {
    try {
      await this.#change(runId, "terminate", { signal });
      return true;
    } catch (error) {
      // The server refuses what is stopping or over already, also when it is our own lost answer.
      if (!(error instanceof KubeflowError) || error.code === "NO_ANSWER") throw error;
      const run = await this.get(runId, { signal });
      if (run === undefined) throw noSuchRun(`terminate run ${runId} of`, this.#http);
      if (!isFinal(run.state) && run.state !== "CANCELING") throw error;
      return run.state === "CANCELING";
    }
  }

  /** Runs again what failed of it; what succeeded stays as it is. */
  async retry(runId: string, options?: CallOptions): Promise<void> {
    await this.#change(runId, "retry", options);
  }

  /** Puts it away. */
  async archive(runId: string, options?: CallOptions): Promise<void> {
    await this.#change(runId, "archive", options);
  }

  /** Takes it out of the archive. */
  async unarchive(runId: string, options?: CallOptions): Promise<void> {
    await this.#change(runId, "unarchive", options);
  }

  /** Deletes it; its artifacts stay. */
  async delete(runId: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#http.call(`/runs/${encodeURIComponent(runId)}`, {
      action: `delete run ${runId} of`,
      method: "DELETE",
      answer: anything,
      signal,
    });
  }

  async #change(
    runId: string,
    verb: "terminate" | "retry" | "archive" | "unarchive",
    { signal }: CallOptions = {},
  ): Promise<void> {
    await this.#http.call(`/runs/${encodeURIComponent(runId)}:${verb}`, {
      action: `${verb} run ${runId} of`,
      method: "POST",
      answer: anything,
      signal,
    });
  }
}
