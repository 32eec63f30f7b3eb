/**
 * A Kubernetes API server for tests, over TLS: server-side apply with field managers, conflicts and
 * generations, strict validation, rights, webhooks, logs. What a controller does is given: it looks
 * at an object each time somebody does, so that nothing waits.
 */
import https from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { applyObject, type Json, type Stored } from "./server_side_apply.ts";
import { type Authority, certificateAuthority, type Signed } from "./test_certificates.ts";

/** What an API server says instead of doing what it was asked. */
export interface Refusal {
  readonly code: number;
  readonly reason?: string;
  readonly message: string;
  readonly details?: Json;
}

/** What KServe does with a service: its status, and its pods. */
export interface Reconciled {
  readonly status: Json | undefined;
  readonly pods?: readonly Json[];
}

export interface TestClusterOptions {
  /** Looks at a service for the n-th time since its specification changed, from 1 on. */
  readonly reconcile?: (service: Json, looks: number, generation: number) => Reconciled;
  /** Denies or lets pass; `object` is what is applied. */
  readonly refuse?: (request: { method: string; path: string; object: Json | undefined }) =>
    | Refusal
    | undefined;
  /** What a mutating webhook fills in. */
  readonly mutate?: (object: Json) => void;
  /** Bearer tokens that are known. @default ["token"] */
  readonly tokens?: readonly string[];
  /** Rights, such as `patch inferenceservices`, that the account does not have. */
  readonly forbidden?: readonly string[];
  /** @default {true} */
  readonly kserve?: boolean;
  /** How often an object that was deleted is still seen. @default {0} */
  readonly lingering?: number;
  /** Container logs. */
  readonly log?: string;
}

export interface TestCluster extends AsyncDisposable {
  readonly url: string;
  readonly authority: Authority;
  /** Requests so far, such as `PATCH /apis/…`. */
  readonly asked: string[];
  /** Who asked last: a token, or a client certificate's name. */
  readonly user: () => string;
  /** Objects by path. */
  readonly objects: Map<string, Stored>;
  readonly options: { -readonly [K in keyof TestClusterOptions]: TestClusterOptions[K] };
  /** The path of a kubeconfig file. */
  kubeconfig(login?: Json, cluster?: Json): Promise<string>;
  /** The service's specification as it is now. */
  spec(name: string): Json | undefined;
}

const KNOWN: ReadonlySet<string> = new Set(
  ("predictor canary trafficPercent name labels annotations serviceAccountName minReplicas " +
    "maxReplicas scaleMetric scaleTarget canaryTrafficPercent model modelFormat version runtime " +
    "protocolVersion storageUri image imagePullPolicy resources requests limits cpu memory")
    .split(" "),
);

