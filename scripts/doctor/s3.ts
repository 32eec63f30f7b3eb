/**
 * Whether the S3 server can keep artifacts. Nothing is left there.
 *
 * @module
 */
import { messageOf, UnavailableError } from "../../lib/base/errors.ts";
import type { Host } from "../../lib/base/host.ts";
import type { S3Settings } from "../../lib/config.ts";
import { S3Bucket } from "../../lib/store/s3_bucket.ts";
import { S3Connection } from "../../lib/store/s3_connection.ts";
import { hasCode } from "../../lib/store/s3_failure.ts";
import { s3Options } from "../cli/s3_options.ts";
import { compareClocks } from "./clock.ts";
import type { Topic } from "./examine.ts";

const FIRST = new TextEncoder().encode("deno task doctor was here\n");
const SECOND = new TextEncoder().encode("and should not have been\n");

/** Everything that runs do with a bucket. Dispose of it to remove what it made. */
export class S3Examination implements AsyncDisposable {
  readonly topic: Topic;
  readonly #connection: S3Connection;
  readonly #bucket: S3Bucket;
  readonly #name: string;
  readonly #signal: AbortSignal;
  #madeBucket = false;
  #wrote = false;

  /** Asks nothing yet. */
  constructor(settings: S3Settings, { host, signal }: {
    readonly host: Host;
    readonly signal: AbortSignal;
  }) {
    this.#connection = new S3Connection({ ...s3Options(settings, host), patienceMs: 0 });
    this.#bucket = new S3Bucket(this.#connection, settings.bucket);
    this.#name = `doctor/${host.randomSeed()}.txt`;
    this.#signal = signal;
    const { url } = this.#connection.endpoint;
    this.topic = {
      topic: `S3 at ${url}, bucket ${settings.bucket}`,
      checks: [
        { what: "find the bucket", run: () => this.#find() },
        { what: "compare clocks", run: () => compareClocks(url, { host, signal }) },
        { what: "write", run: () => this.#write() },
        { what: "read it back", run: () => this.#read() },
        { what: "not overwrite it", run: () => this.#overwrite() },
        { what: "remove it", run: () => this.#remove() },
      ],
      advise: (error) => advise(error, url),
    };
  }

  async #find(): Promise<string> {
    const { name } = this.#bucket;
    try {
      await this.#connection.request(
        { verb: "list", bucket: name, signal: this.#signal },
        (client) => client.listObjectsV2Query(name, "doctor/", "", "/", 1, ""),
      );
      return "it is there";
    } catch (error) {
      if (!hasCode(error, "NoSuchBucket")) throw error;
      this.#madeBucket = true;
      return "it is not there yet: the first run makes it";
    }
  }

  async #write(): Promise<string> {
    this.#wrote = true;
    await this.#bucket.write(this.#name, FIRST, {
      conditions: { "if-none-match": "*" },
      signal: this.#signal,
    });
    return this.#name;
  }

  async #read(): Promise<string> {
    const found = await this.#bucket.find(this.#name, { signal: this.#signal });
    if (found && found.bytes.every((byte, i) => byte === FIRST[i])) return "the same bytes";
    throw new UnavailableError(
      `Cannot read ${this.#name} back as ${found ? "other bytes come" : "it is not there"}: what ` +
        "answers there does not keep what it is given",
    );
  }

  /** Two runs that store the same artifact rely on it. */
  async #overwrite(): Promise<string> {
    try {
      await this.#bucket.write(this.#name, SECOND, {
        conditions: { "if-none-match": "*" },
        signal: this.#signal,
      });
    } catch (error) {
      if (hasCode(error, "PreconditionFailed")) return "conditional writes work";
      throw error;
    }
    throw new UnavailableError(
      "Cannot rely on conditional writes (If-None-Match) as the server ignores them, so that two " +
        "runs could overwrite each other's artifacts: use a newer release of it",
    );
  }

  async #remove(): Promise<string> {
    await this.#bucket.remove(this.#name, { signal: this.#signal });
    this.#wrote = false;
    return "nothing is left";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#wrote) await this.#bucket.remove(this.#name).catch(() => {}); // told already
    if (!this.#madeBucket) return;
    const { name } = this.#bucket;
    // Not empty when a run has begun to use it in the meantime, and then it has to stay.
    await this.#connection.request(
      { verb: "remove", bucket: name },
      (client) => client.removeBucket(name),
    ).catch(() => {});
  }
}

/** The sentence says what to do; this is where people look next. */
function advise(error: unknown, url: string): string | null {
  const message = messageOf(error);
  if (/MINIO_(ACCESS|SECRET)_KEY/.test(message)) {
    return "Kubeflow's keys: kubectl get secret -n kubeflow mlpipeline-minio-artifact -o yaml, " +
      "in base64; those of deno task services: deno task services start prints them";
  }
  if (!/does not answer|is known/.test(message)) return null;
  return `Is it reachable from here? curl -i ${url} must answer. Kubeflow's own is at ` +
    "127.0.0.1:9000 while kubectl port-forward -n kubeflow svc/minio-service 9000 runs; " +
    "deno task services start --env .env starts one on this machine";
}
