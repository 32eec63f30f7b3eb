/**
 * An MLflow server within the test: the calls that runs, models and their mirror need, answered
 * as MLflow 3 with a database answers them.
 */
import { join } from "node:path/posix";

type Json = Readonly<Record<string, unknown>>;
interface Pair {
  readonly key: string;
  readonly value: string;
}

export interface FakeMetric {
  readonly key: string;
  readonly value: number | string;
  readonly timestamp: number;
  readonly step: number;
}

export interface FakeRun {
  readonly runId: string;
  readonly experimentId: string;
  name: string;
  status: string;
  startTime: number;
  endTime: number | null;
  deleted: boolean;
  readonly params: Map<string, string>;
  readonly tags: Map<string, string>;
  readonly metrics: FakeMetric[];
  readonly datasets: { readonly dataset: Json; readonly tags: readonly Pair[] }[];
  readonly outputs: string[];
}

export interface FakeLoggedModel {
  readonly modelId: string;
  readonly experimentId: string;
  readonly name: string;
  readonly sourceRunId: string | undefined;
  status: string;
  readonly params: Map<string, string>;
  readonly tags: Map<string, string>;
}

export interface FakeVersion {
  readonly version: number;
  readonly source: string;
  readonly runId: string | undefined;
  readonly modelId: string | undefined;
  readonly tags: Map<string, string>;
  readonly time: number;
}

export interface FakeModel {
  readonly tags: Map<string, string>;
  readonly aliases: Map<string, number>;
  readonly versions: FakeVersion[];
  last: number;
}

/** What happens to a request instead of being answered. */
export type Fault =
  | "dropped before"
  | "dropped after"
  | "sent twice"
  | "html"
  | 401
  | 429
  | 500
  | 503
  | undefined;

class Refusal extends Error {
  constructor(readonly status: number, readonly code: string, message: string) {
    super(message);
  }
}

const LIMIT_MS = 15_000;

const refuse = (message: string) => new Refusal(400, "INVALID_PARAMETER_VALUE", message);
const missing = (what: string) => new Refusal(404, "RESOURCE_DOES_NOT_EXIST", `No ${what}`);
const taken = (what: string) => new Refusal(400, "RESOURCE_ALREADY_EXISTS", `${what} exists`);

export class FakeMlflow {
  url: string;
  readonly experiments = new Map<string, string>();
  readonly runs = new Map<string, FakeRun>();
  readonly files = new Map<string, Uint8Array>();
  readonly loggedModels = new Map<string, FakeLoggedModel>();
  readonly models = new Map<string, FakeModel>();
  /** Points that were sent though they were there; MLflow keeps each once. */
  repeatedPoints = 0;
  /** Answered calls, such as `POST runs/create`. */
  readonly calls: string[] = [];
  /** Where the files of runs are: behind the server, or in storage of its own. */
  artifactRoot = "mlflow-artifacts:";
  /** MLflow 2 knows no logged models. */
  version = "3.17.2";
  fault: (method: string, path: string) => Fault = () => undefined;
  #ids = 0;
  #time = 1_700_000_000_000;

  constructor(url = "http://mlflow.test") {
    this.url = url;
  }

  /**
   * A machine whose network is this server, whose clock is the test's, and on which no pause takes
   * time; a limit, which is longer than a pause, is never over.
   */
  host(now: () => number) {
    let seed = 0;
    return {
      now,
      sleep: (milliseconds: number, { signal }: { readonly signal?: AbortSignal } = {}) =>
        new Promise<void>((resolve, reject) => {
          signal?.throwIfAborted();
          signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
          if (milliseconds < LIMIT_MS) setTimeout(resolve, 0);
        }),
      randomSeed: () => seed++,
      fetch: (url: string | URL, init?: RequestInit) => this.fetch(url, init),
    };
  }

  readonly fetch = async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    const request = new Request(url, init);
    const { pathname, searchParams, origin } = new URL(request.url);
    if (origin !== this.url) throw new TypeError(`dns error: ${origin}`);
    const path = pathname.replace(/^\/api\/2\.0\/(mlflow\/)?/, "").replace(/^\//, "");
    const fault = this.fault(request.method, path);
    const bytes = new Uint8Array(await request.arrayBuffer());
    if (fault === "dropped before") throw new TypeError("connection reset before it was read");
    if (fault === "html" && request.method !== "PUT") {
      return new Response("<html>Gateway</html>", { status: 200 });
    }
    if (typeof fault === "number") return new Response("{}", { status: fault });
    if (fault === "sent twice") this.#answer(request.method, path, bytes, searchParams);
    const response = this.#answer(request.method, path, bytes, searchParams);
    if (fault === "dropped after") throw new TypeError("connection reset after it was read");
    return response;
  };

