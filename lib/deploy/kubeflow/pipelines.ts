/**
 * The pipelines that Kubeflow keeps, and their versions.
 *
 * @module
 */
import * as v from "valibot";
import { hashHex } from "../../base/bytes.ts";
import { UsageError } from "../../base/errors.ts";
import { firstOf, readPages } from "../../base/pages.ts";
import { listSchema, pageTokenSchema } from "../../base/list_schemas.ts";
import { encodeForm } from "./encode_form.ts";
import { findOrCreate } from "./find_or_create.ts";
import { unlessMissing } from "./kubeflow_error.ts";
import { anything, type CallOptions, type KubeflowHttp, type Query } from "./kubeflow_http.ts";
import {
  type KubeflowPipeline,
  type KubeflowPipelineVersion,
  pipelineSchema,
  versionSchema,
} from "./kubeflow_pipeline.ts";
import { type ListOptions, listQuery } from "./list_options.ts";

/** How an upload is named. */
export interface UploadOptions extends CallOptions {
  /** Unique: a pipeline's in its namespace, a version's in its pipeline. */
  readonly name: string;
  /** For people. @default the name */
  readonly displayName?: string;
  /** For people. @default none */
  readonly description?: string;
}

const SomePipelines = v.object({
  pipelines: listSchema(pipelineSchema),
  next_page_token: pageTokenSchema,
});
const SomeVersions = v.object({
  pipeline_versions: listSchema(versionSchema),
  next_page_token: pageTokenSchema,
});

const MAX_UPLOAD_BYTES = 32 << 20; // the server's limit

/** The pipelines of a server, those of one namespace where it has many users. */
export class Pipelines {
  readonly #http: KubeflowHttp;
  readonly #namespace: string;

  /** Asks nothing yet. */
  constructor(http: KubeflowHttp, namespace: string) {
    this.#http = http;
    this.#namespace = namespace;
  }

