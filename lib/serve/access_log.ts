/**
 * One line of JSON a request.
 *
 * @module
 */
import { isOpenPath } from "./auth.ts";
import type { Handler } from "./handler.ts";

const REQUEST_ID = "x-request-id";
const SOUND_ID = /^[\w.:/+=@-]{1,128}$/; // It goes into our answer and into somebody's log.

/** What is known of a request once it is answered. */
export interface AccessLine {
  /** When it was answered, as `2026-11-23T22:04:10.123Z`. */
  readonly time: string;
  /** `error` where the server failed, otherwise `info`. */
  readonly level: "info" | "error";
  readonly request_id: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  /** Until its answer began. */
  readonly ms: number;
}

/** What to log, and how. */
export interface AccessLogOptions {
  /** Every request, or those but health checks that the server failed to answer (status 500 and above). */
  readonly what: "errors" | "requests";
  readonly log: (line: AccessLine) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A name for a request that came without `x-request-id`. */
  readonly newId: () => string;
}

/** Logs what a handler answers, and puts the request's id into each answer that is logged. */
export function withAccessLog(
  handler: Handler,
  { what, log, now, newId }: AccessLogOptions,
): Handler {
  const least = what === "errors" ? 500 : 0;
  return async (request) => {
    const start = now();
    const response = await handler(request);
    const { status } = response;
    if (status < least) return response;
    const path = new URL(request.url).pathname;
    if (what === "errors" && isOpenPath(path)) return response; // Not ready is no failure.
    const given = request.headers.get(REQUEST_ID) ?? "";
    const id = SOUND_ID.test(given) ? given : newId();
    const end = now();
    log({
      time: new Date(end).toISOString(),
      level: status < 500 ? "info" : "error",
      request_id: id,
      method: request.method,
      path: path.slice(0, 200),
      status,
      ms: end - start,
    });
    const headers = new Headers(response.headers);
    headers.set(REQUEST_ID, id);
    return new Response(response.body, { status, statusText: response.statusText, headers });
  };
}