  #answer(
    method: string,
    path: string,
    bytes: Uint8Array,
    query: URLSearchParams,
  ): Response {
    this.calls.push(`${method} ${path}`);
    try {
      if (path === "version") return new Response(this.version);
      if (path === "health") return new Response("OK");
      if (path.startsWith("mlflow-artifacts/")) return this.#artifact(method, path, bytes, query);
      const text = new TextDecoder().decode(bytes);
      const body = method === "GET" ? Object.fromEntries(query) : JSON.parse(text || "{}");
      return Response.json(this.#call(method, path, body));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status, code, message } = error;
      return Response.json({ error_code: code, message }, { status });
    }
  }

  #artifact(method: string, path: string, bytes: Uint8Array, query: URLSearchParams): Response {
    const name = decodeURIComponent(path.replace(/^mlflow-artifacts\/artifacts\/?/, ""));
    if (method === "PUT") {
      if (name.includes("#")) throw refuse("Invalid path");
      const clash = [...this.files.keys()].find((other) =>
        other.startsWith(`${name}/`) || name.startsWith(`${other}/`)
      );
      if (clash !== undefined) return new Response("Internal Server Error", { status: 500 });
      this.files.set(name, bytes);
      return Response.json({});
    }
    if (name === "") {
      const folder = query.get("path") ?? "";
      const inside = new Map<string, Json>();
      for (const [file, content] of this.files) {
        if (!file.startsWith(`${folder}/`)) continue;
        const [first, ...rest] = file.slice(folder.length + 1).split("/");
        inside.set(
          first!,
          rest.length > 0
            ? { path: first, is_dir: true }
            : { path: first, is_dir: false, file_size: content.length },
        );
      }
      return Response.json({ files: [...inside.values()] });
    }
    if (method === "DELETE") {
      this.files.delete(name);
      return Response.json({});
    }
    const content = this.files.get(name);
    if (content === undefined) throw missing("such file");
    return new Response(content.slice());
  }

  // deno-lint-ignore no-explicit-any -- the shape of what a client sends is what is tested
  #call(method: string, path: string, body: any): unknown {
    if (path.startsWith("logged-models")) return this.#loggedModel(method, path, body);
    switch (`${method} ${path}`) {
      case "GET experiments/get-by-name":
      case "GET experiments/get":
        return { experiment: this.#experiment(body.experiment_name ?? body.experiment_id) };
      case "POST experiments/create": {
        if (this.experiments.has(body.name)) throw taken("Experiment");
        const id = String(this.experiments.size + 1);
        this.experiments.set(body.name, id);
        return { experiment_id: id };
      }
      case "POST experiments/search":
        return { experiments: [...this.experiments.keys()].map((name) => this.#experiment(name)) };
      case "POST runs/create": {
        const run: FakeRun = {
          runId: this.#id(),
          experimentId: body.experiment_id,
          name: body.run_name ?? "made-up",
          status: "RUNNING",
          startTime: body.start_time,
          endTime: null,
          deleted: false,
          params: new Map(),
          tags: new Map(pairs(body.tags)),
          metrics: [],
          datasets: [],
          outputs: [],
        };
        this.runs.set(run.runId, run);
        return { run: this.#showRun(run) };
      }
      case "GET runs/get":
        return { run: this.#showRun(this.#run(body.run_id)) };
      case "POST runs/update": {
        const run = this.#activeRun(body.run_id);
        run.status = body.status ?? run.status;
        run.endTime = body.end_time ?? run.endTime;
        run.name = body.run_name ?? run.name;
        return { run_info: this.#showRun(run).info };
      }
      case "POST runs/delete":
        this.#run(body.run_id).deleted = true;
        return {};
      case "POST runs/search": {
        const fits = tagFilter(body.filter);
        const runs = [...this.runs.values()].filter((run) =>
          !run.deleted && body.experiment_ids.includes(run.experimentId) && fits(run.tags)
        );
        return { runs: runs.map((run) => this.#showRun(run)) };
      }
      case "POST runs/log-batch":
        this.#logBatch(this.#activeRun(body.run_id), body);
        return {};
      case "POST runs/log-inputs": {
        const run = this.#activeRun(body.run_id);
        for (const input of body.datasets) {
          const isKnown = run.datasets.some(({ dataset }) =>
            dataset["name"] === input.dataset.name && dataset["digest"] === input.dataset.digest
          );
          if (!isKnown) run.datasets.push(input);
        }
        return {};
      }
      case "POST runs/outputs": {
        const run = this.#activeRun(body.run_id);
        for (const { model_id } of body.models) {
          if (!run.outputs.includes(model_id)) run.outputs.push(model_id);
        }
        return {};
      }
      case "GET metrics/get-history": {
        const all = this.#run(body.run_id).metrics.filter(({ key }) => key === body.metric_key);
        const from = Number(body.page_token ?? 0);
        const size = 7; // pages are small, so that they are turned
        const next = from + size < all.length ? { next_page_token: String(from + size) } : {};
        return { metrics: all.slice(from, from + size), ...next };
      }
      case "POST registered-models/create": {
        if (this.models.has(body.name)) throw taken("Registered Model");
        const tags = new Map(pairs(body.tags));
        this.models.set(body.name, { tags, aliases: new Map(), versions: [], last: 0 });
        return { registered_model: this.#showModel(body.name) };
      }
      case "GET registered-models/get":
        return { registered_model: this.#showModel(body.name) };
      case "GET registered-models/search":
        return { registered_models: [...this.models.keys()].map((name) => this.#showModel(name)) };
      case "POST registered-models/set-tag":
        this.#model(body.name).tags.set(body.key, body.value);
        return {};
      case "POST registered-models/alias": {
        const { version } = this.#version(body.name, body.version);
        if (!/^[\w-]+$/.test(body.alias)) throw refuse("Invalid alias name");
        this.#model(body.name).aliases.set(body.alias, version);
        return {};
      }
      case "GET registered-models/alias": {
        const version = this.#model(body.name).aliases.get(body.alias);
        if (version === undefined) throw refuse(`Registered model alias ${body.alias} not found.`);
        return { model_version: this.#showVersion(body.name, this.#version(body.name, version)) };
      }
      case "DELETE registered-models/alias":
        this.#model(body.name).aliases.delete(body.alias);
        return {};
      case "POST model-versions/create": {
        const model = this.#model(body.name);
        const version: FakeVersion = {
          version: ++model.last,
          source: body.source,
          runId: body.run_id,
          modelId: body.model_id,
          tags: new Map(pairs(body.tags)),
          time: this.#time++,
        };
        model.versions.push(version);
        return { model_version: this.#showVersion(body.name, version) };
      }
      case "GET model-versions/get":
        return {
          model_version: this.#showVersion(body.name, this.#version(body.name, body.version)),
        };
      case "DELETE model-versions/delete": {
        const model = this.#model(body.name);
        const version = this.#version(body.name, body.version);
        model.versions.splice(model.versions.indexOf(version), 1);
        return {};
      }
      case "GET model-versions/search": {
        const name = /name\s*=\s*'([^']*)'/.exec(body.filter)?.[1] ?? "";
        const fits = tagFilter(body.filter);
        const versions = (this.models.get(name)?.versions ?? []).filter(({ tags }) => fits(tags));
        const newestFirst = versions.toReversed();
        return { model_versions: newestFirst.map((version) => this.#showVersion(name, version)) };
      }
      case "POST model-versions/set-tag":
        this.#version(body.name, body.version).tags.set(body.key, body.value);
        return {};
      case "GET model-versions/get-download-uri": {
        const { source, modelId } = this.#version(body.name, body.version);
        const model = modelId === undefined ? undefined : this.loggedModels.get(modelId);
        return { artifact_uri: model ? this.#modelUri(model) : source };
      }
    }
    throw new Refusal(404, "ENDPOINT_NOT_FOUND", `${method} ${path}`);
  }

  // deno-lint-ignore no-explicit-any -- as above
  #loggedModel(method: string, path: string, body: any): unknown {
    if (this.version.startsWith("2.")) throw new Refusal(404, "ENDPOINT_NOT_FOUND", path);
    if (path === "logged-models/search") {
      const fits = tagFilter(body.filter);
      const models = [...this.loggedModels.values()].filter((model) =>
        body.experiment_ids.includes(model.experimentId) && fits(model.tags)
      );
      return { models: models.map((model) => this.#showLoggedModel(model)) };
    }
    if (path === "logged-models") {
      const model: FakeLoggedModel = {
        modelId: `m-${this.#id()}`,
        experimentId: body.experiment_id,
        name: body.name,
        sourceRunId: body.source_run_id,
        status: "LOGGED_MODEL_PENDING",
        params: new Map(pairs(body.params)),
        tags: new Map(pairs(body.tags)),
      };
      this.loggedModels.set(model.modelId, model);
      return { model: this.#showLoggedModel(model) };
    }
    const [, id, what] = path.split("/");
    const model = this.loggedModels.get(id!);
    if (model === undefined) throw missing("logged model");
    if (what === "tags") {
      for (const [key, value] of pairs(body.tags)) {
        model.tags.set(key, value);
      }
    } else if (method === "PATCH") model.status = body.status;
    return { model: this.#showLoggedModel(model) };
  }

  // deno-lint-ignore no-explicit-any -- as above
  #logBatch(run: FakeRun, { metrics = [], params = [], tags = [] }: any): void {
    if (metrics.length > 1000 || params.length > 100 || tags.length > 100) {
      throw refuse("A batch logging request can contain at most 1000 metrics");
    }
    const keys = [...metrics, ...params, ...tags].map(({ key }) => key);
    const bad = keys.find((key) => !/^[/\p{L}\p{N}_.\- :]{1,250}$/u.test(key) || !isPlain(key));
    if (bad !== undefined) throw refuse(`Invalid name "${bad}"`);
    for (const { key, value } of params as Pair[]) {
      const known = run.params.get(key);
      if (known !== undefined && known !== value) {
        throw refuse(`Changing param values is not allowed. Param with key='${key}'`);
      }
    }
    for (const { key, value } of params as Pair[]) run.params.set(key, value);
    for (const { key, value } of tags as Pair[]) run.tags.set(key, value);
    for (const { key, value, timestamp, step } of metrics as FakeMetric[]) {
      if (run.metrics.some((other) => isSame(other, { key, value, timestamp, step }))) {
        this.repeatedPoints++;
      } else {
        run.metrics.push({ key, value, timestamp, step });
      }
    }
  }

  #id(): string {
    return (++this.#ids).toString(16).padStart(32, "0");
  }

  #experiment(nameOrId: string): Json {
    const found = [...this.experiments].find((pair) => pair.includes(nameOrId));
    if (found === undefined) throw missing("experiment");
    return { experiment_id: found[1], name: found[0], lifecycle_stage: "active" };
  }

  #run(id: string): FakeRun {
    const run = this.runs.get(id);
    if (run === undefined) throw missing(`run ${id}`);
    return run;
  }

  #activeRun(id: string): FakeRun {
    const run = this.#run(id);
    if (run.deleted) throw refuse(`The run ${id} must be in the 'active' state.`);
    return run;
  }

  #model(name: string): FakeModel {
    const model = this.models.get(name);
    if (model === undefined) throw missing(`registered model ${name}`);
    return model;
  }

  #version(name: string, number: string | number): FakeVersion {
    const version = this.#model(name).versions.find(({ version }) => version === Number(number));
    if (version === undefined) throw missing(`version ${number}`);
    return version;
  }

  #modelUri({ experimentId, modelId }: FakeLoggedModel): string {
    return `mlflow-artifacts:/${join(experimentId, "models", modelId, "artifacts")}`;
  }

  #showRun(run: FakeRun) {
    return {
      info: {
        run_id: run.runId,
        run_name: run.name,
        experiment_id: run.experimentId,
        status: run.status,
        start_time: run.startTime,
        ...(run.endTime !== null && { end_time: run.endTime }),
        artifact_uri: `${this.artifactRoot}/${run.experimentId}/${run.runId}/artifacts`,
        lifecycle_stage: run.deleted ? "deleted" : "active",
      },
      data: {
        params: shown(run.params),
        tags: shown(run.tags),
        metrics: [...new Map(run.metrics.map((metric) => [metric.key, metric])).values()],
      },
      inputs: { dataset_inputs: run.datasets },
      outputs: { model_outputs: run.outputs.map((model_id) => ({ model_id })) },
    };
  }

  #showLoggedModel(model: FakeLoggedModel) {
    return {
      info: {
        model_id: model.modelId,
        experiment_id: model.experimentId,
        name: model.name,
        artifact_uri: this.#modelUri(model),
        status: model.status,
        source_run_id: model.sourceRunId,
        tags: shown(model.tags),
        creation_timestamp_ms: 1,
      },
      data: { params: shown(model.params) },
    };
  }

  #showModel(name: string) {
    const { tags, aliases } = this.#model(name);
    return {
      name,
      tags: shown(tags),
      aliases: [...aliases].map(([alias, version]) => ({ alias, version: String(version) })),
    };
  }

  #showVersion(name: string, { version, source, runId, modelId, tags, time }: FakeVersion) {
    return {
      name,
      version: String(version),
      source,
      run_id: runId ?? "",
      model_id: modelId,
      status: "READY",
      tags: shown(tags),
      creation_timestamp: time,
    };
  }
}

function pairs(list: readonly Pair[] = []): [string, string][] {
  return list.map(({ key, value }) => [key, value]);
}

function shown(map: ReadonlyMap<string, string>): Pair[] {
  return [...map].map(([key, value]) => ({ key, value }));
}

/** Understands what the client writes: tags.`key` = 'value'. */
function tagFilter(filter = ""): (tags: ReadonlyMap<string, string>) => boolean {
  const wanted = [...filter.matchAll(/tags\.`([^`]+)` = '([^']*)'/g)];
  return (tags) => wanted.every(([, key, value]) => tags.get(key!) === value);
}

/** As a path in a file system. */
function isPlain(key: string): boolean {
  return key.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

function isSame(a: FakeMetric, b: FakeMetric): boolean {
  return a.key === b.key && a.value === b.value && a.timestamp === b.timestamp && a.step === b.step;
}
