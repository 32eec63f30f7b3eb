/**
 * Sends what is recorded of one registered model to MLflow, and asks what MLflow has of it.
 *
 * @module
 */
import { BusyError, DataError, messageOf } from "../../base/errors.ts";
import type { ModelVersion } from "../../pipeline/tracker.ts";
import type { MlflowClient } from "../mlflow/mlflow_client.ts";
import type { CallOptions } from "../mlflow/mlflow_http.ts";
import type { RegisteredVersion } from "../mlflow/registered_model.ts";
import type { ModelFolders } from "../model_folders.ts";
import type { RecordedRegistry } from "../recorded_registry.ts";
import type { RegistryEvent } from "../registry_event.ts";
import { moveAlias } from "./alias_history.ts";
import type { KnownRun, ModelPublisher } from "./model_publisher.ts";
import {
  lockSending,
  type ModelPosition,
  modelPositionSchema,
  readPosition,
  writePosition,
} from "./position_file.ts";
import { isRefusal } from "./refusal.ts";
import { SHA256_TAG } from "./version_tags.ts";

/** From where to where models are sent. */
export interface ModelMirrorOptions {
  readonly models: ModelFolders;
  readonly registry: RecordedRegistry;
  readonly client: MlflowClient;
  readonly publisher: ModelPublisher;
  /** The alias that is taken over from MLflow before it is moved here. */
  readonly sharedAlias: string;
  /** Sends what is recorded of a run; `undefined` when nobody here knows the run. */
  readonly sendRun: (runId: string, options: CallOptions) => Promise<KnownRun | undefined>;
  /** Takes one sentence about something that MLflow does not get, or that stays as it is there. */
  readonly notice: (text: string) => void;
}

/** What MLflow has of a model. */
export interface RemoteModel {
  /** 0 when it has none. */
  readonly highestVersion: number;
  /** What the shared alias points at. */
  readonly shared: RegisteredVersion | undefined;
}

/**
 * Sends one model's versions and aliases, in order and once. An alias is moved only where it
 * still points at what was replaced here: somebody else may have moved it meanwhile.
 */
export class ModelMirror {
  readonly name: string;
  readonly #model: string;
  readonly #options: ModelMirrorOptions;

  constructor(model: string, options: ModelMirrorOptions) {
    this.name = `model "${model}"`;
    this.#model = model;
    this.#options = options;
  }

  /**
   * Sends all that was not sent.
   * @returns `false`: there is no more.
   * @throws {UnavailableError} when MLflow can't be had or refuses: try again later.
   * @throws {BusyError} when another process is sending it.
   */
  async advance(options: CallOptions = {}): Promise<false> {
    await this.send(options);
    return false;
  }

  /**
   * Sends all that was not sent.
   * @param options.ask whether MLflow is asked if it still has what was sent
   * @returns whether there was something.
   */
  async send(options: CallOptions & { readonly ask?: boolean } = {}): Promise<boolean> {
    const { ask = false, ...call } = options;
    if (!ask && await this.isSent()) return false;
    await using sending = await this.#begin();
    const lines = await this.#options.models.lines(this.#model);
    const versions = await this.#options.registry.versions(this.#model);
    const from = ask && await this.#lacks(versions, call) ? 0 : sending.position.sent;
    const fresh = lines.slice(from);
    for (const event of fresh) {
      if (event?.type !== "version") continue;
      const made = versions.find(({ version }) => version === event.version)!;
      await this.#publish(made, call);
    }
    for (const alias of aliasesOf(fresh)) {
      const seen = sending.position.seen[alias];
      await this.#move(alias, { ...movesOf(lines, { alias, from }), versions, seen }, call);
    }
    await sending.keep({ sent: lines.length });
    return fresh.length > 0;
  }

