/**
 * Says in a sentence why a cluster refused, and what to do. Pure.
 *
 * @module
 */
import type { HttpError } from "../../base/http_error.ts";
import { KubeError, type KubeFailure } from "./kube_error.ts";

/** What was asked of a cluster. */
export interface Asked {
  /** For people, such as `apply InferenceService mnist in team-a`. */
  readonly what: string;
  /** Such as `team-a`; null where the request is about no namespace. */
  readonly namespace: string | null;
  /** Such as `serving.kserve.io/v1beta1`. */
  readonly apiVersion: string;
}

/** The API server's own form of an error. */
interface Status {
  readonly message: string;
  /** The kind of what is missing, in its plural; undefined when the whole path is unknown. */
  readonly kind: string | undefined;
  readonly causes: readonly { readonly field: string; readonly message: string }[];
}

/** The error that tells of a request's failure. */
export function explain(error: HttpError, asked: Asked, server: string): KubeError {
  const { status } = error;
  if (status === null) {
    return failed(asked, "unreachable", null, unreachable(error.reason, server), error);
  }
  const told = parseStatus(error.body);
  const { failure, text, managers = [] } = judge(status, told, asked);
  return new KubeError(`Cannot ${asked.what}: ${text}`, {
    failure,
    status,
    managers,
    cause: error,
  });
}

function failed(
  { what }: Asked,
  failure: KubeFailure,
  status: number | null,
  text: string,
  cause: unknown,
): KubeError {
  return new KubeError(`Cannot ${what}: ${text}`, { failure, status, cause });
}

interface Judgement {
  readonly failure: KubeFailure;
  readonly text: string;
  readonly managers?: readonly string[];
}

function judge(status: number, told: Status, asked: Asked): Judgement {
  const { message } = told;
  const denial = /admission webhook "([^"]*)" denied the request:?\s*(.*)/s.exec(message);
  if (denial) {
    const text = `the cluster denies it: ${oneLine(denial[2]!)} (admission webhook ${denial[1]})`;
    return { failure: "denied", text };
  }
  const silent = /failed calling webhook "([^"]*)"/.exec(message);
  if (silent) {
    const text = `its admission webhook ${silent[1]} does not answer: is the controller behind ` +
      "it running (kubectl get pods -n kserve)?";
    return { failure: "unreachable", text };
  }
  if (/exceeded quota/.test(message)) {
    const text =
      `the namespace's quota is used up (${quotaOf(message)}): ask for less, free some, ` +
      "or have the quota raised";
    return { failure: "quota", text };
  }
  if (/field not declared in schema|strict decoding error/.test(message)) {
    const text = `the cluster does not know all its fields, as a newer release would: ${
      oneLine(message)
    }`;
    return { failure: "invalid", text }; // some releases answer 500
  }
  switch (status) {
    case 401:
      return {
        failure: "unauthorized",
        text: "the cluster does not know who asks, or the login has expired (401): log in " +
          "again, until kubectl get pods works; in a pod, see that its service account's token " +
          "is mounted",
      };
    case 403:
      return { failure: "forbidden", text: forbidden(message, asked) };
    case 404:
      return missing(told, asked);
    case 409:
      return conflict(told);
    case 400:
    case 422:
      return { failure: "invalid", text: `the cluster finds it invalid: ${detailOf(told)}` };
    default:
      return { failure: "other", text: `the cluster answered ${status}: ${oneLine(message)}` };
  }
}

function forbidden(message: string, { namespace }: Asked): string {
  const who = /User "([^"]*)"/.exec(message)?.[1];
  const may = /cannot (\w+) resource "([^"]*)"/.exec(message);
  const where = namespace === null ? "" : ` in the namespace ${namespace}`;
  const right = may ? `may not ${may[1]} ${may[2]}${where}` : `may not do that${where}`;
  return `${who ?? "this account"} ${right}: have an administrator apply the Role and ` +
    `RoleBinding in deploy/ (kubectl apply -k deploy${
      namespace === null ? "" : ` -n ${namespace}`
    })`;
}

function missing({ kind, message }: Status, { apiVersion, namespace }: Asked): Judgement {
  if (kind === undefined) {
    const text = apiVersion.startsWith("serving.kserve.io/")
      ? `KServe is not installed in this cluster, as it does not know ${apiVersion}: install ` +
        "KServe, or choose the cluster that has it (kubectl config use-context NAME)"
      : `the cluster does not know ${apiVersion}: is it the right cluster?`;
    return { failure: "not-installed", text };
  }
  if (kind === "namespaces") {
    const text = `there is no namespace ${namespace}: create it, or set K8S_NAMESPACE`;
    return { failure: "missing", text };
  }
  return { failure: "missing", text: oneLine(message) };
}

function conflict({ message, causes }: Status): Judgement {
  if (causes.length === 0) return { failure: "conflict", text: oneLine(message) };
  const managers = causes.map((cause) => /with "([^"]*)"/.exec(cause.message)?.[1] ?? "another");
  const fields = causes.map(({ field }, i) => `${field} (${managers[i]})`).join(", ");
  const text = `others have set these fields, and it would overwrite them: ${fields}: undo ` +
    "their change, or take the fields over with force";
  return { failure: "conflict", text, managers: [...new Set(managers)] };
}

function detailOf({ message, causes }: Status): string {
  const known = causes.filter(({ field }) => field !== "");
  if (known.length === 0) return oneLine(message);
  return known.map((cause) => `${cause.field}: ${oneLine(cause.message)}`).join("; ");
}

function quotaOf(message: string): string {
  return oneLine(/exceeded quota: (.*)/s.exec(message)?.[1] ?? message);
}

function unreachable(reason: string, server: string): string {
  if (/certificate|altnames|self-signed|CERT|issuer/i.test(reason)) {
    return `the certificate of ${server} is not the one that the kubeconfig trusts (${reason}): ` +
      "fetch the kubeconfig anew, or set its certificate-authority-data";
  }
  return `the cluster at ${server} does not answer (${reason}): is it running and reachable from ` +
    "here, and is the current context the right one (kubectl config current-context)?";
}

/** Plain text where the API server answers with no Status, as for a path that it does not know. */
function parseStatus(body: string): Status {
  const parsed = parseJson(body);
  if (parsed === undefined || parsed.kind !== "Status") {
    return { message: body, kind: undefined, causes: [] };
  }
  const details = isRecord(parsed.details) ? parsed.details : {};
  const causes = Array.isArray(details.causes) ? details.causes.filter(isRecord) : [];
  return {
    message: String(parsed.message ?? parsed.reason ?? "no reason given"),
    kind: typeof details.kind === "string" ? details.kind : undefined,
    causes: causes.map(({ field = "", message = "" }) => ({
      field: String(field),
      message: String(message),
    })),
  };
}

function parseJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The first line, or the first 300 characters of it. */
function oneLine(text: string): string {
  return text.trim().split("\n")[0]!.slice(0, 300).replace(/[.\s]+$/, "") || "no reason given";
}
