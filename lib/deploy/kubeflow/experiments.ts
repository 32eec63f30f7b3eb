/**
 * The experiments of Kubeflow Pipelines.
 *
 * @module
 */
import * as v from "valibot";
import { firstOf, readPages } from "../../base/pages.ts";
import { listSchema, pageTokenSchema } from "../../base/list_schemas.ts";
import { textSchema, timeOrNullSchema } from "./answer_schemas.ts";
import { findOrCreate } from "./find_or_create.ts";
import { unlessMissing } from "./kubeflow_error.ts";
import { anything, type CallOptions, type KubeflowHttp } from "./kubeflow_http.ts";
import { type ListOptions, listQuery } from "./list_options.ts";

/** A named group of runs. */
export interface KubeflowExperiment {
  /** The server's. */
  readonly experimentId: string;
  /** Unique in its namespace. */
  readonly displayName: string;
  /** For people. */
  readonly description: string;
  /** Empty where Kubeflow has but one user. */
  readonly namespace: string;
  /** Whether it was put away. */
  readonly archived: boolean;
  /** Milliseconds since 1970; null where the server did not note it. */
  readonly createdAt: number | null;
}

const experimentSchema: v.GenericSchema<unknown, KubeflowExperiment> = v.pipe(
  v.object({
    experiment_id: v.string(),
    display_name: textSchema,
    description: textSchema,
    namespace: textSchema,
    storage_state: textSchema,
    created_at: timeOrNullSchema,
  }),
  v.transform((answer) => ({
    experimentId: answer.experiment_id,
    displayName: answer.display_name,
    description: answer.description,
    namespace: answer.namespace,
    archived: answer.storage_state === "ARCHIVED",
    createdAt: answer.created_at,
  })),
);
const SomeExperiments = v.object({
  experiments: listSchema(experimentSchema),
  next_page_token: pageTokenSchema,
});

/** The experiments of a server, those of one namespace where it has many users. */
export class Experiments {
  readonly #http: KubeflowHttp;
  readonly #namespace: string;

  /** Asks nothing yet. */
  constructor(http: KubeflowHttp, namespace: string) {
    this.#http = http;
    this.#namespace = namespace;
  }

  /** The experiment of that name, made when missing, taken out of the archive when it is there. */
  async ensure(
    displayName: string,
    { description, signal }: CallOptions & { readonly description?: string } = {},
  ): Promise<KubeflowExperiment> {
    const found = await findOrCreate(this.#http, {
      find: () => this.getByName(displayName, { signal }),
      create: () =>
        this.#http.call("/experiments", {
          action: `create experiment "${displayName}" in`,
          method: "POST",
          body: {
            display_name: displayName,
            description,
            namespace: this.#namespace || undefined,
          },
          answer: experimentSchema,
          signal,
        }),
      signal,
    });
    if (!found.archived) return found;
    await this.unarchive(found.experimentId, { signal }); // it takes no runs until then
    return { ...found, archived: false };
  }

  /** `undefined` when there is none. */
  async get(
    experimentId: string,
    { signal }: CallOptions = {},
  ): Promise<KubeflowExperiment | undefined> {
    return await unlessMissing(
      this.#http.call(`/experiments/${encodeURIComponent(experimentId)}`, {
        action: `look for experiment ${experimentId} in`,
        answer: experimentSchema,
        signal,
      }),
    );
  }

  /** Also an archived one; `undefined` when there is none. */
  async getByName(
    displayName: string,
    { signal }: CallOptions = {},
  ): Promise<KubeflowExperiment | undefined> {
    return await firstOf(this.list({
      filter: [{ key: "display_name", operation: "EQUALS", value: displayName }],
      pageSize: 1,
      signal,
    }));
  }

  /** All that fit. */
  list(options: ListOptions = {}): AsyncIterable<KubeflowExperiment> {
    return readPages(async (token) => {
      const page = await this.#http.call("/experiments", {
        action: "list the experiments of",
        query: { ...listQuery(options, token), namespace: this.#namespace },
        answer: SomeExperiments,
        signal: options.signal,
      });
      return { items: page.experiments, next: page.next_page_token };
    });
  }

  /** Puts it and its runs away. */
  async archive(experimentId: string, options?: CallOptions): Promise<void> {
    await this.#change(experimentId, "archive", options);
  }

  /** Takes it out of the archive; its runs stay there. */
  async unarchive(experimentId: string, options?: CallOptions): Promise<void> {
    await this.#change(experimentId, "unarchive", options);
  }

  /** Deletes it; its runs stay. */
  async delete(experimentId: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#http.call(`/experiments/${encodeURIComponent(experimentId)}`, {
      action: `delete experiment ${experimentId} of`,
      method: "DELETE",
      answer: anything,
      signal,
    });
  }

  async #change(
    experimentId: string,
    verb: "archive" | "unarchive",
    { signal }: CallOptions = {},
  ): Promise<void> {
    await this.#http.call(`/experiments/${encodeURIComponent(experimentId)}:${verb}`, {
      action: `${verb} experiment ${experimentId} of`,
      method: "POST",
      answer: anything,
      signal,
    });
  }
}
