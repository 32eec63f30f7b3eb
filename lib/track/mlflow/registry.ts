/**
 * The model registry of a server.
 *
 * @module
 */
import * as v from "valibot";
import { listSchema, pageTokenSchema } from "../../base/list_schemas.ts";
import { toKeyValues } from "./answer_schemas.ts";
import type { SearchOptions } from "./experiments.ts";
import { quoteText, tagIs } from "./filters.ts";
import { findOrCreate, type IdentityTag } from "./find_or_create.ts";
import { isTaken, MlflowError, unlessMissing } from "./mlflow_error.ts";
import { firstOf, readPages } from "../../base/pages.ts";
import {
  type RegisteredModel,
  registeredModelSchema,
  type RegisteredVersion,
  registeredVersionSchema,
} from "./registered_model.ts";
import type { CallOptions } from "./mlflow_http.ts";
import type { RestApi } from "./rest_api.ts";

/** What a name is registered with. */
export interface NewRegisteredModel extends CallOptions {
  /** For people, in Markdown. @default none */
  readonly description?: string;
  /** What else is to be known of it. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** What a version is made with. */
export interface NewRegisteredVersion {
  /** The registered model's, which must be there. */
  readonly name: string;
  /** Where its files are: an artifact URI of the run, or `models:/<modelId>`. */
  readonly source: string;
  /** The run that made it. @default none */
  readonly runId?: string;
  /** The logged model that it is. @default none */
  readonly modelId?: string;
  /** For people, in Markdown. @default none */
  readonly description?: string;
  /** What else is to be known of it. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

const OneModel = v.object({ registered_model: registeredModelSchema });
const SomeModels = v.object({
  registered_models: listSchema(registeredModelSchema),
  next_page_token: pageTokenSchema,
});
const OneVersion = v.object({ model_version: registeredVersionSchema });
const SomeVersions = v.object({
  model_versions: listSchema(registeredVersionSchema),
  next_page_token: pageTokenSchema,
});

/** The model registry of a server. */
export class Registry {
  readonly #api: RestApi;

  /** Asks nothing yet. */
  constructor(api: RestApi) {
    this.#api = api;
  }

  /**
   * Registers a name.
   *
   * @throws {MlflowError} `RESOURCE_ALREADY_EXISTS` when it is there already.
   */
  async createModel(name: string, options: NewRegisteredModel = {}): Promise<RegisteredModel> {
    const { description, tags, signal } = options;
    const body = { name, description, tags: toKeyValues(tags) };
    const answer = await this.#api.send("registered-models/create", body, {
      answer: OneModel,
      signal,
      repeatable: false,
    });
    return answer.registered_model;
  }

