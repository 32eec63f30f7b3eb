/**
 * Puts models into MLflow as versions, and gets their files back.
 *
 * @module
 */
import { DataError } from "../../base/errors.ts";
import type { Files } from "../../pipeline/artifact_store.ts";
import type { ModelVersion } from "../../pipeline/tracker.ts";
import type { MlflowClient } from "../mlflow/mlflow_client.ts";
import { unlessMissing } from "../mlflow/mlflow_error.ts";
import type { CallOptions } from "../mlflow/mlflow_http.ts";
import type { OnnxModel } from "../mlflow/onnx_model_files.ts";
import type { RegisteredVersion } from "../mlflow/registered_model.ts";
import { LONE_FILE, packModel } from "./pack_model.ts";
import { fileNames, SHA256_TAG, versionTags } from "./version_tags.ts";

/** A run as MLflow knows it. */
export interface KnownRun {
  /** MLflow's id of it. */
  readonly runId: string;
  /** The experiment that it belongs to. */
  readonly experimentId: string;
  /** Where its files are. */
  readonly artifactUri: string;
}

/** A model that is to be a version. */
export type NewVersion = Omit<ModelVersion, "version" | "uri">;

/** Where models go. */
export interface PublisherOptions {
  readonly client: MlflowClient;
  /** The experiment of models whose run MLflow does not have; made when missing. */
  readonly experiment: string;
}

const TWIN_MS = 60_000; // an answer that gets lost is not waited for longer

/** Each method may be repeated: what is there is found by its tags, and not made again. */
export class ModelPublisher {
  readonly #client: MlflowClient;
  readonly #experiment: string;

  constructor({ client, experiment }: PublisherOptions) {
    this.#client = client;
    this.#experiment = experiment;
  }

  /** All versions of a name, oldest first. */
  async versions(name: string, options: CallOptions = {}): Promise<readonly RegisteredVersion[]> {
    const filter = `name = '${name}'`; // no quote is in a name
    const found = await Array.fromAsync(this.#client.registry.searchVersions({
      filter,
      ...options,
    }));
    return found.sort((a, b) => a.version - b.version);
  }

  /** Makes a version, or gives the one that has these very files. */
  async publish(
    model: NewVersion,
    files: Files,
    run: KnownRun | undefined,
    options: CallOptions = {},
  ): Promise<RegisteredVersion> {
    const { registry } = this.#client;
    const { name, sha256 } = model;
    await registry.ensureModel(name, options);
    const found = await this.#only(model, options);
    if (found) return found;
    const place = await this.#client.loggedModels.supported(options)
      ? await this.#logModel(model, files, run, options)
      : await this.#logFiles(model, files, run, options);
    const made = await registry.ensureVersion(
      { name, ...place, ...run && { runId: run.runId }, tags: versionTags(model, files) },
      { key: SHA256_TAG, value: sha256 },
      options,
    );
    return await this.#only(model, options) ?? made;
  }

  /** Stores the files of a version again. */
  async restore(
    version: RegisteredVersion,
    files: Files,
    options: CallOptions = {},
  ): Promise<void> {
    const root = await this.#client.registry.downloadUri(version.name, version.version, options);
    await this.#upload(root, files, options);
  }

  /**
   * The files of a version.
   * @throws {DataError} when one is missing, or another program registered the version.
   */
  async download(version: RegisteredVersion, options: CallOptions = {}): Promise<Files> {
    const { artifacts, registry } = this.#client;
    const names = fileNames(version);
    if (names === undefined) {
      throw new DataError(
        `Cannot read version ${version.version} of model "${version.name}" in MLflow as another ` +
          "program registered it",
      );
    }
    const root = await registry.downloadUri(version.name, version.version, options);
    const files: [string, Uint8Array][] = [];
    for (const name of names) {
      files.push([name, await artifacts.read(root, name || LONE_FILE, options)]);
    }
    return Object.fromEntries(files);
  }

  /** As a logged model of the run. */
  async #logModel(
    model: NewVersion,
    files: Files,
    run: KnownRun | undefined,
    options: CallOptions,
  ): Promise<{ readonly source: string; readonly modelId: string }> {
    const { loggedModels, runs } = this.#client;
    const experimentId = run?.experimentId ?? await this.#ownExperiment(options);
    const { modelId, artifactUri, status } = await loggedModels.ensure(
      { experimentId, name: model.name, ...run && { sourceRunId: run.runId } },
      { key: SHA256_TAG, value: model.sha256 },
      options,
    );
    if (status !== "LOGGED_MODEL_READY") {
      const place = { modelId, artifactPath: artifactUri, runId: run?.runId ?? "" };
      await this.#upload(artifactUri, await this.#pack(model, files, place, options), options);
      await loggedModels.finalize(modelId, "LOGGED_MODEL_READY", options);
    }
    if (run) await runs.logOutputs(run.runId, { models: [{ modelId, step: 0 }] }, options);
    return { source: `models:/${modelId}`, modelId };
  }

  /** As files of the run, where the server has no logged models. */
  async #logFiles(
    model: NewVersion,
    files: Files,
    run: KnownRun | undefined,
    options: CallOptions,
  ): Promise<{ readonly source: string }> {
    const { runId, artifactUri } = run ?? await this.#ownRun(model, options);
    const source = `${artifactUri}/models/${model.name}-${model.sha256.slice(0, 8)}`;
    const place = { artifactPath: source, runId };
    await this.#upload(source, await this.#pack(model, files, place, options), options);
    return { source };
  }

  async #pack(
    { interface: io, createdAt }: NewVersion,
    files: Files,
    place: Pick<OnnxModel, "artifactPath" | "runId" | "modelId">,
    options: CallOptions,
  ): Promise<Files> {
    const mlflowVersion = await this.#client.version(options);
    return packModel(files, { ...place, interface: io, createdAt, mlflowVersion });
  }

  async #upload(root: string, files: Files, options: CallOptions): Promise<void> {
    for (const [name, bytes] of Object.entries(files)) {
      await this.#client.artifacts.upload(root, name || LONE_FILE, bytes.slice(), options);
    }
  }

  async #ownExperiment(options: CallOptions): Promise<string> {
    return (await this.#client.experiments.ensure(this.#experiment, options)).experimentId;
  }

  /** Files need a run: one that is only for them. */
  async #ownRun({ name, sha256 }: NewVersion, options: CallOptions): Promise<KnownRun> {
    const experimentId = await this.#ownExperiment(options);
    const { info } = await this.#client.runs.ensure(
      { experimentId, runName: name },
      { key: SHA256_TAG, value: sha256 },
      options,
    );
    if (info.status !== "FINISHED") {
      await this.#client.runs.update(info.runId, { status: "FINISHED" }, options);
    }
    return info;
  }

  /**
   * The version with these files. Two programs may have made one each at the same moment, and
   * `fetch` itself sends a request again when a kept connection breaks: the first is kept.
   */
  async #only(
    { name, sha256 }: NewVersion,
    options: CallOptions,
  ): Promise<RegisteredVersion | undefined> {
    const all = await this.versions(name, options);
    const [first, ...others] = all.filter(({ tags }) => tags[SHA256_TAG] === sha256);
    for (const { version, aliases, creationTimestamp: time } of others) {
      const isTwin = (time ?? 0) - (first!.creationTimestamp ?? 0) < TWIN_MS;
      if (!isTwin || aliases.length > 0) continue; // somebody's own copy
      await unlessMissing(this.#client.registry.deleteVersion(name, version, options));
    }
    return first;
  }
}
