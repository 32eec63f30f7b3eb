/**
 * Says in one sentence why a call to MLflow failed and what to do. Pure.
 *
 * @module
 */
import * as v from "valibot";
import type { HttpError } from "../../base/http_error.ts";
import { MlflowError } from "./mlflow_error.ts";
import type { MlflowAuth } from "./tracking_uri.ts";

/** The call that failed. */
export interface FailedCall {
  /** The server's, without credentials. */
  readonly url: string;
  /** How it was logged in. */
  readonly auth: MlflowAuth;
  /** Continues `Cannot`, and is continued by `MLflow`: `call runs/create of`. */
  readonly action: string;
}

/** MLflow's own refusals have a code; those of the server around it only a detail. */
const Refusal = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    error_code: v.optional(v.union([v.string(), v.number()])),
    message: v.optional(v.string()),
    detail: v.optional(v.string()),
  }),
);

const MAX_MESSAGE_LENGTH = 500; // room for a sentence; MLflow may add the whole request

/** The failure of a request to an MLflow server, in words for people. */
export function describeFailure(error: HttpError, call: FailedCall): MlflowError {
  const { status, retryable } = error;
  const parsed = v.safeParse(Refusal, error.body);
  const refusal = parsed.success ? parsed.output : {};
  const code = refusal.error_code?.toString();
  const message = shorten(refusal.message ?? refusal.detail ?? "");
  const reason = status === null
    ? networkAdvice(error.reason, call.url)
    : statusAdvice(status, { error, call, code, message });
  return new MlflowError(
    `Cannot ${call.action} MLflow at ${call.url}: ${reason}`,
    { code: code ?? (status === null ? "NO_ANSWER" : "NOT_MLFLOW"), status, retryable },
    { cause: error },
  );
}

/** The error for an answer that MLflow would not give, such as a page in HTML. */
export function notMlflow(url: string, action: string, answer: "page" | "text"): MlflowError {
  const got = answer === "page" ? "a web page, maybe a proxy's login:" : "not MLflow's:";
  return new MlflowError(
    `Cannot ${action} MLflow at ${url}: the answer is ${got} ` +
      "check the host, port and path of MLFLOW_TRACKING_URI",
    { code: "NOT_MLFLOW", status: 200, retryable: false },
  );
}

/** What an answer is that is not what it should be. */
export function kindOfAnswer(text: string): "page" | "text" {
  return /^\s*</.test(text) ? "page" : "text";
}

function statusAdvice(
  status: number,
  { error, call, code, message }: {
    readonly error: HttpError;
    readonly call: FailedCall;
    readonly code: string | undefined;
    readonly message: string;
  },
): string {
  const says = message === "" ? "" : ` (${message})`;
  switch (status) {
    case 401:
      return `${loginAdvice(call.auth)}${says}`;
    case 403:
      return /invalid host header/i.test(error.body)
        ? "the server does not answer to this host name: start it with --allowed-hosts, or use " +
          "another name in MLFLOW_TRACKING_URI"
        : `the login may not do this: get the permission for it, or use another login${says}`;
    case 404:
      if (code === undefined) {
        return "there is no such MLflow call there: check the host, port and path of " +
          "MLFLOW_TRACKING_URI, and the server's version";
      }
  }
  if (code !== undefined) return `${message || "it gives no reason"} (${code})`;
  if (message !== "") return message;
  if (/plain http request was sent to https port|client sent an http request/i.test(error.body)) {
    return "the server speaks TLS: write https:// in MLFLOW_TRACKING_URI";
  }
  return error.reason;
}

function loginAdvice(auth: MlflowAuth): string {
  switch (auth.kind) {
    case "none":
      return "the server wants a login: set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, " +
        "or MLFLOW_TRACKING_TOKEN";
    case "basic":
      return "the server does not accept the login: check MLFLOW_TRACKING_USERNAME and " +
        "MLFLOW_TRACKING_PASSWORD";
    case "bearer":
      return "the server does not accept the token, which may have expired: renew " +
        "MLFLOW_TRACKING_TOKEN";
  }
}

/** Why there is no answer, from what Deno's TLS, DNS and TCP say. */
function networkAdvice(reason: string, url: string): string {
  const { hostname } = new URL(url);
  if (/dns error|failed to lookup/i.test(reason)) {
    return `there is no host ${hostname}: check MLFLOW_TRACKING_URI and the network`;
  }
  if (/refused/i.test(reason)) {
    return "nothing listens there: start the server, or check MLFLOW_TRACKING_URI";
  }
  if (/corrupt message|InvalidContentType/.test(reason)) {
    return "the server does not speak TLS: write http:// in MLFLOW_TRACKING_URI";
  }
  if (/invalid HTTP version/i.test(reason)) {
    return "the server does not speak plain HTTP: write https:// in MLFLOW_TRACKING_URI";
  }
  if (/invalid peer certificate/i.test(reason)) {
    const why = /invalid peer certificate: (\S+)/i.exec(reason)?.[1] ?? "no reason given";
    return `its certificate is not accepted (${why}): check the host name, or name its ` +
      "authority's file in DENO_CERT";
  }
  return reason;
}

/** The beginning of a message, in one line. */
function shorten(message: string): string {
  const line = message.replaceAll(/\s+/g, " ").trim();
  return line.length > MAX_MESSAGE_LENGTH ? `${line.slice(0, MAX_MESSAGE_LENGTH)}…` : line;
}
