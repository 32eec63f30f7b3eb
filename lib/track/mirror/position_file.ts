/**
 * How far something was sent to which MLflow server: `mlflow.json` beside its journal.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import { encodeJson } from "../../base/bytes.ts";
import { unlessMissing } from "../../base/unless_missing.ts";
import { storageError } from "../../pipeline/storage_error.ts";
import { remove } from "../disk_files.ts";
import { type LockedFile, tryLockFile } from "../file_lock.ts";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** How far a run was sent. */
export const runPositionSchema = v.object({
  /** MLflow's id of the run. */
  runId: v.string(),
  experimentId: v.string(),
  artifactUri: v.string(),
  /** Whether the run was somebody else's, who also ends it. */
  adopted: v.boolean(),
  /** Bytes of the journal that MLflow surely has. */
  sent: count,
  /** What MLflow was told last. */
  status: v.picklist(["RUNNING", "FINISHED", "FAILED", "KILLED"]),
  /** Files of the events before `sent` that MLflow does not have yet. */
  owed: v.array(v.string()),
});

/** How far a run was sent. */
export type RunPosition = v.InferOutput<typeof runPositionSchema>;

/** How far a model was sent. */
export const modelPositionSchema = v.object({
  /** Lines of the journal that MLflow surely has. */
  sent: count,
  /** What MLflow's aliases pointed at when it was last asked. */
  seen: v.record(v.string(), v.string()),
});

/** How far a model was sent. */
export type ModelPosition = v.InferOutput<typeof modelPositionSchema>;

const fileName = "mlflow.json";
const lockName = "mlflow.lock";

const fileSchema = v.object({
  schemaVersion: v.literal(1),
  /** By their URLs. */
  servers: v.record(v.string(), v.unknown()),
});

/** Who may send what is in a folder. Disposing of it lets others. */
export async function lockSending(folder: string): Promise<AsyncDisposable | undefined> {
  const path = join(folder, lockName);
  const lock: LockedFile | undefined = await tryLockFile(path);
  return lock && {
    async [Symbol.asyncDispose]() {
      await remove(path);
      lock.close();
    },
  };
}

/** One server's; `undefined` when the file is missing or damaged: then the server is asked. */
export async function readPosition<T>(
  folder: string,
  server: string,
  schema: v.GenericSchema<unknown, T>,
): Promise<T | undefined> {
  const parsed = v.safeParse(schema, (await readAll(folder))[server]);
  return parsed.success ? parsed.output : undefined;
}

/**
 * Keeps one server's. In one go, so a process that dies leaves the old or the new.
 * @throws {UnavailableError} when the disk refuses; the folder has to be there.
 */
export async function writePosition(
  folder: string,
  server: string,
  position: RunPosition | ModelPosition,
): Promise<void> {
  const path = join(folder, fileName);
  try {
    const servers = { ...await readAll(folder), [server]: position };
    await Deno.writeFile(`${path}.new`, encodeJson({ schemaVersion: 1, servers }));
    await Deno.rename(`${path}.new`, path);
  } catch (error) {
    throw storageError(`Cannot keep in ${folder} how far it was sent to MLflow`, error);
  }
}

async function readAll(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await unlessMissing(Deno.readTextFile(join(folder, fileName)));
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), fileSchema), text);
  return parsed.success ? parsed.output.servers : {};
}
