/**
 * A Kubernetes cluster, as far as a deployment needs it.
 *
 * @module
 */
import { HttpError } from "../../base/http_error.ts";
import { fetchHttp } from "../../base/http.ts";
import type { HttpHost } from "../../base/open_http.ts";
import { type Asked, explain } from "./explain.ts";
import { type KubeAccess, type KubeConfigOptions, openKubeConfig } from "./kube_config.ts";
import { KubeError } from "./kube_error.ts";
import { type Kind, KINDS, type KubeObject, pathOf } from "./kube_object.ts";

/** How to reach a cluster. */
export interface ClusterOptions extends KubeConfigOptions {
  /** The machine to ask from. */
  readonly host: HttpHost;
  /**
   * Where objects are.
   * @default that of the context, or of the pod, or `default`
   */
  readonly namespace?: string;
}

/** Something that waits. */
export interface Waiting {
  /** Gives the request up, with its reason. */
  readonly signal?: AbortSignal;
}

/** Which objects of a kind. */
export interface ListOptions extends Waiting {
  /** Such as `app=mnist,version!=1`. */
  readonly labels?: string;
  /** Such as `involvedObject.name=mnist`. */
  readonly fields?: string;
}

/** How to apply an object. */
export interface ApplyOptions extends Waiting {
  /** Who owns the fields that it sets. */
  readonly manager: string;
  /**
   * Whether to take over fields that another manager has set otherwise.
   * @default {false}
   */
  readonly force?: boolean;
  /**
   * Whether the cluster only tells what it would do.
   * @default {false}
   */
  readonly dryRun?: boolean;
}

/** Which lines of a pod's log. */
export interface LogOptions extends Waiting {
  /** One of its containers. */
  readonly container: string;
  /** The last so many. @default {100} */
  readonly lines?: number;
  /** Those of the container that ran before the present one. @default {false} */
  readonly previous?: boolean;
}

/** Something that an account may be allowed to do. */
export interface Right {
  /** Such as `get` or `patch`. */
  readonly verb: string;
  /** Of the core group that is empty. */
  readonly group: string;
  /** In its plural. */
  readonly resource: string;
  /** Such as `log` of pods. */
  readonly subresource?: string;
}

/**
 * Reads the kubeconfig, or the pod's account. Asks the cluster nothing yet.
 *
 * @throws {KubeError} when there is none.
 */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const access = await openKubeConfig(options);
  return new Cluster(access, options);
}

/** Objects in one namespace of a cluster. All methods throw a {@linkcode KubeError} that says what to do. */
export class Cluster {
  /** Base URL of its API server. */
  readonly server: string;
  /** Where the objects are. */
  readonly namespace: string;
  readonly #host: HttpHost;
  readonly #fetch: HttpHost["fetch"];

  /** Asks nothing yet. */
  constructor(access: KubeAccess, { host, namespace }: Pick<ClusterOptions, "host" | "namespace">) {
    this.server = access.server;
    this.namespace = namespace ?? access.namespace ?? "default";
    this.#host = host;
    this.#fetch = access.fetch;
  }

  /** What it runs, such as `v1.35.0`. */
  async version(options: Waiting = {}): Promise<string> {
    const asked = { what: "ask the cluster for its version", namespace: null, apiVersion: "v1" };
    const answer = await this.#json<{ readonly gitVersion: string }>("/version", asked, options);
    return answer.gitVersion;
  }

  /** The versions of an API group, such as `serving.kserve.io`; empty where the cluster has no such group. */
  async groupVersions(group: string, options: Waiting = {}): Promise<readonly string[]> {
    const asked = { what: `look for ${group}`, namespace: null, apiVersion: group };
    try {
      const answer = await this.#json<
        { readonly versions: readonly { readonly groupVersion: string }[] }
      >(`/apis/${group}`, asked, options);
      return answer.versions.map(({ groupVersion }) => groupVersion);
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return [];
      throw error;
    }
  }

  /** The object; undefined where there is none of that name. */
  async get<T extends KubeObject>(
    kind: Kind,
    name: string,
    options: Waiting = {},
  ): Promise<T | undefined> {
    const path = pathOf(kind, this.namespace, name);
    try {
      return await this.#json<T>(path, this.#asked("get", kind, name), options);
    } catch (error) {
      if (error instanceof KubeError && error.failure === "missing") return undefined;
      throw error;
    }
  }

