/**
 * The part of S3 that is needed, in memory: for what real servers can't be made to do. The
 * contract also runs on real servers (tests/services).
 */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { concatBytes } from "../../lib/base/bytes.ts";
import { buffer } from "node:stream/consumers";
import { type Answer, answerWith, testServer } from "../base/test_server.ts";

interface Stored {
  readonly bytes: Uint8Array;
  readonly etag: string;
  changedAt: number;
}

export interface FakeS3 extends AsyncDisposable {
  readonly url: string;
  /** Objects by `bucket/name`. */
  readonly objects: Map<string, Stored>;
  readonly buckets: Set<string>;
  /** Unfinished uploads by their id. */
  readonly uploads: Map<string, Map<number, Uint8Array>>;
  /** `PUT bucket/name?query` and so on, so far. */
  readonly asked: string[];
  /** What to answer in place of S3, before it does anything; `undefined`: nothing. */
  before: (asked: string) => Answer | undefined;
  /** What to answer in place of S3 after it did what it was asked. */
  after: (asked: string) => Answer | undefined;
}

/** An error as S3 tells it. */
export function s3Error(status: number, code: string, more = ""): Answer {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code>` +
    `<Message>Words about ${code}</Message>${more}</Error>`;
  return answerWith(status, body, { "content-type": "application/xml", "x-amz-request-id": "1" });
}

/** Drops the connection. */
export const cut: Answer = (_request, response) => void response.socket!.destroy();

export async function fakeS3(): Promise<FakeS3> {
  const objects = new Map<string, Stored>();
  const buckets = new Set<string>();
  const uploads = new Map<string, Map<number, Uint8Array>>();
  const asked: string[] = [];
  let count = 0;

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams: query } = new URL(request.url!, "http://fake");
    const name = decodeURIComponent(pathname.slice(1));
    const bucket = name.split("/")[0]!;
    const bytes = new Uint8Array(await buffer(request));
    const what = `${request.method} ${decodeURIComponent(request.url!.slice(1))}`;
    asked.push(what);
    const hash = createHash("sha256").update(bytes).digest("hex");
    if (request.headers["x-amz-content-sha256"] !== hash) {
      return s3Error(400, "XAmzContentSHA256Mismatch");
    }
    return fake.before(what) ?? act(request, { name, bucket, query, bytes, what });
  }

  function act(
    request: IncomingMessage,
    { name, bucket, query, bytes, what }: {
      readonly name: string;
      readonly bucket: string;
      readonly query: URLSearchParams;
      readonly bytes: Uint8Array;
      readonly what: string;
    },
  ): Answer {
    const done = (normal: Answer) => fake.after(what) ?? normal;
    if (request.method === "PUT" && name === bucket) {
      if (buckets.has(bucket)) return s3Error(409, "BucketAlreadyOwnedByYou");
      buckets.add(bucket);
      return done(answerWith(200));
    }
    if (!buckets.has(bucket)) return s3Error(404, "NoSuchBucket");
    if (query.has("list-type")) return done(list(bucket, query));
    if (query.has("uploads")) return start(name, request.method!);
    const uploadId = query.get("uploadId");
    if (uploadId !== null) {
      const parts = uploads.get(uploadId);
      if (parts === undefined) return s3Error(404, "NoSuchUpload");
      if (request.method === "PUT") {
        parts.set(Number(query.get("partNumber")), bytes);
        return done(answerWith(200, "", { etag: `"${uploadId}-${query.get("partNumber")}"` }));
      }
      uploads.delete(uploadId);
      if (request.method === "DELETE") return done(answerWith(204));
      const whole = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part);
      store(name, concatBytes(whole));
      const result = `<CompleteMultipartUploadResult><ETag>"x"</ETag><Key>k</Key>` +
        `<Bucket>b</Bucket><Location>l</Location></CompleteMultipartUploadResult>`;
      return done(answerWith(200, result));
    }
    const stored = objects.get(name);
    switch (request.method) {
      case "PUT": {
        const { "if-none-match": none, "if-match": match } = request.headers;
        if (none === "*" && stored) return s3Error(412, "PreconditionFailed");
        if (match && stored?.etag !== match) {
          return stored ? s3Error(412, "PreconditionFailed") : s3Error(404, "NoSuchKey");
        }
        store(name, bytes);
        return done(answerWith(200, "", { etag: objects.get(name)!.etag }));
      }
      case "DELETE":
        objects.delete(name);
        return done(answerWith(204));
      default: {
        if (stored === undefined) return s3Error(404, "NoSuchKey");
        const from = Number(request.headers.range?.match(/^bytes=(\d+)-$/)?.[1] ?? 0);
        if (from > 0 && from >= stored.bytes.length) return s3Error(416, "InvalidRange");
        const headers = { etag: stored.etag, "content-length": stored.bytes.length - from };
        return done(answerWith(from > 0 ? 206 : 200, stored.bytes.subarray(from), headers));
      }
    }
  }

  function store(name: string, bytes: Uint8Array): void {
    objects.set(name, { bytes, etag: `"${++count}"`, changedAt: Date.now() });
  }

  function start(name: string, method: string): Answer {
    if (method === "GET") return answerWith(200, "<ListMultipartUploadsResult/>");
    const id = `upload-${++count}`; // minio-js would make a number of digits alone
    uploads.set(id, new Map());
    const result =
      `<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>${encodeURI(name)}</Key>` +
      `<UploadId>${id}</UploadId></InitiateMultipartUploadResult>`;
    return answerWith(200, result);
  }

  function list(bucket: string, query: URLSearchParams): Answer {
    const prefix = query.get("prefix") ?? "";
    const delimiter = query.get("delimiter") ?? "";
    const after = query.get("continuation-token") ?? "";
    const rows = new Map<string, string>();
    for (const [whole, { bytes, changedAt }] of objects) {
      const name = whole.slice(bucket.length + 1);
      if (!whole.startsWith(`${bucket}/${prefix}`)) continue;
      const end = delimiter === "" ? -1 : name.indexOf(delimiter, prefix.length);
      if (end !== -1) {
        const folder = name.slice(0, end + 1);
        const shown = encodeURIComponent(folder);
        rows.set(folder, `<CommonPrefixes><Prefix>${shown}</Prefix></CommonPrefixes>`);
        continue;
      }
      rows.set(
        name,
        `<Contents><Key>${encodeURIComponent(name)}</Key><Size>${bytes.length}</Size>` +
          `<LastModified>${new Date(changedAt).toISOString()}</LastModified></Contents>`,
      );
    }
    const names = [...rows.keys()].sort().filter((name) => name > after);
    const page = names.slice(0, 3); // short pages, so that there are several
    const more = names.length > page.length
      ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>`
      : "";
    const body = `<ListBucketResult><IsTruncated>${more !== ""}</IsTruncated>${more}` +
      `${page.map((name) => rows.get(name)).join("")}</ListBucketResult>`;
    return answerWith(200, body, { "content-type": "application/xml" });
  }

  const server = await testServer((request: IncomingMessage, response: ServerResponse) => {
    answer(request).then((reply) => reply(request, response), () => response.destroy());
  });
  const fake: FakeS3 = {
    url: server.url.slice(0, -1),
    objects,
    buckets,
    uploads,
    asked,
    before: () => undefined,
    after: () => undefined,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return fake;
}
