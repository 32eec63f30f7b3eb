/**
 * Which cluster, and how requests to it say who asks: what `kubectl` reads, by the Kubernetes
 * project's own library. It takes half a second to load, so it is only when a cluster is used.
 *
 * @module
 */
import type { KubeConfig, RequestContext } from "@kubernetes/client-node";
import { messageOf } from "../../base/errors.ts";
import type { HttpHost } from "../../base/open_http.ts";
import { KubeError } from "./kube_error.ts";

/** Where to find the cluster. */
export interface KubeConfigOptions {
  /**
   * A kubeconfig file.
   * @default `KUBECONFIG`, then `~/.kube/config`, then the pod's own service account
   */
  readonly kubeconfig?: string;
  /**
   * One of its contexts.
   * @default its current one
   */
  readonly context?: string;
}

/** A cluster's address, and a `fetch` that its API server knows. */
export interface KubeAccess {
  /** Base URL, without a last `/`. */
  readonly server: string;
  /** What the context names; undefined where it names none. */
  readonly namespace: string | undefined;
  /** Asks the API server, over TLS and with the login as the kubeconfig has them. Bodies are text. */
  readonly fetch: HttpHost["fetch"];
}

/**
 * Reads the kubeconfig. Asks nothing yet.
 *
 * @throws {KubeError} when there is none, or it can't be read.
 */
export async function openKubeConfig(options: KubeConfigOptions = {}): Promise<KubeAccess> {
  const library = await import("@kubernetes/client-node");
  const config = new library.KubeConfig();
  load(config, options);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw unconfigured(
      `the kubeconfig has no context "${config.getCurrentContext() ?? ""}" with a cluster: ` +
        "choose one (kubectl config use-context NAME)",
    );
  }
  const http = new library.IsomorphicFetchHttpLibrary();
  return {
    server: cluster.server.replace(/\/+$/, ""),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace?.trim() || undefined,
    async fetch(url, { method = "GET", headers, body, signal } = {}) {
      const request = new library.RequestContext(String(url), method as HttpVerb);
      new Headers(headers).forEach((value, name) => request.setHeaderParam(name, value));
      if (typeof body === "string") request.setBody(body);
      else if (body) throw new TypeError("Cannot send bytes to the API server: send text");
      if (signal) request.setSignal(signal);
      await logIn(config, request);
      try {
        const answer = await http.send(request).toPromise();
        const text = await answer.body.text();
        const { httpStatusCode: status, headers } = answer;
        return new Response(status === 204 ? null : text, { status, headers: plain(headers) });
      } finally {
        await request.getDispatcher()?.close(); // it belongs to this one request
      }
    },
  };
}

type HttpVerb = ReturnType<RequestContext["getHttpMethod"]>;

function load(config: KubeConfig, { kubeconfig, context }: KubeConfigOptions): void {
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    throw unconfigured(
      `the kubeconfig can't be read (${messageOf(error)}): set KUBECONFIG to one that ` +
        "kubectl works with",
      error,
    );
  }
  if (context !== undefined) config.setCurrentContext(context);
  if (isMadeUp(config)) {
    throw unconfigured(
      "there is no kubeconfig: set KUBECONFIG to one that kubectl works with, or run in a pod " +
        "with a service account",
    );
  }
}

/** The library makes up a cluster on this machine where it finds none. */
function isMadeUp(config: KubeConfig): boolean {
  const [cluster] = config.getClusters();
  return config.getCurrentContext() === "loaded-context" && cluster?.name === "cluster" &&
    cluster.server === "http://localhost:8080";
}

/** Tokens are read, and login programs run, again whenever they expire. */
async function logIn(config: KubeConfig, request: RequestContext): Promise<void> {
  try {
    await config.applySecurityAuthentication(request);
  } catch (error) {
    const program = config.getCurrentUser()?.exec?.command;
    const by = program === undefined ? "the kubeconfig's login" : `the login program ${program}`;
    throw new KubeError(
      `Cannot log in to the cluster as ${by} fails: ${firstLine(messageOf(error))}: log in ` +
        "again, until kubectl get pods works",
      { failure: "unauthorized", cause: error },
    );
  }
}

/** The body is unpacked by now. */
function plain(headers: Readonly<Record<string, string>>): Headers {
  const kept = new Headers(headers);
  kept.delete("content-encoding");
  kept.delete("content-length");
  return kept;
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0]!.slice(0, 200);
}

function unconfigured(reason: string, cause?: unknown): KubeError {
  return new KubeError(`Cannot find a cluster as ${reason}`, { failure: "unconfigured", cause });
}