export async function testCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const folder = await Deno.makeTempDir({ prefix: "digits-cluster-" });
  const authority = certificateAuthority();
  const state = { user: "", version: 100 };
  const asked: string[] = [];
  const objects = new Map<string, Stored>();
  const settings = { ...options };
  const server = https.createServer(
    {
      ...pair(authority.server()),
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      answer(request, response).catch((error) => {
        response.writeHead(500).end(String(error));
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET" } = request;
    const { pathname: path, searchParams: query } = new URL(request.url!, url);
    const text = (await Array.fromAsync(request)).join("");
    asked.push(`${method} ${request.url}`);
    const object = text === "" ? undefined : JSON.parse(text) as Json;
    const result = act({ request, method, path, query, object });
    const isText = typeof result.body === "string";
    response.writeHead(result.code, { "content-type": isText ? "text/plain" : "application/json" });
    response.end(isText ? result.body : JSON.stringify(result.body));
  }

  interface Act {
    readonly request: IncomingMessage;
    readonly method: string;
    readonly path: string;
    readonly query: URLSearchParams;
    readonly object: Json | undefined;
  }

  function act({ request, method, path, query, object }: Act): { code: number; body: unknown } {
    const user = userOf(request, settings.tokens ?? ["token"]);
    if (user === undefined) {
      return status({ code: 401, reason: "Unauthorized", message: "Unauthorized" });
    }
    state.user = user;
    if (path === "/version") return { code: 200, body: { gitVersion: "v1.35.0" } };
    if (path === "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews") {
      const { verb, resource, subresource } = (object as unknown as Review).spec.resourceAttributes;
      const right = `${verb} ${resource}${subresource ? `/${subresource}` : ""}`;
      const allowed = !(settings.forbidden ?? []).includes(right);
      return { code: 201, body: { ...object, status: { allowed } } };
    }
    if (path.startsWith("/apis/serving.kserve.io") && settings.kserve === false) {
      return { code: 404, body: "404 page not found\n" };
    }
    if (path === "/apis/serving.kserve.io") {
      const versions = ["v1beta1", "v1alpha1"].map((version) => ({
        groupVersion: `serving.kserve.io/${version}`,
        version,
      }));
      return { code: 200, body: { kind: "APIGroup", name: "serving.kserve.io", versions } };
    }
    const refusal = settings.refuse?.({ method, path, object });
    if (refusal) return status(refusal);
    const place = /\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?(?:\/(log))?$/.exec(path);
    if (!place) return { code: 404, body: "404 page not found\n" };
    const [, namespace, resource, name, log] = place as unknown as string[];
    const verb = log
      ? "get"
      : method === "GET"
      ? name ? "get" : "list"
      : { PATCH: "patch", DELETE: "delete" }[method]!;
    const what = log ? "pods/log" : resource!;
    if (settings.forbidden?.includes(`${verb} ${what}`)) {
      return status({
        code: 403,
        reason: "Forbidden",
        message:
          `${what} is forbidden: User "system:serviceaccount:${namespace}:pipeline-runner" ` +
          `cannot ${verb} resource "${what}" in API group "" in the namespace "${namespace}"`,
        details: { name: name ?? "", kind: resource! },
      });
    }
    if (log) return { code: 200, body: settings.log ?? "" };
    if (name === undefined) {
      if (resource === "pods") return { code: 200, body: list(podsOf(query.get("labelSelector"))) };
      const items = [...objects].filter(([key]) => key.startsWith(`${path}/`));
      return { code: 200, body: list(items.map(([, { object }]) => look(object))) };
    }
    const stored = objects.get(path);
    const kind = resource!;
    if (method === "PATCH") return patch(path, query, object!);
    if (!stored) return notFound(kind, name);
    const { metadata } = stored.object as { metadata: Json };
    if (method === "DELETE") {
      metadata.deletionTimestamp = "2026-11-24T00:00:00Z";
      stored.lingers = settings.lingering ?? 0;
    }
    if (stored.lingers !== undefined && stored.lingers-- <= 0) objects.delete(path);
    return { code: 200, body: look(stored.object) };
  }

  function patch(path: string, query: URLSearchParams, object: Json) {
    const unknown = query.get("fieldValidation") === "Strict" &&
      unknownField(object.spec as Json | undefined, "spec");
    if (unknown) {
      return status({
        code: 400,
        reason: "BadRequest",
        message: `failed to create typed patch object: .${unknown}: field not declared in schema`,
      });
    }
    const before = objects.get(path);
    const applied = applyObject(before, object, {
      manager: query.get("fieldManager")!,
      force: query.get("force") === "true",
      mutate: settings.mutate ?? (() => {}),
      nextVersion: () => String(++state.version),
    });
    if ("conflicts" in applied) {
      const causes = applied.conflicts.map(({ field, manager }) => ({
        reason: "FieldManagerConflict",
        message: `conflict with "${manager}" using serving.kserve.io/v1beta1`,
        field: field.replaceAll(" → ", "."),
      }));
      return status({
        code: 409,
        reason: "Conflict",
        message: `Apply failed with ${causes.length} conflicts`,
        details: { causes },
      });
    }
    if (query.get("dryRun") !== "All") objects.set(path, applied.stored);
    return { code: before ? 200 : 201, body: applied.stored.object };
  }

  /** What KServe makes of a service, seen once more. */
  function look(object: Json): Json {
    if (object.kind !== "InferenceService" || !settings.reconcile) return object;
    const entry = [...objects.values()].find((stored) => stored.object === object);
    if (entry === undefined) return object;
    entry.looks++;
    const { generation } = object.metadata as { generation: number };
    const { status, pods = [] } = settings.reconcile(object, entry.looks, generation);
    if (status !== undefined) object.status = status;
    entry.pods = pods;
    return object;
  }

  function podsOf(selector: string | null): readonly Json[] {
    const name = /inferenceservice=([^,]+)/.exec(selector ?? "")?.[1];
    return [...objects.values()].flatMap(({ object, pods }) =>
      (object.metadata as { name: string }).name === name ? pods : []
    );
  }

  return {
    url,
    authority,
    asked,
    user: () => state.user,
    objects,
    options: settings,
    async kubeconfig(login = { token: "token" }, cluster = {}) {
      const path = `${folder}/config-${crypto.randomUUID()}`;
      const ca = new TextEncoder().encode(authority.cert).toBase64();
      await Deno.writeTextFile(
        path,
        JSON.stringify({
          "current-context": "test",
          clusters: [{
            name: "c",
            cluster: { server: url, "certificate-authority-data": ca, ...cluster },
          }],
          users: [{ name: "u", user: login }],
          contexts: [{ name: "test", context: { cluster: "c", user: "u", namespace: "team-a" } }],
        }),
      );
      return path;
    },
    spec(name) {
      const path = `/apis/serving.kserve.io/v1beta1/namespaces/team-a/inferenceservices/${name}`;
      return objects.get(path)?.object.spec as Json | undefined;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Deno.remove(folder, { recursive: true });
    },
  };
}

interface Review {
  readonly spec: {
    readonly resourceAttributes: {
      readonly verb: string;
      readonly resource: string;
      readonly subresource?: string;
    };
  };
}

function userOf(request: IncomingMessage, tokens: readonly string[]): string | undefined {
  const certificate = (request.socket as TLSSocket).getPeerCertificate?.();
  const common = certificate?.subject?.CN;
  if (typeof common === "string") return common;
  const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? "")?.[1];
  return token !== undefined && tokens.includes(token) ? token : undefined;
}

function unknownField(value: unknown, path: string): string | undefined {
  if (typeof value !== "object" || value === null || /\.(labels|annotations)$/.test(path)) {
    return undefined;
  }
  for (const [key, inner] of Object.entries(value)) {
    const here = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`;
    if (!Array.isArray(value) && !KNOWN.has(key)) return here;
    const deeper = unknownField(inner, here);
    if (deeper) return deeper;
  }
  return undefined;
}

function list(items: readonly Json[]) {
  return { kind: "List", apiVersion: "v1", metadata: { resourceVersion: "1" }, items };
}

function notFound(kind: string, name: string) {
  const message = `${kind} "${name}" not found`;
  return status({ code: 404, reason: "NotFound", message, details: { name, kind } });
}

function status(refusal: Refusal): { code: number; body: Json } {
  const body = { kind: "Status", apiVersion: "v1", status: "Failure", ...refusal };
  return { code: refusal.code, body: body as unknown as Json };
}

function pair({ cert, key }: Signed): Signed {
  return { cert, key };
}
