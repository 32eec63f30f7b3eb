/**
 * What MLflow's versions say of the models that were registered. Pure.
 *
 * @module
 */
import * as v from "valibot";
import type { Files } from "../../pipeline/artifact_store.ts";
import type { ModelInterface, ModelVersion } from "../../pipeline/tracker.ts";
import type { RegisteredVersion } from "../mlflow/registered_model.ts";
import { modelInterfaceSchema } from "../tensor_schema.ts";
import { entityKey, RUN_ID_TAG } from "./mlflow_words.ts";

/** The tag by which a version's files are told from all others. */
export const SHA256_TAG = "digits.sha256";
/** The tag with a version's file names, as a JSON list. */
export const FILES_TAG = "digits.files";
/** The tag with what a version takes and gives, as JSON. */
export const INTERFACE_TAG = "digits.interface";

const fileNamesSchema = v.pipe(v.string(), v.parseJson(), v.array(v.string()));
const MAX_TAG_LENGTH = 5_000; // of a version in MLflow 2; MLflow 3 takes 100,000

/** Nothing that they say changes after the version is made. */
export function versionTags(
  { sha256, runId, tags, interface: io }: Pick<
    ModelVersion,
    "sha256" | "runId" | "tags" | "interface"
  >,
  files: Files,
): Readonly<Record<string, string>> {
  const own = Object.entries(tags)
    .filter(([, value]) => value !== "") // MLflow takes no empty ones here
    .map(([key, value]) => [entityKey(key), value]);
  return {
    ...Object.fromEntries(own),
    [SHA256_TAG]: sha256,
    [FILES_TAG]: JSON.stringify(Object.keys(files)),
    ...runId !== "" && { [RUN_ID_TAG]: runId },
    ...io && { [INTERFACE_TAG]: interfaceText(io) },
  };
}

/** Without the example where MLflow 2 would not take it: it is in the model's own files, too. */
function interfaceText(io: ModelInterface): string {
  const text = JSON.stringify(io);
  return text.length <= MAX_TAG_LENGTH ? text : JSON.stringify({ ...io, inputExample: null });
}

/** The names of the files that were registered, as a tag says. */
export function fileNames({ tags }: RegisteredVersion): readonly string[] | undefined {
  const parsed = v.safeParse(fileNamesSchema, tags[FILES_TAG]);
  return parsed.success ? parsed.output : undefined;
}

const OWN_TAGS: readonly string[] = [SHA256_TAG, FILES_TAG, INTERFACE_TAG, RUN_ID_TAG];
const interfaceSchema = v.pipe(v.string(), v.parseJson(), modelInterfaceSchema);

/** A version of MLflow's in our words. One that another program registered has no digest. */
export function describeVersion(found: RegisteredVersion): ModelVersion {
  const { name, version, tags, runId, creationTimestamp } = found;
  const io = v.safeParse(interfaceSchema, tags[INTERFACE_TAG]);
  return {
    name,
    version,
    uri: `models:/${name}/${version}`,
    sha256: tags[SHA256_TAG] ?? "",
    runId: tags[RUN_ID_TAG] ?? runId ?? "",
    tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !OWN_TAGS.includes(key))),
    interface: io.success ? io.output : null,
    createdAt: creationTimestamp ?? 0,
  };
}
