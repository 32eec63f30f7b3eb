/**
 * An artifact store in a bucket of an S3 server: MinIO, SeaweedFS, AWS S3 and others.
 *
 * ## What is where
 *
 * | object | what it is |
 * | --- | --- |
 * | `<prefix><key>/manifest.json` | sizes and SHA-256 of the files, and their folder's name |
 * | `<prefix><key>/files=<12 hex digits>/<name>` | a file as it is, under its own name |
 * | `<prefix><key>/files=<12 hex digits>/file` | the only file of an artifact that is a lone file |
 *
 * The pipeline's keys are `artifacts/<step>/<output>/<sha256>`, `cache/<step key>` and
 * `checkpoints/<step key>/<step>/<number>`: the raw IDX files are in
 * `artifacts/acquire/dataset/…`, the arrays in `artifacts/preprocess/train/…`, the model in
 * `artifacts/train/model/…`.
 *
 * ## Why nothing is ever half there
 *
 * Every upload has a folder of its own. When all files are in it, the manifest is written on
 * the condition that there is none (`If-None-Match: *`), and with it the artifact appears.
 * Whoever comes second finds the manifest; whoever dies before leaves files that no manifest
 * names, which {@linkcode S3Store.sweep} removes.
 *
 * @module
 */
import { concatBytes } from "../base/bytes.ts";
import { DataError } from "../base/errors.ts";
import type {
  ArtifactInfo,
  ArtifactStore,
  Files,
  SourceFiles,
} from "../pipeline/artifact_store.ts";
import { checkKey, isKey } from "../pipeline/check_key.ts";
import { digestManifest } from "../pipeline/digest_files.ts";
import { checkChunks, describeSources } from "../pipeline/source_files.ts";
import { forEachParallel } from "../pipeline/for_each_parallel.ts";
import { anotherOne, S3Artifact } from "./s3_artifact.ts";
import { S3Bucket } from "./s3_bucket.ts";
import { S3Connection, type S3ConnectionOptions } from "./s3_connection.ts";
import { hasCode } from "./s3_failure.ts";
import { placeOf } from "./s3_layout.ts";
import { newFolder, type S3Manifest } from "./s3_manifest.ts";
import { sweepS3, type Swept } from "./s3_sweep.ts";

/** Where artifacts are kept, and how they get there. */
export interface S3StoreOptions extends S3ConnectionOptions {
  /** Made when something is first stored, if it is missing. Others in it only make lists slower. */
  readonly bucket: string;
  /** Begins the names of all objects; a key of its own, without a last `/`. @default {""} */
  readonly prefix?: string;
  /** How many transfers there are at the same time, of 5 MiB each. @default {4} */
  readonly concurrency?: number;
  /** Told how far an artifact has come. */
  readonly onProgress?: (progress: S3Progress) => void;
}

/** How far an artifact has come. */
export interface S3Progress {
  /** The artifact's. */
  readonly uri: string;
  /** `up`: it is being stored. `down`: it is being read. */
  readonly direction: "up" | "down";
  /** Bytes that have arrived. */
  readonly done: number;
  /** Bytes in all. */
  readonly total: number;
}

/** An artifact store that can be swept. */
export interface S3Store extends ArtifactStore {
  /**
   * Removes what was left of uploads that never ended.
   * @param options.olderThanMs younger files may be those of an upload that is still going on
   * @default options.olderThanMs 604_800_000
   */
  sweep(
    options?: { readonly olderThanMs?: number; readonly signal?: AbortSignal },
  ): Promise<Swept>;
}

interface Waiting {
  readonly signal?: AbortSignal;
}

const LISTED_AT_ONCE = 16;
const SWEEP_OLDER_MS = 7 * 24 * 3_600_000; // an upload that takes longer is hard to imagine

