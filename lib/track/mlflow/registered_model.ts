/**
 * What MLflow's model registry keeps: names, their versions, and aliases.
 *
 * @module
 */
import * as v from "valibot";
import { listSchema } from "../../base/list_schemas.ts";
import {
  integerSchema,
  keyValuesSchema,
  textOrNullSchema,
  textSchema,
  timeOrNullSchema,
} from "./answer_schemas.ts";

/** A name that versions are registered under. */
export interface RegisteredModel {
  /** Unique on the server. */
  readonly name: string;
  /** For people, in Markdown. */
  readonly description: string;
  /** What else is known of it. */
  readonly tags: Readonly<Record<string, string>>;
  /** Aliases to version numbers. */
  readonly aliases: Readonly<Record<string, number>>;
  /** Milliseconds since 1970. */
  readonly creationTimestamp: number | null;
  /** Milliseconds since 1970. */
  readonly lastUpdatedTimestamp: number | null;
}

/** Whether a version's files are all there. */
export type RegisteredVersionStatus = "PENDING_REGISTRATION" | "FAILED_REGISTRATION" | "READY";

/** A version of a registered model. */
export interface RegisteredVersion {
  /** The registered model's. */
  readonly name: string;
  /** 1 for the first of its name. */
  readonly version: number;
  /** Where its files were when it was made: an artifact URI, or `models:/<modelId>`. */
  readonly source: string;
  /** The run that made it; null where it was not told. */
  readonly runId: string | null;
  /** The logged model that it is; null where it was not told, and on MLflow 2 servers. */
  readonly modelId: string | null;
  /** Whether its files are all there. */
  readonly status: RegisteredVersionStatus;
  /** For people, in Markdown. */
  readonly description: string;
  /** What else is known of it. */
  readonly tags: Readonly<Record<string, string>>;
  /** Those that point at it. */
  readonly aliases: readonly string[];
  /** Milliseconds since 1970. */
  readonly creationTimestamp: number | null;
  /** Milliseconds since 1970. */
  readonly lastUpdatedTimestamp: number | null;
}

/** A registered model in an answer. */
export const registeredModelSchema: v.GenericSchema<unknown, RegisteredModel> = v.pipe(
  v.object({
    name: v.string(),
    description: textSchema,
    tags: keyValuesSchema,
    aliases: listSchema(v.object({ alias: v.string(), version: integerSchema })),
    creation_timestamp: timeOrNullSchema,
    last_updated_timestamp: timeOrNullSchema,
  }),
  v.transform((answer) => ({
    name: answer.name,
    description: answer.description,
    tags: answer.tags,
    aliases: Object.fromEntries(answer.aliases.map(({ alias, version }) => [alias, version])),
    creationTimestamp: answer.creation_timestamp,
    lastUpdatedTimestamp: answer.last_updated_timestamp,
  })),
);

/** A version that is a logged model may say so by its source alone. */
function modelIdOf(source: string): string | null {
  return /^models:\/+(m-[0-9a-f]{32})$/.exec(source)?.[1] ?? null;
}

/** A version of a registered model in an answer. */
export const registeredVersionSchema: v.GenericSchema<unknown, RegisteredVersion> = v.pipe(
  v.object({
    name: v.string(),
    version: integerSchema,
    source: textSchema,
    run_id: textOrNullSchema,
    model_id: textOrNullSchema,
    status: v.optional(
      v.picklist(["PENDING_REGISTRATION", "FAILED_REGISTRATION", "READY"]),
      "READY",
    ),
    description: textSchema,
    tags: keyValuesSchema,
    aliases: listSchema(v.string()),
    creation_timestamp: timeOrNullSchema,
    last_updated_timestamp: timeOrNullSchema,
  }),
  v.transform((answer) => ({
    name: answer.name,
    version: answer.version,
    source: answer.source,
    runId: answer.run_id,
    modelId: answer.model_id ?? modelIdOf(answer.source),
    status: answer.status,
    description: answer.description,
    tags: answer.tags,
    aliases: answer.aliases,
    creationTimestamp: answer.creation_timestamp,
    lastUpdatedTimestamp: answer.last_updated_timestamp,
  })),
);