  /**
   * Makes a pipeline whose first version, of the same name, is this one.
   *
   * @param yaml what a compiler wrote: a pipeline, and maybe platform settings behind `---`
   * @throws {KubeflowError} `ALREADY_EXISTS` when the name is taken.
   */
  async upload(yaml: string, options: UploadOptions): Promise<KubeflowPipeline> {
    return await this.#upload("/pipelines/upload", yaml, {
      ...options,
      query: { namespace: this.#namespace },
      what: `pipeline "${options.name}"`,
      answer: pipelineSchema,
    });
  }

  /**
   * Makes another version of a pipeline.
   *
   * @throws {KubeflowError} `ALREADY_EXISTS` when the name is taken.
   */
  async uploadVersion(
    pipelineId: string,
    yaml: string,
    options: UploadOptions,
  ): Promise<KubeflowPipelineVersion> {
    return await this.#upload("/pipelines/upload_version", yaml, {
      ...options,
      query: { pipelineid: pipelineId },
      what: `pipeline version "${options.name}"`,
      answer: versionSchema,
    });
  }

  /**
   * The version of that pipeline which is this text, made when missing, as is the pipeline: the
   * same text is the same version however often it is called.
   */
  async ensureVersion(
    yaml: string,
    { name, description, signal }: Omit<UploadOptions, "displayName">,
  ): Promise<KubeflowPipelineVersion> {
    checkSize(yaml, name);
    const { pipelineId } = await findOrCreate(this.#http, {
      find: () => this.getByName(name, { signal }),
      create: () =>
        this.#http.call("/pipelines", {
          action: `create pipeline "${name}" in`,
          method: "POST",
          body: {
            display_name: name, // older servers know no other field for it
            description,
            namespace: this.#namespace || undefined,
          },
          answer: pipelineSchema,
          signal,
        }),
      signal,
    });
    const versionName = `${name}-${hashHex(yaml).slice(0, 12)}`;
    return await findOrCreate(this.#http, {
      find: () =>
        firstOf(this.versions(pipelineId, {
          filter: [{ key: "display_name", operation: "EQUALS", value: versionName }],
          pageSize: 1,
          signal,
        })),
      create: () => this.uploadVersion(pipelineId, yaml, { name: versionName, signal }),
      signal,
    });
  }

  /** `undefined` when there is none. */
  async get(pipelineId: string, { signal }: CallOptions = {}): Promise<
    KubeflowPipeline | undefined
  > {
    return await unlessMissing(
      this.#http.call(pathOf(pipelineId), {
        action: `look for pipeline ${pipelineId} in`,
        answer: pipelineSchema,
        signal,
      }),
    );
  }

  /** `undefined` when there is none. */
  async getByName(name: string, { signal }: CallOptions = {}): Promise<
    KubeflowPipeline | undefined
  > {
    return await unlessMissing(
      this.#http.call(`/pipelines/names/${encodeURIComponent(name)}`, {
        action: `look for pipeline "${name}" in`,
        query: { namespace: this.#namespace },
        answer: pipelineSchema,
        signal,
      }),
    );
  }

  /** All that fit. */
  list(options: ListOptions = {}): AsyncIterable<KubeflowPipeline> {
    return readPages(async (token) => {
      const page = await this.#http.call("/pipelines", {
        action: "list the pipelines of",
        query: { ...listQuery(options, token), namespace: this.#namespace },
        answer: SomePipelines,
        signal: options.signal,
      });
      return { items: page.pipelines, next: page.next_page_token };
    });
  }

  /** All versions of a pipeline that fit. */
  versions(
    pipelineId: string,
    options: ListOptions = {},
  ): AsyncIterable<KubeflowPipelineVersion> {
    return readPages(async (token) => {
      const page = await this.#http.call(`${pathOf(pipelineId)}/versions`, {
        action: `list the versions of pipeline ${pipelineId} of`,
        query: listQuery(options, token),
        answer: SomeVersions,
        signal: options.signal,
      });
      return { items: page.pipeline_versions, next: page.next_page_token };
    });
  }

  /** Deletes a pipeline that has no versions any more. */
  async delete(pipelineId: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#http.call(pathOf(pipelineId), {
      action: `delete pipeline ${pipelineId} of`,
      method: "DELETE",
      answer: anything,
      signal,
    });
  }

  /** Deletes one version. */
  async deleteVersion(
    pipelineId: string,
    pipelineVersionId: string,
    { signal }: CallOptions = {},
  ): Promise<void> {
    await this.#http.call(
      `${pathOf(pipelineId)}/versions/${encodeURIComponent(pipelineVersionId)}`,
      {
        action: `delete pipeline version ${pipelineVersionId} of`,
        method: "DELETE",
        answer: anything,
        signal,
      },
    );
  }

  async #upload<T>(path: string, yaml: string, { name, displayName, description, ...options }:
    & UploadOptions
    & {
      readonly query: Query;
      readonly what: string;
      readonly answer: v.GenericSchema<unknown, T>;
    }): Promise<T> {
    checkSize(yaml, name);
    return await this.#http.call(path, {
      action: `upload ${options.what} to`,
      method: "POST",
      query: { name, display_name: displayName, description, ...options.query },
      body: encodeForm({ field: "uploadfile", filename: "pipeline.yaml", text: yaml }),
      answer: options.answer,
      signal: options.signal,
    });
  }
}

function pathOf(pipelineId: string): string {
  return `/pipelines/${encodeURIComponent(pipelineId)}`;
}

function checkSize(yaml: string, name: string): void {
  const size = new TextEncoder().encode(yaml).length;
  if (size <= MAX_UPLOAD_BYTES) return;
  throw new UsageError(
    `Cannot upload pipeline "${name}" as it has ${size} bytes, and Kubeflow takes ` +
      `${MAX_UPLOAD_BYTES}: put large components into the image instead of the pipeline`,
  );
}
