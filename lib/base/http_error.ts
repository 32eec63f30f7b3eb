/**
 * A request that failed, told without anything secret.
 *
 * @module
 */
import { UnavailableError } from "./errors.ts";

/** What is known of a failed request. */
export interface HttpFailure {
  /** The HTTP method. */
  readonly method: string;
  /** As {@linkcode safeUrl} shows it. */
  readonly url: string;
  /** What went wrong, in a few words. */
  readonly reason: string;
  /** What the server answered; null when it gave no answer, or broke it off. */
  readonly status: number | null;
  /** How the server's answer begins; empty when there was none. */
  readonly body: string;
  /** Whether the same request may succeed a moment later. */
  readonly retryable: boolean;
  /** How long the server asks to wait; null when it does not say. */
  readonly retryAfterMs: number | null;
}

/** A request that got no answer, or not the one it wanted. */
export class HttpError extends UnavailableError {
  override name = "HttpError";
  /** The HTTP method. */
  readonly method: string;
  /** As {@linkcode safeUrl} shows it. */
  readonly url: string;
  /** What went wrong, in a few words. */
  readonly reason: string;
  /** What the server answered; null when it gave no answer, or broke it off. */
  readonly status: number | null;
  /** How the server's answer begins; empty when there was none. */
  readonly body: string;
  /** Whether the same request may succeed a moment later. */
  readonly retryable: boolean;
  /** How long the server asks to wait; null when it does not say. */
  readonly retryAfterMs: number | null;

  /** Puts what is known into one sentence. */
  constructor(failure: HttpFailure) {
    super(`Cannot ${failure.method} ${failure.url}: ${failure.reason}`);
    this.method = failure.method;
    this.url = failure.url;
    this.reason = failure.reason;
    this.status = failure.status;
    this.body = failure.body;
    this.retryable = failure.retryable;
    this.retryAfterMs = failure.retryAfterMs;
  }

  /** Whether the server says that there is no such thing. */
  get missing(): boolean {
    return this.status === 404 || this.status === 410;
  }
}

/** A URL for messages and logs: without credentials, query values and fragment. */
export function safeUrl(url: string | URL): string {
  if (!isHttpUrl(url)) {
    return String(url).replace(/[?#].*/s, "?…").replace(/[^/\s]*@/, "…@");
  }
  const { protocol, host, pathname, search } = new URL(url);
  return `${protocol}//${host}${pathname}${search === "" ? "" : "?…"}`;
}

/** Whether it is a whole http or https URL. */
export function isHttpUrl(url: string | URL): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

/** The text with everything secret in a request's URL and headers replaced by `…`. */
export function withoutSecrets(text: string, url: URL, headers: Headers): string {
  const authorization = headers.get("authorization") ?? "";
  const secrets = [
    url.password,
    ...authorization.split(" ").slice(1),
    basicPassword(authorization),
    ...(headers.get("cookie") ?? "").split(/[=;]\s*/),
  ];
  return [...secrets, ...url.searchParams.values()]
    .filter((secret) => secret.length >= 4) // a shorter one would tear holes into ordinary words
    .reduce((clean, secret) => clean.replaceAll(secret, "…"), text);
}

/** The password of a Basic login; empty when it is none. */
function basicPassword(authorization: string): string {
  const encoded = /^Basic (\S+)$/i.exec(authorization)?.[1] ?? "";
  try {
    return new TextDecoder().decode(Uint8Array.fromBase64(encoded)).replace(/^[^:]*:?/, "");
  } catch {
    return "";
  }
}
