/**
 * Reads input artifacts where the launcher put them.
 *
 * @module
 */
import { hashHex } from "../../base/bytes.ts";
import { DataError, messageOf } from "../../base/errors.ts";
import type { Disk } from "../../base/host.ts";
import type { Files } from "../artifact_store.ts";
import { digestManifest, type FileDigest } from "../digest_files.ts";
import type { Codec, StoredArtifact } from "../port.ts";
import type { RuntimeArtifact } from "./executor_input.ts";
import { localPath } from "./local_path.ts";

/** Where artifacts are read from. */
export type ReadDisk = Pick<Disk, "read" | "stat" | "list">;

/** How an artifact is read. */
export interface OpenArtifactOptions<T> {
  /** Begins errors: `Cannot read input "model" of "evaluate"`. */
  readonly what: string;
  readonly codec: Codec<T>;
  readonly disk: ReadDisk;
  readonly signal: AbortSignal;
}

/**
 * An artifact with its size and digest. Its files are read one by one for these, and again when
 * somebody asks for the value: until then no more than one is in memory.
 * @throws {DataError} when there is nothing.
 */
export async function openArtifact<T>(
  artifact: RuntimeArtifact,
  { what, codec, disk, signal }: OpenArtifactOptions<T>,
): Promise<StoredArtifact<T>> {
  const { uri } = artifact;
  const path = localPath(artifact);
  const digests: [string, FileDigest][] = [];
  for await (const [name, bytes] of filesAt(path, disk)) {
    signal.throwIfAborted();
    digests.push([name, { size: bytes.length, sha256: hashHex(bytes) }]);
  }
  if (digests.length === 0) {
    throw new DataError(`${what} as there is nothing at ${path}, where Kubeflow puts ${uri}`);
  }
  return {
    uri,
    info: { uri, ...digestManifest(Object.fromEntries(digests)) },
    async value({ signal: own = signal } = {}) {
      own.throwIfAborted();
      const files: Files = Object.fromEntries(await Array.fromAsync(filesAt(path, disk)));
      try {
        return await codec.decode(files);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        throw new DataError(`${what} from ${uri}: ${messageOf(error)}`, { cause: error });
      }
    },
  };
}

/** A lone file is named `""`. */
async function* filesAt(
  path: string,
  disk: ReadDisk,
  name = "",
): AsyncGenerator<readonly [string, Uint8Array]> {
  const found = await disk.stat(path);
  if (found?.isFolder) {
    for (const inner of await disk.list(path)) {
      yield* filesAt(`${path}/${inner}`, disk, name === "" ? inner : `${name}/${inner}`);
    }
  } else if (found) {
    const bytes = await disk.read(path);
    if (bytes !== undefined) yield [name, bytes];
  }
}
