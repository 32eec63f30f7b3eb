/**
 * The experiments of a server.
 *
 * @module
 */
import * as v from "valibot";
import { listSchema, pageTokenSchema } from "../../base/list_schemas.ts";
import { toKeyValues } from "./answer_schemas.ts";
import { type Experiment, experimentSchema, type LifecycleView } from "./experiment.ts";
import { isTaken, MlflowError, unlessMissing } from "./mlflow_error.ts";
import { readPages } from "../../base/pages.ts";
import type { CallOptions } from "./mlflow_http.ts";
import type { RestApi } from "./rest_api.ts";

/** Which things a search is after. */
export interface SearchOptions extends CallOptions {
  /** In MLflow's filter language, such as `tags.kind = 'a'`. */
  readonly filter?: string;
  /** Such as `["name ASC"]`. */
  readonly orderBy?: readonly string[];
  /** Things in one answer. @default {1000} */
  readonly pageSize?: number;
}

/** What an experiment is made with. */
export interface NewExperiment extends CallOptions {
  /** For people and searches. @default none */
  readonly tags?: Readonly<Record<string, string>>;
  /** Where its artifacts go. @default the server's choice */
  readonly artifactLocation?: string;
}

const OneExperiment = v.object({ experiment: experimentSchema });
const SomeExperiments = v.object({
  experiments: listSchema(experimentSchema),
  next_page_token: pageTokenSchema,
});

/** The experiments of a server. */
export class Experiments {
  readonly #api: RestApi;

  /** Asks nothing yet. */
  constructor(api: RestApi) {
    this.#api = api;
  }

  /**
   * The experiment of that name, made when missing; others may make it at the same time.
   * One that is there already keeps its own tags.
   *
   * @throws {MlflowError} `INVALID_PARAMETER_VALUE` when it is in the bin.
   */
  async ensure(name: string, options: NewExperiment = {}): Promise<Experiment> {
    const found = await this.getByName(name, options) ?? await this.#create(name, options);
    if (found.lifecycleStage === "active") return found;
    throw new MlflowError(
      `Cannot use experiment "${name}" of MLflow at ${this.#api.http.url} as it was deleted: restore ` +
        `it (mlflow experiments restore -x ${found.experimentId}) or choose another name`,
      { code: "INVALID_PARAMETER_VALUE", status: null, retryable: false },
    );
  }

  /** `undefined` when there is none. */
  async get(experimentId: string, options?: CallOptions): Promise<Experiment | undefined> {
    const query = { experiment_id: experimentId };
    const asked = this.#api.get("experiments/get", query, OneExperiment, options);
    return (await unlessMissing(asked))?.experiment;
  }

  /** Also one in the bin; `undefined` when there is none. */
  async getByName(name: string, options?: CallOptions): Promise<Experiment | undefined> {
    const query = { experiment_name: name };
    const asked = this.#api.get("experiments/get-by-name", query, OneExperiment, options);
    return (await unlessMissing(asked))?.experiment;
  }

  /** All that fit. */
  search(
    options: SearchOptions & { readonly view?: LifecycleView } = {},
  ): AsyncIterable<Experiment> {
    const { filter, orderBy, view = "ACTIVE_ONLY", pageSize = 1000, signal } = options;
    const query = { filter, order_by: orderBy, view_type: view, max_results: pageSize };
    return readPages(async (token) => {
      const page = await this.#api.send("experiments/search", { ...query, page_token: token }, {
        answer: SomeExperiments,
        signal,
      });
      return { items: page.experiments, next: page.next_page_token };
    });
  }

  /** Gives it a tag, or a tag another value. */
  async setTag(
    experimentId: string,
    key: string,
    value: string,
    options?: CallOptions,
  ): Promise<void> {
    const body = { experiment_id: experimentId, key, value };
    await this.#api.send("experiments/set-experiment-tag", body, options);
  }

  /** Gives it another name. */
  async rename(experimentId: string, name: string, options?: CallOptions): Promise<void> {
    const body = { experiment_id: experimentId, new_name: name };
    await this.#api.send("experiments/update", body, options);
  }

  /** Moves it and its runs to the bin. */
  async delete(experimentId: string, options?: CallOptions): Promise<void> {
    await this.#api.send("experiments/delete", { experiment_id: experimentId }, options);
  }

  /** Takes it and its runs out of the bin. */
  async restore(experimentId: string, options?: CallOptions): Promise<void> {
    await this.#api.send("experiments/restore", { experiment_id: experimentId }, options);
  }

  async #create(name: string, options: NewExperiment): Promise<Experiment> {
    const { tags, artifactLocation, signal } = options;
    const body = { name, tags: toKeyValues(tags), artifact_location: artifactLocation };
    try {
      await this.#api.send("experiments/create", body, { signal });
    } catch (error) {
      if (!isTaken(error)) throw error; // else somebody was faster, or an answer got lost
    }
    const made = await this.getByName(name, { signal });
    if (made) return made;
    throw new MlflowError(
      `Cannot find experiment "${name}" of MLflow at ${this.#api.http.url} right after it was made`,
      { code: "RESOURCE_DOES_NOT_EXIST", status: null, retryable: true },
    );
  }
}
