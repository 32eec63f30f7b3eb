/**
 * Says in a few words why a request failed.
 *
 * @module
 */
import { messageOf } from "./errors.ts";

/**
 * What a server answered.
 *
 * @param text how the answer's body begins; its first line is shown unless it is HTML.
 * @param retryAfterMs how long the server asks to wait, if it does.
 */
export function statusReason(
  response: Response,
  text: string,
  retryAfterMs: number | null,
): string {
  const { status, statusText } = response;
  const firstLine = text.trim().split("\n")[0]!.trim().slice(0, 200);
  const says = firstLine === "" || firstLine.startsWith("<") ? "" : `: ${firstLine}`;
  const wait = retryAfterMs === null
    ? ""
    : ` (it asks to wait ${Math.ceil(retryAfterMs / 1000)} s)`;
  return `the server answered ${status}${statusText === "" ? "" : ` ${statusText}`}${wait}${says}`;
}

/** Why there was no answer: the innermost cause, without the URL that it repeats. */
export function networkReason(error: unknown): string {
  if (error instanceof Error && error.cause instanceof Error) return networkReason(error.cause);
  const text = messageOf(error);
  return text.replace(/^error sending request .*?client error \(\w+\): /s, "")
    .replace(/\w+:\/\/\S*/g, "…");
}