/**
 * Keeps artifacts in a bucket. Its methods throw an {@linkcode UnavailableError} when the server
 * can't be used for now, after trying for two minutes, and a {@linkcode UsageError}, at once,
 * when keys, rights or other settings are wrong.
 *
 * ```ts
 * import { localHost, s3Store } from "@fourdotinfinity/digits-recognizer";
 *
 * const store = s3Store({
 *   endpoint: "http://127.0.0.1:9000",
 *   accessKey: "…",
 *   secretKey: "…",
 *   bucket: "digits-recognizer",
 *   host: localHost({ cacheFolder: "" }),
 * });
 * console.assert(store.uri("greetings/hello") === "s3://digits-recognizer/greetings/hello");
 * ```
 *
 * @throws {UsageError} when the endpoint or the bucket's name can't be used.
 */
export function s3Store(options: S3StoreOptions): S3Store {
  return new BucketStore(options);
}

class BucketStore implements S3Store {
  readonly #options: S3StoreOptions;
  readonly #bucket: S3Bucket;
  readonly #prefix: string;
  readonly #rootUri: string;
  readonly #concurrency: number;

  constructor(options: S3StoreOptions) {
    const { prefix = "", concurrency = 4, bucket } = options;
    this.#options = options;
    this.#bucket = new S3Bucket(new S3Connection(options), bucket);
    this.#prefix = prefix === "" ? "" : `${checkKey(prefix)}/`;
    this.#rootUri = `s3://${bucket}/${this.#prefix}`;
    this.#concurrency = concurrency;
  }

  uri(key: string): string {
    return this.#rootUri + checkKey(key);
  }

