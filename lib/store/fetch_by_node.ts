/**
 * Requests with large bodies, in little memory.
 *
 * @module
 */
import { type IncomingMessage, request, type RequestOptions } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Host } from "../base/host.ts";

const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/**
 * What to send a large body with. The web's `fetch` copies it twice and leaves the copies to the
 * garbage collector, which takes 60 MB more when parts of 5 MiB are sent. Node's `http` does not.
 * But it knows nothing of proxies, and over TLS it waits for ever in Deno when a server answers
 * before it has read the body: there it is `fetch`.
 */
export function fetchForBodies(url: string, { fetch }: Pick<Host, "fetch">): Host["fetch"] {
  const mayHaveProxy = PROXIES.some((name) =>
    (Deno.env.get(name) ?? Deno.env.get(name.toLowerCase()) ?? "") !== ""
  );
  return url.startsWith("http:") && !mayHaveProxy ? fetchByNode : fetch;
}

/** As `fetch`, for whole bodies and short answers. */
async function fetchByNode(url: string | URL, options: RequestInit = {}): Promise<Response> {
  const { method = "GET", signal, body, headers } = options;
  signal?.throwIfAborted();
  const bytes = body as Uint8Array;
  try {
    const response = await send(new URL(url), bytes, {
      method,
      headers: { ...Object.fromEntries(new Headers(headers)), "content-length": bytes.length },
      ...(signal && { signal }),
    });
    const text = await buffer(response);
    return new Response(text.length > 0 ? new Uint8Array(text) : null, {
      status: response.statusCode!,
      headers: Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
      ),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw new TypeError("fetch failed", { cause: error }); // as fetch says it
  }
}

function send(url: URL, body: Uint8Array, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, options, resolve).on("error", reject).end(body);
  });
}