  /** All objects of a kind, as they come. */
  async list<T extends KubeObject>(
    kind: Kind,
    { labels, fields, signal }: ListOptions = {},
  ): Promise<readonly T[]> {
    const found: T[] = [];
    let next: string | undefined;
    do {
      const query = new URLSearchParams({ limit: "500" });
      if (labels !== undefined) query.set("labelSelector", labels);
      if (fields !== undefined) query.set("fieldSelector", fields);
      if (next !== undefined) query.set("continue", next);
      const page = await this.#json<{
        readonly items: readonly T[];
        readonly metadata?: { readonly continue?: string };
      }>(`${pathOf(kind, this.namespace)}?${query}`, this.#asked("list", kind), {
        ...(signal && { signal }),
      });
      found.push(...page.items);
      next = page.metadata?.continue || undefined;
    } while (next !== undefined);
    return found;
  }

  /**
   * Makes the object so, by server-side apply: what it does not mention stays, and what it once
   * mentioned and no longer does goes. The same object applied twice changes nothing. A field that
   * the cluster does not know is refused.
   */
  async apply<T extends KubeObject>(kind: Kind, object: T, options: ApplyOptions): Promise<T> {
    const { manager, force = false, dryRun = false, signal } = options;
    const query = new URLSearchParams({
      fieldManager: manager,
      fieldValidation: "Strict",
      force: String(force),
      ...(dryRun && { dryRun: "All" }),
    });
    const { name } = object.metadata;
    const asked = this.#asked("apply", kind, name);
    return await this.#json<T>(`${pathOf(kind, this.namespace, name)}?${query}`, asked, {
      method: "PATCH",
      headers: { "content-type": "application/apply-patch+yaml" }, // JSON is YAML
      body: JSON.stringify(object),
      ...(signal && { signal }),
    });
  }

  /** Removes the object, and all that its controller made for it; false where there was none. */
  async delete(kind: Kind, name: string, options: Waiting = {}): Promise<boolean> {
    const path = `${pathOf(kind, this.namespace, name)}?propagationPolicy=Background`;
    try {
      await this.#text(path, this.#asked("delete", kind, name), { ...options, method: "DELETE" });
      return true;
    } catch (error) {
      if (error instanceof KubeError && error.failure === "missing") return false;
      throw error;
    }
  }

  /** The last lines that a container wrote. */
  async logs(pod: string, options: LogOptions): Promise<string> {
    const { container, lines = 100, previous = false, signal } = options;
    const query = new URLSearchParams({
      container,
      tailLines: String(lines),
      previous: String(previous),
    });
    const path = pathOf(KINDS.pod, this.namespace, pod);
    const asked = {
      what: `read the log of ${container} in pod ${pod}`,
      namespace: this.namespace,
      apiVersion: "v1",
    };
    return await this.#text(`${path}/log?${query}`, asked, { ...(signal && { signal }) });
  }

  /** Whether the account that asks may do this here. */
  async may(right: Right, options: Waiting = {}): Promise<boolean> {
    const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    const asked = { what: "ask what the account may do", namespace: null, apiVersion: "v1" };
    const review = await this.#json<{ readonly status?: { readonly allowed?: boolean } }>(
      path,
      asked,
      {
        ...options,
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          apiVersion: "authorization.k8s.io/v1",
          kind: "SelfSubjectAccessReview",
          spec: { resourceAttributes: { namespace: this.namespace, ...right } },
        }),
      },
    );
    return review.status?.allowed === true;
  }

  #asked(verb: string, { apiVersion, kind, plural }: Kind, name?: string): Asked {
    const what = name === undefined ? plural : `${kind} ${name}`;
    return { what: `${verb} ${what} in ${this.namespace}`, namespace: this.namespace, apiVersion };
  }

  async #json<T>(path: string, asked: Asked, options: Sending): Promise<T> {
    const text = await this.#text(path, asked, options);
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw new KubeError(
        `Cannot ${asked.what} as ${this.server} does not answer with JSON: is it the API server ` +
          "of a Kubernetes cluster?",
        { failure: "other", cause },
      );
    }
  }

  async #text(path: string, asked: Asked, options: Sending): Promise<string> {
    let loginFailure: KubeError | undefined;
    const url = `${this.server}${path}`;
    const fetch: HttpHost["fetch"] = async (_bare, init) => {
      try {
        return await this.#fetch(url, init);
      } catch (error) {
        if (error instanceof KubeError) loginFailure = error;
        throw error;
      }
    };
    const { now, sleep, randomSeed } = this.#host;
    try {
      // Errors leave out whatever a query holds, but ours holds names that they must tell.
      const response = await fetchHttp(url.replace(/\?.*/, ""), {
        host: { now, sleep, randomSeed, fetch },
        attempts: ATTEMPTS, // all that we send may be sent twice
        ...options,
        headers: { accept: "application/json, */*", ...options.headers },
        mayRepeat: ({ reason }) => !/certificate|altnames/i.test(reason),
      });
      return await response.text();
    } catch (error) {
      if (error instanceof HttpError) throw loginFailure ?? explain(error, asked, this.server);
      throw error;
    }
  }
}

const ATTEMPTS = 3;

interface Sending extends Waiting {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