  async put(key: string, files: SourceFiles, options: Waiting = {}): Promise<ArtifactInfo> {
    const { signal } = options;
    signal?.throwIfAborted();
    const uri = this.uri(key);
    const manifest = { folder: newFolder(), files: await describeSources(files, options) };
    const info = { uri, ...digestManifest(manifest.files) };
    const artifact = this.#artifact(key);
    const asked = { verb: "store", signal } as const;
    const found = await artifact.find(asked);
    const known = await artifact.inspect(found, asked);
    if (known?.sha256 === info.sha256) return info;
    if (known !== undefined) throw anotherOne(uri);
    const onSent = this.#progress("up", info);
    await artifact.send(files, manifest, { concurrency: this.#concurrency, signal, onSent });
    await artifact.publish(manifest, found, { uri, signal });
    return info;
  }

  async get(uri: string, options: Waiting = {}): Promise<Files> {
    const { artifact, manifest } = await this.#manifestOf(uri, options);
    const onRead = this.#progress("down", { uri, ...digestManifest(manifest.files) });
    const read = new Map<string, Uint8Array>();
    const names = Object.keys(manifest.files);
    await forEachParallel(
      names,
      this.#concurrency,
      async (name, failed) => {
        const signal = AbortSignal.any([failed, ...(options.signal ? [options.signal] : [])]);
        const chunks: Uint8Array[] = [];
        for await (const chunk of this.#read(uri, { artifact, manifest, name, signal })) {
          chunks.push(chunk);
          onRead(chunk.length);
        }
        read.set(name, concatBytes(chunks));
      },
    );
    return Object.fromEntries(names.map((name) => [name, read.get(name)!]));
  }

  async open(
    uri: string,
    file: string,
    options: Waiting = {},
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const { artifact, manifest } = await this.#manifestOf(uri, options);
    if (!Object.hasOwn(manifest.files, file)) {
      throw new DataError(`Cannot read artifact ${uri} as it has no file "${file}"`);
    }
    const { signal } = options;
    return ReadableStream.from(this.#read(uri, { artifact, manifest, name: file, signal }));
  }

  async info(uri: string, options: Waiting = {}): Promise<ArtifactInfo | undefined> {
    options.signal?.throwIfAborted();
    const key = this.#keyOf(uri);
    if (key === undefined) return undefined;
    const artifact = this.#artifact(key);
    const known = await artifact.inspect(await artifact.find(options), options);
    return known && { uri, ...known };
  }

  async filesUri(uri: string, options: Waiting = {}): Promise<string> {
    const { manifest } = await this.#manifestOf(uri, options);
    return `${uri}/${manifest.folder}`;
  }

  async *list(prefix: string, options: Waiting = {}): AsyncIterable<ArtifactInfo> {
    const { signal } = options;
    const keys: string[] = [];
    for await (const { name } of this.#bucket.list(this.#prefix + prefix, { deep: true, signal })) {
      const place = placeOf(this.#prefix, name);
      if (place?.kind === "manifest" && place.key.startsWith(prefix)) keys.push(place.key);
    }
    keys.sort();
    for (let at = 0; at < keys.length; at += LISTED_AT_ONCE) {
      const some = keys.slice(at, at + LISTED_AT_ONCE);
      const infos = await Promise.all(some.map((key) => this.info(this.uri(key), options)));
      for (const info of infos) if (info !== undefined) yield info;
    }
  }

  async remove(uri: string, options: Waiting = {}): Promise<void> {
    options.signal?.throwIfAborted();
    const key = this.#keyOf(uri);
    if (key === undefined) return;
    const artifact = this.#artifact(key);
    const found = await artifact.find({ ...options, verb: "remove" });
    if (found === undefined) return;
    await artifact.hide(options);
    if (found.manifest !== undefined) await artifact.drop(found.manifest);
  }

  async sweep(
    { olderThanMs = SWEEP_OLDER_MS, signal }: {
      readonly olderThanMs?: number;
      readonly signal?: AbortSignal;
    } = {},
  ): Promise<Swept> {
    const before = this.#options.host.now() - olderThanMs;
    return await sweepS3(this.#bucket, this.#prefix, { before, signal });
  }

  #artifact(key: string): S3Artifact {
    return new S3Artifact(this.#bucket, this.#prefix, key);
  }

  #keyOf(uri: string): string | undefined {
    const key = uri.startsWith(this.#rootUri) ? uri.slice(this.#rootUri.length) : "";
    return isKey(key) ? key : undefined;
  }

  async #manifestOf(
    uri: string,
    options: Waiting,
  ): Promise<{ readonly artifact: S3Artifact; readonly manifest: S3Manifest }> {
    options.signal?.throwIfAborted();
    const key = this.#keyOf(uri);
    if (key === undefined) {
      throw new DataError(`Cannot read artifact ${uri} as it is not in ${this.#rootUri}`);
    }
    const artifact = this.#artifact(key);
    const found = await artifact.find(options);
    if (found === undefined) {
      throw new DataError(`Cannot read artifact ${uri} as there is none of that name`);
    }
    if (found.manifest === undefined) throw damaged(uri, "manifest.json");
    return { artifact, manifest: found.manifest };
  }

  async *#read(
    uri: string,
    { artifact, manifest, name, signal }: {
      readonly artifact: S3Artifact;
      readonly manifest: S3Manifest;
      readonly name: string;
      readonly signal: AbortSignal | undefined;
    },
  ): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const wrong = () => damaged(uri, name || "file");
    const chunks = artifact.read(manifest.folder, name, signal);
    try {
      yield* checkChunks(chunks, manifest.files[name]!, { wrong, signal });
    } catch (error) {
      throw hasCode(error, "NoSuchKey", "NoSuchBucket") ? wrong() : error;
    }
  }

  #progress(direction: "up" | "down", { uri, size: total }: ArtifactInfo): (bytes: number) => void {
    let done = 0;
    return (bytes) => {
      done += bytes;
      this.#options.onProgress?.({ uri, direction, done, total });
    };
  }
}

function damaged(uri: string, file: string): DataError {
  return new DataError(
    `Cannot read artifact ${uri} as its ${file} is not what was stored: ` +
      `remove what is below that and run again`,
  );
}
