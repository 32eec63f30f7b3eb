/**
 * Says in one sentence why a call to Kubeflow Pipelines failed and what to do. Pure.
 *
 * @module
 */
import * as v from "valibot";
import type { HttpError } from "../../base/http_error.ts";
import type { KubeflowAuth } from "./kubeflow_auth.ts";
import { KubeflowError } from "./kubeflow_error.ts";

/** The call that failed. */
export interface FailedCall {
  /** The server's. */
  readonly url: string;
  /** How it was logged in. */
  readonly auth: KubeflowAuth;
  /** Continues `Cannot`, and is continued by `Kubeflow Pipelines at`: `list the runs of`. */
  readonly action: string;
}

/** Calls answer with gRPC's status, uploads and logs with texts of their own. */
const Refusal = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    code: v.optional(v.number()),
    message: v.optional(v.string()),
    error_message: v.optional(v.string()),
    error_details: v.optional(v.string()),
  }),
);

/** gRPC's statuses by number. */
const GRPC_CODES: readonly string[] = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

/** What HTTP's statuses mean where no gRPC status says it better. */
const HTTP_CODES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  409: "ALREADY_EXISTS",
  500: "INTERNAL",
};

const MAX_MESSAGE_LENGTH = 500; // room for a sentence; Kubeflow may add a stack trace

/** The failure of a request to Kubeflow Pipelines, in words for people. */
export function describeFailure(error: HttpError, call: FailedCall): KubeflowError {
  const { status, retryable } = error;
  const refusal = parseRefusal(error.body);
  const known = refusal.code === undefined ? undefined : GRPC_CODES[refusal.code];
  const code = status === null
    ? "NO_ANSWER"
    : known ?? (refusal.text !== "" && HTTP_CODES[status] || "NOT_KUBEFLOW");
  const reason = status === null
    ? networkAdvice(error.reason, call.url)
    : statusAdvice(status, { error, call, code, message: firstLine(refusal.text) });
  return new KubeflowError(
    `Cannot ${call.action} Kubeflow Pipelines at ${call.url}: ${reason}`,
    { code, status, retryable },
    { cause: error },
  );
}

/** The error for an answer that Kubeflow would not give, such as a page in HTML. */
export function notKubeflow(
  { url, auth, action }: FailedCall,
  text: string,
): KubeflowError {
  const reason = /^\s*</.test(text)
    ? `the answer is a web page, maybe a login: ${loginAdvice(auth)}, or check KFP_ENDPOINT`
    : /^\s*[{[]/.test(text)
    ? "the answer breaks off: try again"
    : "the answer is not Kubeflow's: check KFP_ENDPOINT";
  return new KubeflowError(`Cannot ${action} Kubeflow Pipelines at ${url}: ${reason}`, {
    code: "NOT_KUBEFLOW",
    status: 200,
    retryable: /^\s*[{[]/.test(text), // half an answer may come whole the next time
  });
}

/** What a refusal says, whatever its format; a page of HTML says nothing. */
function parseRefusal(body: string): { readonly code?: number; readonly text: string } {
  const parsed = v.safeParse(Refusal, body);
  if (!parsed.success) return { text: /^\s*</.test(body) ? "" : cutJson(body) };
  const { code, message, error_message, error_details } = parsed.output;
  const text = message ?? error_message ?? error_details ?? "";
  return code === undefined ? { text } : { code, text };
}

/** The message of an answer in JSON that was too long to be kept whole. */
function cutJson(body: string): string {
  return /"(?:error_)?message"\s*:\s*"((?:[^"\\]|\\.)*)/.exec(body)?.[1]
    ?.replaceAll("\\n", "\n").replaceAll('\\"', '"') ?? body;
}

function statusAdvice(
  status: number,
  { error, call, code, message }: {
    readonly error: HttpError;
    readonly call: FailedCall;
    readonly code: string;
    readonly message: string;
  },
): string {
  const says = message === "" ? "" : ` (${message})`;
  if (status === 401 || code === "UNAUTHENTICATED") return `${loginAdvice(call.auth)}${says}`;
  if (status === 403 || code === "PERMISSION_DENIED") {
    return "the login may not do this: ask for the right in that namespace, or set K8S_NAMESPACE " +
      `to one of yours${says}`;
  }
  if (status < 400) {
    return `it leads to another address, as a login does: ${loginAdvice(call.auth)}, or check ` +
      "KFP_ENDPOINT (http or https?)";
  }
  if (code === "NOT_KUBEFLOW" && status === 404) {
    return "there is no such call there: check the host, port and path of KFP_ENDPOINT, and that " +
      "Kubeflow Pipelines is version 2";
  }
  if (status === 413) return "the pipeline is too large: 32 MiB are the most";
  if (/exceeded quota/i.test(message)) {
    return `the namespace's quota is used up: free some of it or ask for more${says}`;
  }
  if (/plain http request was sent to https port|client sent an http request/i.test(error.body)) {
    return "the server speaks TLS: write https:// in KFP_ENDPOINT";
  }
  if (message === "") return error.reason;
  const more = code === "INTERNAL" ? ": the log of its API server may say more" : "";
  return `${message} (${code})${more}`;
}

function loginAdvice(auth: KubeflowAuth): string {
  switch (auth.kind) {
    case "none":
      return "it wants a login: set KFP_TOKEN, or KFP_HEADERS with your session's cookie";
    case "headers":
      return "it does not accept the login, which may have expired: renew KFP_HEADERS";
    case "bearer":
      return "it does not accept the token, which may have expired: renew KFP_TOKEN";
    case "in-cluster":
      return "it does not accept the pod's token: check that its audience is pipelines.kubeflow.org";
  }
}

/** Why there is no answer, from what Deno's TLS, DNS and TCP say. */
function networkAdvice(reason: string, url: string): string {
  const { hostname } = new URL(url);
  if (/dns error|failed to lookup/i.test(reason)) {
    return `there is no host ${hostname}: check KFP_ENDPOINT and the network`;
  }
  if (/refused/i.test(reason)) {
    return "nothing listens there: start the port-forward (kubectl port-forward -n kubeflow " +
      "svc/ml-pipeline-ui 8080:80), or check KFP_ENDPOINT";
  }
  if (/corrupt message|InvalidContentType/.test(reason)) {
    return "the server does not speak TLS: write http:// in KFP_ENDPOINT";
  }
  if (/invalid HTTP version/i.test(reason)) {
    return "the server does not speak plain HTTP: write https:// in KFP_ENDPOINT";
  }
  if (/invalid peer certificate/i.test(reason)) {
    const why = /invalid peer certificate: (\S+)/i.exec(reason)?.[1] ?? "no reason given";
    return `its certificate is not accepted (${why}): check the host name, or name its ` +
      "authority's file in DENO_CERT";
  }
  return reason;
}

/** Stack traces begin on the second line. */
function firstLine(message: string): string {
  const line = message.trim().split("\n", 1)[0]!.replaceAll(/\s+/g, " ").trim();
  return line.length > MAX_MESSAGE_LENGTH ? `${line.slice(0, MAX_MESSAGE_LENGTH)}…` : line;
}
