/**
 * One S3 server, asked with patience.
 *
 * @module
 */
import type { Client } from "minio";
import { UsageError } from "../base/errors.ts";
import { HttpError } from "../base/http_error.ts";
import { failureOf, type HttpHost } from "../base/open_http.ts";
import { parseS3Endpoint, type S3Endpoint } from "./s3_endpoint.ts";
import { S3Failure } from "./s3_failure.ts";
import { S3Patience } from "./s3_patience.ts";
import { briefReason, s3Error } from "./s3_reason.ts";
import { s3Transport } from "./s3_transport.ts";

/** How to reach an S3 server. */
export interface S3ConnectionOptions {
  /** As {@linkcode parseS3Endpoint} reads it. */
  readonly endpoint: string;
  /** Of somebody who may read, write, remove and list what is in the buckets. */
  readonly accessKey: string;
  /** Never shown. */
  readonly secretKey: string;
  /** Of temporary keys. Never shown. */
  readonly sessionToken?: string;
  /** Learned from the server when it is not given. */
  readonly region?: string;
  /** Whether the bucket is in a request's path and not in its host name. @default {true} */
  readonly pathStyle?: boolean;
  /** The machine to ask from. */
  readonly host: HttpHost;
  /** Is told in a sentence, once, when the server has to be waited for. */
  readonly notice?: (sentence: string) => void;
  /**
   * How long a request is tried again while the server is away or overloaded.
   * @default {120_000}
   */
  readonly patienceMs?: number;
}

/** What one request is for. */
export interface S3Request {
  /** For errors. */
  readonly verb: "store" | "read" | "list" | "remove";
  readonly bucket: string;
  readonly signal?: AbortSignal | undefined;
  /** Whether the bucket is made when it is missing. @default {false} */
  readonly makesBucket?: boolean;
  /** Whether a single attempt has to do. @default {false} */
  readonly once?: boolean;
}

/** Codes that a caller has to expect, and knows what to make of. */
const ANSWERS = ["InvalidRange", "NoSuchKey", "NoSuchBucket", "PreconditionFailed"];

/** Sends requests to one server, whatever the bucket. */
export class S3Connection {
  /** Where the server is. */
  readonly endpoint: S3Endpoint;
  readonly #options: S3ConnectionOptions;
  #region: string;
  #told = false;

  /** @throws {UsageError} when the endpoint is none, or a key is empty. */
  constructor(options: S3ConnectionOptions) {
    this.endpoint = parseS3Endpoint(options.endpoint);
    if (options.accessKey === "" || options.secretKey === "") {
      throw new UsageError(
        `Cannot use S3 at ${this.endpoint.url} without keys: set MINIO_ACCESS_KEY and ` +
          `MINIO_SECRET_KEY`,
      );
    }
    this.#options = options;
    this.#region = options.region ?? "us-east-1"; // minio-js would ask, which takes one more right
  }

  /**
   * Does work whose requests are each sent once. It is done again where the server is away or
   * overloaded until patience is over, and where the right region or the bucket was all that
   * it lacked.
   *
   * @throws {S3Failure} for the answers that a caller has to expect.
   * @throws {UsageError | UnavailableError} for all others, with what to do.
   */
  async request<T>(request: S3Request, work: (client: Client) => Promise<T>): Promise<T> {
    const { signal } = request;
    const patience = this.patience(request);
    let mayMakeBucket = request.makesBucket ?? false;
    for (let failed = false;;) {
      signal?.throwIfAborted();
      const region = this.#region;
      try {
        const result = await work(await this.#client(signal));
        if (failed) this.#told = false;
        return result;
      } catch (error) {
        signal?.throwIfAborted();
        const failure = this.failureOf(error);
        if (this.#learnRegion(failure, region)) continue;
        if (mayMakeBucket && failure.code === "NoSuchBucket") {
          mayMakeBucket = false;
          await this.#makeBucket(request);
          continue;
        }
        const isMissing = request.makesBucket && failure.code === "NoSuchBucket";
        if (ANSWERS.includes(failure.code) && !isMissing) throw failure;
        failed = true;
        await patience.wait(failure);
      }
    }
  }

  /** The patience for a request, to be used where {@linkcode S3Connection.request} can't see the failure. */
  patience(request: S3Request): S3Patience {
    const { host, patienceMs = 120_000 } = this.#options;
    return new S3Patience({
      host,
      patienceMs: request.once ? 0 : patienceMs,
      signal: request.signal,
      tell: (failure) => this.#tell(failure),
      explain: (failure) => s3Error(failure, { ...request, endpoint: this.endpoint }),
    });
  }

  /** @throws the error itself, when no server made it. */
  failureOf(error: unknown): S3Failure {
    if (error instanceof S3Failure) return error;
    if (error instanceof HttpError) return new S3Failure(error);
    const fail = failureOf(this.endpoint.url);
    const name = error instanceof Error ? error.name : "";
    // What completes an upload may be answered with 200 and then with an error.
    if (name === "S3Error") {
      return new S3Failure(fail("it could not finish", { status: 500, retryable: true }));
    }
    if (name === "InvalidXMLError") {
      return new S3Failure(fail("it does not answer as S3 does", { status: 200 }));
    }
    throw error;
  }

  /** A client costs next to nothing; minio-js takes a while to load, so it is when it is needed. */
  async #client(signal: AbortSignal | undefined): Promise<Client> {
    const { Client } = await import("minio");
    const { accessKey, secretKey, sessionToken, pathStyle = true, host } = this.#options;
    return new Client({
      endPoint: this.endpoint.host,
      port: this.endpoint.port,
      useSSL: this.endpoint.secure,
      accessKey,
      secretKey,
      ...(sessionToken !== undefined && { sessionToken }),
      region: this.#region,
      pathStyle,
      transport: s3Transport({ host, signal }),
      retryOptions: { disableRetry: true },
    });
  }

  #learnRegion({ region }: S3Failure, used: string): boolean {
    if (this.#options.region !== undefined || region === undefined || region === used) return false;
    this.#region = region;
    return true;
  }

  async #makeBucket({ bucket, verb, signal }: S3Request): Promise<void> {
    await this.request({ bucket, verb, signal }, async (client) => {
      try {
        await client.makeBucket(bucket, this.#region);
      } catch (error) {
        const failure = this.failureOf(error);
        // Another run was faster; if it is somebody else's, the next request says so.
        if (/^BucketAlready(OwnedByYou|Exists)$/.test(failure.code)) return;
        if (failure.code !== "AccessDenied") throw failure;
        throw new UsageError(
          `Cannot ${verb} artifacts in s3://${bucket} at ${this.endpoint.url} as there is no ` +
            `such bucket, and the access key may not make it: make it, or check MINIO_BUCKET`,
        );
      }
    });
  }

  #tell(failure: S3Failure): void {
    if (this.#told) return;
    this.#told = true;
    const seconds = Math.round((this.#options.patienceMs ?? 120_000) / 1000);
    this.#options.notice?.(
      `S3 at ${this.endpoint.url} can't be used for now (${briefReason(failure)}): ` +
        `trying again for up to ${seconds} s`,
    );
  }
}
