/** HTTP servers on 127.0.0.1 that behave, or misbehave, as a test wants. */
import http from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
}

export interface TestServer extends AsyncDisposable {
  /** Ends with `/`. */
  readonly url: string;
  /** Every request so far. */
  readonly asked: readonly Asked[];
}

export type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void;

export async function testServer(answer: Answer): Promise<TestServer> {
  const asked: Asked[] = [];
  const server = http.createServer((request, response) => {
    asked.push({ method: request.method!, path: request.url!, headers: request.headers });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers as a static file server does, with strong ETags and ranges. */
export function serveFiles(files: Readonly<Record<string, Uint8Array>>, tag = '"v1"'): Answer {
  return (request, response) => {
    const bytes = files[request.url!.slice(1)];
    if (bytes === undefined) return answerWith(404, "no such file")(request, response);
    const start = rangeStart(request, tag);
    if (start === undefined) {
      response.writeHead(200, { "content-length": bytes.length, etag: tag });
      response.end(bytes);
    } else if (start >= bytes.length) {
      response.writeHead(416, { "content-range": `bytes */${bytes.length}` });
      response.end();
    } else {
      response.writeHead(206, {
        "content-length": bytes.length - start,
        "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}`,
        etag: tag,
      });
      response.end(bytes.subarray(start));
    }
  };
}

/** Promises all the bytes, sends some, and drops the connection. */
export function cutAfter(sent: number, bytes: Uint8Array, headers: http.OutgoingHttpHeaders = {}) {
  return (_request: http.IncomingMessage, response: http.ServerResponse) => {
    response.writeHead(200, { "content-length": bytes.length, etag: '"v1"', ...headers });
    response.write(bytes.subarray(0, sent), () => response.socket!.end());
  };
}

/** A short answer. */
export function answerWith(
  status: number,
  body: string | Uint8Array = "",
  headers: http.OutgoingHttpHeaders = {},
): Answer {
  return (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

/** Answers the first request with the first, and so on; the last answers all others. */
export function inTurn(...answers: readonly Answer[]): Answer {
  let count = 0;
  return (request, response) => answers[Math.min(count++, answers.length - 1)]!(request, response);
}

function rangeStart(request: http.IncomingMessage, tag: string): number | undefined {
  const asked = request.headers["if-range"] ?? tag;
  const start = request.headers.range?.match(/^bytes=(\d+)-$/)?.[1];
  return start === undefined || asked !== tag ? undefined : Number(start);
}
