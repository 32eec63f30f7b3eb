/**
 * The logged models of a server. MLflow 2 has none: {@linkcode LoggedModels.supported} tells.
 *
 * @module
 */
import * as v from "valibot";
import { listSchema, pageTokenSchema } from "../../base/list_schemas.ts";
import { toKeyValues } from "./answer_schemas.ts";
import type { SearchOptions } from "./experiments.ts";
import { tagIs } from "./filters.ts";
import { findOrCreate, type IdentityTag } from "./find_or_create.ts";
import { type LoggedModel, loggedModelSchema, type LoggedModelStatus } from "./logged_model.ts";
import { MlflowError, unlessMissing } from "./mlflow_error.ts";
import { firstOf, readPages } from "../../base/pages.ts";
import type { CallOptions } from "./mlflow_http.ts";
import type { RestApi } from "./rest_api.ts";

/** What a logged model is made with. */
export interface NewLoggedModel {
  /** The experiment that it belongs to. */
  readonly experimentId: string;
  /** For people; not unique. @default the server makes one up */
  readonly name?: string;
  /** The run that makes it. @default none */
  readonly sourceRunId?: string;
  /** Such as `Agent`. @default none */
  readonly modelType?: string;
  /** What was chosen for it. @default none */
  readonly params?: Readonly<Record<string, string>>;
  /** What else is to be known of it. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

const OneModel = v.object({ model: loggedModelSchema });
const SomeModels = v.object({
  models: listSchema(loggedModelSchema),
  next_page_token: pageTokenSchema,
});

/** The logged models of a server. */
export class LoggedModels {
  readonly #api: RestApi;
  #supported: boolean | undefined;

  /** Asks nothing yet. */
  constructor(api: RestApi) {
    this.#api = api;
  }

  /**
   * Whether the server has logged models: MLflow 3 has, MLflow 2 has not. Asked once.
   *
   * @throws {MlflowError} when the server is no MLflow, or can't be asked.
   */
  async supported({ signal }: CallOptions = {}): Promise<boolean> {
    return this.#supported ??= await this.#ask(signal);
  }

  /** Makes one; it is pending until {@linkcode finalize}. {@linkcode ensure} is safer. */
  async create(model: NewLoggedModel, options: CallOptions = {}): Promise<LoggedModel> {
    const { experimentId, name, sourceRunId, modelType, params, tags } = model;
    const answer = await this.#api.send("logged-models", {
      experiment_id: experimentId,
      name,
      source_run_id: sourceRunId,
      model_type: modelType,
      params: toKeyValues(params),
      tags: toKeyValues(tags),
    }, { ...options, answer: OneModel, repeatable: false });
    return answer.model;
  }

  /** The one of that experiment which has the tag, or else a new one that gets it. */
  async ensure(
    model: NewLoggedModel,
    tag: IdentityTag,
    options: CallOptions = {},
  ): Promise<LoggedModel> {
    const { experimentId, tags } = model;
    const filter = tagIs(tag);
    return await findOrCreate(this.#api, {
      find: () => firstOf(this.search([experimentId], { filter, pageSize: 1, ...options })),
      create: () => this.create({ ...model, tags: { ...tags, [tag.key]: tag.value } }, options),
      signal: options.signal,
    });
  }

  /** Tells that its files are all there, or never will be. */
  async finalize(
    modelId: string,
    status: Exclude<LoggedModelStatus, "LOGGED_MODEL_PENDING">,
    options: CallOptions = {},
  ): Promise<LoggedModel> {
    const answer = await this.#api.send(pathOf(modelId), { model_id: modelId, status }, {
      ...options,
      method: "PATCH",
      answer: OneModel,
    });
    return answer.model;
  }

  /** `undefined` when there is none. */
  async get(modelId: string, options?: CallOptions): Promise<LoggedModel | undefined> {
    const asked = this.#api.get(pathOf(modelId), {}, OneModel, options);
    return (await unlessMissing(asked))?.model;
  }

  /** All of these experiments that fit. */
  search(
    experimentIds: readonly string[],
    options: Omit<SearchOptions, "orderBy"> = {},
  ): AsyncIterable<LoggedModel> {
    const { filter, pageSize = 50, signal } = options; // 50 is the most that MLflow gives
    const query = { experiment_ids: experimentIds, filter, max_results: pageSize };
    return readPages(async (token) => {
      const page = await this.#api.send("logged-models/search", { ...query, page_token: token }, {
        answer: SomeModels,
        signal,
      });
      return { items: page.models, next: page.next_page_token };
    });
  }

  /** Gives it tags, or tags other values. */
  async setTags(
    modelId: string,
    tags: Readonly<Record<string, string>>,
    options: CallOptions = {},
  ): Promise<void> {
    const body = { model_id: modelId, tags: toKeyValues(tags) };
    await this.#api.send(`${pathOf(modelId)}/tags`, body, { ...options, method: "PATCH" });
  }

  /** Takes a tag away. */
  async deleteTag(modelId: string, key: string, options: CallOptions = {}): Promise<void> {
    const path = `${pathOf(modelId)}/tags/${encodeURIComponent(key)}`;
    await this.#api.send(path, {}, { ...options, method: "DELETE" });
  }

  /** Moves it to the bin. */
  async delete(modelId: string, options: CallOptions = {}): Promise<void> {
    await this.#api.send(pathOf(modelId), {}, { ...options, method: "DELETE" });
  }

  async #ask(signal: AbortSignal | undefined): Promise<boolean> {
    const body = { experiment_ids: ["0"], max_results: 1 };
    try {
      await this.#api.send("logged-models/search", body, { answer: SomeModels, signal });
      return true;
    } catch (error) {
      if (!(error instanceof MlflowError) || error.status === null) throw error;
      if (![404, 405].includes(error.status)) throw error;
      if (error.code !== "NOT_MLFLOW") return error.code === "RESOURCE_DOES_NOT_EXIST";
    }
    const answer = v.object({ next_page_token: pageTokenSchema });
    await this.#api.send("experiments/search", { max_results: 1 }, { answer, signal });
    return false;
  }
}

function pathOf(modelId: string): string {
  return `logged-models/${encodeURIComponent(modelId)}`;
}