  /** The registered name, made when missing; others may make it at the same time. */
  async ensureModel(name: string, options: NewRegisteredModel = {}): Promise<RegisteredModel> {
    const { signal } = options;
    return await findOrCreate(this.#api, {
      find: () => this.getModel(name, { signal }),
      create: async () => {
        try {
          return await this.createModel(name, options);
        } catch (error) {
          const made = isTaken(error) && await this.getModel(name, { signal });
          if (made) return made;
          throw error;
        }
      },
      signal,
    });
  }

  /** `undefined` when there is none. */
  async getModel(name: string, options?: CallOptions): Promise<RegisteredModel | undefined> {
    const asked = this.#api.get("registered-models/get", { name }, OneModel, options);
    return (await unlessMissing(asked))?.registered_model;
  }

  /** All that fit. */
  searchModels(options: SearchOptions = {}): AsyncIterable<RegisteredModel> {
    const { filter, orderBy, pageSize = 1000, signal } = options;
    const query = { filter, order_by: orderBy, max_results: String(pageSize) };
    return readPages(async (token) => {
      const asked = { ...query, page_token: token };
      const page = await this.#api.get("registered-models/search", asked, SomeModels, { signal });
      return { items: page.registered_models, next: page.next_page_token };
    });
  }

  /** Gives a name another description. */
  async describeModel(name: string, description: string, options: CallOptions = {}): Promise<void> {
    const body = { name, description };
    await this.#api.send("registered-models/update", body, { ...options, method: "PATCH" });
  }

  /** Gives a name a tag, or a tag another value. */
  async setModelTag(
    name: string,
    key: string,
    value: string,
    options?: CallOptions,
  ): Promise<void> {
    await this.#api.send("registered-models/set-tag", { name, key, value }, options);
  }

  /** Takes a tag of a name away. */
  async deleteModelTag(name: string, key: string, options: CallOptions = {}): Promise<void> {
    const body = { name, key };
    await this.#api.send("registered-models/delete-tag", body, { ...options, method: "DELETE" });
  }

  /** Forgets a name, its versions and aliases for good. */
  async deleteModel(name: string, options: CallOptions = {}): Promise<void> {
    await this.#api.send("registered-models/delete", { name }, { ...options, method: "DELETE" });
  }

  /** Makes the next version of a name. {@linkcode ensureVersion} is safer. */
  async createVersion(
    version: NewRegisteredVersion,
    options: CallOptions = {},
  ): Promise<RegisteredVersion> {
    const { name, source, runId, modelId, description, tags } = version;
    const answer = await this.#api.send("model-versions/create", {
      name,
      source,
      run_id: runId,
      model_id: modelId,
      description,
      tags: toKeyValues(tags),
    }, { ...options, answer: OneVersion, repeatable: false });
    return answer.model_version;
  }

  /** The version of that name which has the tag, or else the next one, which gets it. */
  async ensureVersion(
    version: NewRegisteredVersion,
    tag: IdentityTag,
    options: CallOptions = {},
  ): Promise<RegisteredVersion> {
    const { name, tags } = version;
    const filter = `name = ${quoteText(name)} AND ${tagIs(tag)}`;
    return await findOrCreate(this.#api, {
      find: () => firstOf(this.searchVersions({ filter, pageSize: 1, ...options })),
      create: () =>
        this.createVersion({ ...version, tags: { ...tags, [tag.key]: tag.value } }, options),
      signal: options.signal,
    });
  }

  /** `undefined` when there is none. */
  async getVersion(
    name: string,
    version: number,
    options?: CallOptions,
  ): Promise<RegisteredVersion | undefined> {
    const query = { name, version: String(version) };
    const asked = this.#api.get("model-versions/get", query, OneVersion, options);
    return (await unlessMissing(asked))?.model_version;
  }

  /** All that fit; those of one name with the filter `name = 'digits'`. */
  searchVersions(options: SearchOptions = {}): AsyncIterable<RegisteredVersion> {
    const { filter, orderBy, pageSize = 1000, signal } = options;
    const query = { filter, order_by: orderBy, max_results: String(pageSize) };
    return readPages(async (token) => {
      const asked = { ...query, page_token: token };
      const page = await this.#api.get("model-versions/search", asked, SomeVersions, { signal });
      return { items: page.model_versions, next: page.next_page_token };
    });
  }

  /** Gives a version another description. */
  async describeVersion(
    name: string,
    version: number,
    description: string,
    options: CallOptions = {},
  ): Promise<void> {
    const body = { name, version: String(version), description };
    await this.#api.send("model-versions/update", body, { ...options, method: "PATCH" });
  }

  /** Gives a version a tag, or a tag another value. */
  async setVersionTag(
    name: string,
    version: number,
    key: string,
    value: string,
    options?: CallOptions,
  ): Promise<void> {
    const body = { name, version: String(version), key, value };
    await this.#api.send("model-versions/set-tag", body, options);
  }

  /** Takes a tag of a version away. */
  async deleteVersionTag(
    name: string,
    version: number,
    key: string,
    options: CallOptions = {},
  ): Promise<void> {
    const body = { name, version: String(version), key };
    await this.#api.send("model-versions/delete-tag", body, { ...options, method: "DELETE" });
  }

  /** Forgets a version for good; its files stay. */
  async deleteVersion(name: string, version: number, options: CallOptions = {}): Promise<void> {
    const body = { name, version: String(version) };
    await this.#api.send("model-versions/delete", body, { ...options, method: "DELETE" });
  }

  /** Where the files of a version are: what `artifacts` takes as root. */
  async downloadUri(name: string, version: number, options?: CallOptions): Promise<string> {
    const query = { name, version: String(version) };
    const answer = v.object({ artifact_uri: v.string() });
    const path = "model-versions/get-download-uri";
    return (await this.#api.get(path, query, answer, options)).artifact_uri;
  }

  /** Points an alias at a version. */
  async setAlias(
    name: string,
    alias: string,
    version: number,
    options?: CallOptions,
  ): Promise<void> {
    const body = { name, alias, version: String(version) };
    await this.#api.send("registered-models/alias", body, options);
  }

  /** The version that an alias points at; `undefined` when there is none. */
  async getByAlias(
    name: string,
    alias: string,
    options?: CallOptions,
  ): Promise<RegisteredVersion | undefined> {
    const query = { name, alias };
    const asked = this.#api.get("registered-models/alias", query, OneVersion, options);
    try {
      return (await unlessMissing(asked))?.model_version;
    } catch (error) {
      if (isMissingAlias(error)) return undefined;
      throw error;
    }
  }

  /** Takes an alias away. */
  async deleteAlias(name: string, alias: string, options: CallOptions = {}): Promise<void> {
    const body = { name, alias };
    await this.#api.send("registered-models/alias", body, { ...options, method: "DELETE" });
  }
}

/** MLflow takes asking for an unknown alias for a wrong parameter. */
function isMissingAlias(error: unknown): boolean {
  return error instanceof MlflowError && error.code === "INVALID_PARAMETER_VALUE" &&
    /alias .*not found/i.test(error.message);
}
