/**
 * Answers that say what was wrong.
 *
 * @module
 */
import type { Context } from "hono";
import { RequestError } from "./request_error.ts";

const CLIENT_LEFT = 499; // As nginx has it in its logs; nobody reads the answer.

/**
 * Makes an answer of an error: what was wrong with the request, or only that the
 * server failed.
 * @param onError told of the latter.
 */
export function refusal(error: unknown, onError: (error: unknown) => void): Response {
  if (error instanceof RequestError) {
    const { message, status, headers } = error;
    return Response.json({ error: message }, { status, headers });
  }
  if (error instanceof DOMException && error.name === "AbortError") {
    return new Response(null, { status: CLIENT_LEFT });
  }
  onError(error);
  return Response.json({ error: "The server failed; its log says why" }, { status: 500 });
}

/** Refuses what is asked at a path by another method than those. */
export function refuseMethod(allow: string): (context: Context) => never {
  return ({ req }) => {
    throw new RequestError(405, `Cannot ${req.method} ${req.path}: use ${allow}`, { allow });
  };
}
