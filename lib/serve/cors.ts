/**
 * Pages of other origins, let in.
 *
 * @module
 */
import type { Handler } from "./handler.ts";

const METHODS = "GET, HEAD, POST";
const HEADERS = "authorization, content-type, inference-header-content-length, x-request-id";
const EXPOSED = "inference-header-content-length, retry-after, x-request-id";
const PREFLIGHT_SECONDS = 7200; // What browsers allow at most.

/** Lets scripts of one origin, such as `https://example.org`, ask and read; `*` is every origin. */
export function withCors(handler: Handler, origin: string): Handler {
  return async (request) => {
    const given = request.headers.get("origin");
    if (given === null) return await handler(request);
    const allowed = origin === "*" || given === origin;
    const preflight = request.method === "OPTIONS" &&
      request.headers.has("access-control-request-method");
    const response = preflight && allowed
      ? new Response(null, { status: 204 })
      : await handler(request);
    const headers = new Headers(response.headers);
    headers.append("vary", "origin");
    if (allowed) {
      headers.set("access-control-allow-origin", origin);
      headers.set("access-control-expose-headers", EXPOSED);
    }
    if (allowed && preflight) {
      headers.set("access-control-allow-methods", METHODS);
      headers.set("access-control-allow-headers", HEADERS);
      headers.set("access-control-max-age", String(PREFLIGHT_SECONDS));
    }
    const { status, statusText } = response;
    return new Response(response.body, { status, statusText, headers });
  };
}
