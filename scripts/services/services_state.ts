/**
 * What is known of servers in the background, as a file.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import { encodeJson } from "../../lib/base/bytes.ts";
import { DataError } from "../../lib/base/errors.ts";
import { unlessMissing } from "../../lib/base/unless_missing.ts";

/** Which S3 servers there are. */
export const S3_KINDS = ["minio", "seaweedfs"] as const;

/** Where MLflow keeps artifacts: on its disk, on S3, or on S3 where its clients write them. */
export const ARTIFACT_PLACES = ["disk", "s3", "direct"] as const;

const Choice = v.object({ s3: v.picklist(S3_KINDS), artifacts: v.picklist(ARTIFACT_PLACES) });

const Entry = v.object({
  name: v.string(),
  pid: v.pipe(v.number(), v.integer(), v.minValue(2)), // 0 and 1 as a group are everybody
  port: v.number(),
  leftovers: v.array(v.string()),
});

const State = v.object({
  choice: Choice,
  accessKey: v.string(),
  secretKey: v.string(),
  servers: v.array(Entry),
});

/** Which servers to start. */
export type ServicesChoice = Readonly<v.InferOutput<typeof Choice>>;

/** A server that was started. */
export type ServerEntry = Omit<Readonly<v.InferOutput<typeof Entry>>, "leftovers"> & {
  /** Files outside its folder that it does not remove. */
  readonly leftovers: readonly string[];
};

/** Everything that is known. */
export interface ServicesState {
  readonly choice: ServicesChoice;
  readonly accessKey: string;
  readonly secretKey: string;
  /** In the order in which they were started. */
  readonly servers: readonly ServerEntry[];
}

/** What is known, if anything. @throws {DataError} when the file can't be read as such. */
export async function readState(folder: string): Promise<ServicesState | undefined> {
  const path = pathIn(folder);
  const text = await unlessMissing(Deno.readTextFile(path));
  if (text === undefined) return undefined;
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), State), text);
  if (result.success) return result.output;
  throw new DataError(
    `Cannot read ${path}, which deno task services wrote: end the servers in it by hand, ` +
      "and remove it",
  );
}

/** Replaces what is known, in one go. Only this user can read it, as it has the keys. */
export async function writeState(folder: string, state: ServicesState): Promise<void> {
  const path = pathIn(folder);
  await Deno.writeFile(`${path}.tmp`, encodeJson(state), { mode: 0o600 });
  await Deno.rename(`${path}.tmp`, path);
}

function pathIn(folder: string): string {
  return join(folder, "services.json");
}