  /** Whether there is nothing to send. */
  async isSent(): Promise<boolean> {
    const { models, client } = this.#options;
    const lines = await models.lines(this.#model);
    const folder = models.path(this.#model);
    const position = await readPosition(folder, client.url, modelPositionSchema);
    return lines.length === (position?.sent ?? 0);
  }

  /**
   * Sends the versions that a run made, and aliases of them that MLflow does not have.
   * @returns whether MLflow lacked one.
   */
  async sendVersionsOf(runId: string, options: CallOptions = {}): Promise<boolean> {
    const { registry } = this.#options;
    const versions = await registry.versions(this.#model);
    const own = versions.filter((version) => version.runId === runId);
    const lacked = await this.#lacks(own, options);
    for (const version of own) await this.#publish(version, options);
    const lines = await this.#options.models.lines(this.#model);
    for (const alias of aliasesOf(lines)) {
      const to = (await registry.alias(this.#model, alias))?.version;
      if (to === undefined || own.every(({ version }) => version !== to)) continue;
      await this.#move(alias, { before: [], fresh: [to], versions, seen: undefined }, options);
    }
    return lacked;
  }

  /** Asks what MLflow has. */
  async look(options: CallOptions = {}): Promise<RemoteModel> {
    const { client, publisher, sharedAlias } = this.#options;
    const model = await client.registry.getModel(this.#model, options);
    if (model === undefined) return { highestVersion: 0, shared: undefined };
    const versions = await publisher.versions(this.#model, options);
    const seen: Record<string, string> = {};
    for (const [alias, number] of Object.entries(model.aliases)) {
      const version = versions.find(({ version }) => version === number);
      if (version && alias !== sharedAlias) seen[alias] = contentOf(version);
    }
    await using sending = await this.#begin();
    await sending.keep({ seen });
    return {
      highestVersion: versions.at(-1)?.version ?? 0,
      shared: versions.find(({ version }) => version === model.aliases[sharedAlias]),
    };
  }

  /** Nothing is held between two calls. */
  async [Symbol.asyncDispose](): Promise<void> {}

  /** Whether MLflow does not have all of these. */
  async #lacks(versions: readonly ModelVersion[], options: CallOptions): Promise<boolean> {
    const remote = await this.#options.publisher.versions(this.#model, options);
    const known = new Set(remote.map(({ tags }) => tags[SHA256_TAG]));
    return versions.some(({ sha256 }) => !known.has(sha256));
  }

  async #publish(version: ModelVersion, options: CallOptions): Promise<void> {
    const { registry, publisher, sendRun, notice } = this.#options;
    try {
      const files = await registry.files(version);
      const run = await sendRun(version.runId, options);
      await publisher.publish(version, files, run, options);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      notice(messageOf(error)); // what is not there any more does not keep the rest from being sent
    }
  }

  async #move(
    alias: string,
    { before, fresh, versions, seen }: AliasMoves & {
      readonly versions: readonly ModelVersion[];
      readonly seen: string | undefined;
    },
    options: CallOptions,
  ): Promise<void> {
    const { client, publisher, notice } = this.#options;
    const contents = new Map(versions.map(({ version, sha256 }) => [version, sha256]));
    const remote = await publisher.versions(this.#model, options);
    const numbers = new Map(remote.map((version) => [contentOf(version), version.version]));
    const path = fresh.flatMap((version) => numbers.get(contents.get(version) ?? "") ?? []);
    const model = await client.registry.getModel(this.#model, options);
    const told = `Alias "${alias}" of model "${this.#model}"`;
    if (path.length === 0 || model === undefined) {
      return notice(`${told} is not set in MLflow, which does not have version ${fresh.at(-1)}`);
    }
    const present = remote.find(({ version }) => version === model.aliases[alias]);
    const replaced = [seen, ...[...before, ...fresh].map((version) => contents.get(version))];
    if (present === undefined || replaced.includes(contentOf(present))) {
      try {
        return await moveAlias(client, model, { alias, path }, options);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return notice(messageOf(error)); // not every name may be an alias there
      }
    }
    notice(
      `${told} is left at version ${present.version} in MLflow as somebody else moved it there; ` +
        `here it is version ${fresh.at(-1)}`,
    );
  }

  async #begin(): Promise<Sending> {
    const { models, client } = this.#options;
    const folder = await models.make(this.#model);
    const lock = await lockSending(folder);
    if (lock === undefined) {
      throw new BusyError(`Cannot send ${this.name} as another process is sending it`);
    }
    const position = await readPosition(folder, client.url, modelPositionSchema) ??
      { sent: 0, seen: {} };
    return {
      position,
      keep: (changes) => writePosition(folder, client.url, { ...position, ...changes }),
      [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose](),
    };
  }
}

interface Sending extends AsyncDisposable {
  readonly position: ModelPosition;
  keep(changes: Partial<ModelPosition>): Promise<void>;
}

/** How an alias was moved here: version numbers, oldest first. */
interface AliasMoves {
  /** What it pointed at before; one at most. */
  readonly before: readonly number[];
  /** At least one; MLflow may have some of them already. */
  readonly fresh: readonly number[];
}

function aliasesOf(lines: readonly (RegistryEvent | undefined)[]): readonly string[] {
  return [...new Set(lines.flatMap((event) => event?.type === "alias" ? event.alias : []))];
}

function movesOf(
  lines: readonly (RegistryEvent | undefined)[],
  { alias, from }: { readonly alias: string; readonly from: number },
): AliasMoves {
  const versionsIn = (part: readonly (RegistryEvent | undefined)[]) =>
    part.flatMap((event) => event?.type === "alias" && event.alias === alias ? event.version : []);
  return {
    before: versionsIn(lines.slice(0, from)).slice(-1),
    fresh: versionsIn(lines.slice(from)),
  };
}

/** What tells the content of a version in MLflow from that of others. */
function contentOf({ version, tags }: RegisteredVersion): string {
  return tags[SHA256_TAG] ?? `version ${version}`;
}
