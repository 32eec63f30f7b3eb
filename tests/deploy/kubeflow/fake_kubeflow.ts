/** A Kubeflow Pipelines on 127.0.0.1, as strict and as odd as the real one of version 2.17. */
import { Buffer } from "node:buffer";
import type http from "node:http";
import { decodeFrame, encodeFrame } from "../../../lib/deploy/kubeflow/grpc_web.ts";
import {
  decodeMetadata,
  encodeMetadata,
  type ExecutionMessage,
  type ProtoValue,
} from "../../../lib/deploy/kubeflow/metadata_messages.ts";
import { type Answer, answerWith, testServer } from "../../base/test_server.ts";

type Json = Readonly<Record<string, unknown>>;

/** One request, as it came. */
export interface Call {
  /** Such as `POST /runs`; without the prefix of the API. */
  readonly call: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  /** The parsed body; `{}` where it is no JSON. */
  readonly body: Json;
}

/** What is answered in place of the real answer; `undefined` lets it be. */
export type Fault = (call: Call) => Answer | undefined;

/** What a run looks like when it is asked for once more; the last one stays. */
export interface Frame {
  readonly state: string;
  /** Nodes by name: their state, or that and the seconds that they took. */
  readonly nodes: Readonly<Record<string, string | readonly [string, number]>>;
  readonly error?: string;
}

/** A task in the metadata store. */
export interface FakeExecution {
  readonly task: string;
  readonly cached?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A node of the workflow. */
export interface FakeNode {
  /** Such as `root.train.executor`. */
  readonly path: string;
  readonly phase: string;
  readonly message?: string;
}

interface FakeRun {
  readonly fields: Json;
  looks: number;
  terminated: boolean;
}

export interface FakeKubeflowOptions {
  readonly fault?: Fault;
  /** Whether everything belongs to somebody. */
  readonly multiUser?: boolean;
  /** How every run goes. */
  readonly frames?: readonly Frame[];
  readonly executions?: readonly FakeExecution[];
  readonly workflow?: readonly FakeNode[];
  /** By the pod's name. */
  readonly logs?: Readonly<Record<string, string>>;
  /** Whether it is the API server alone, without pages, metadata and their way to logs. */
  readonly apiOnly?: boolean;
  /** What requests must carry. */
  readonly token?: string;
}

const API = "/apis/v2beta1";
const CREATED = "2026-11-03T12:00:00Z";
const NEVER = "1970-01-01T00:00:00Z";
const GRPC_STATUS: Readonly<Record<number, number>> = { 3: 400, 5: 404, 6: 409, 10: 409, 13: 500 };

const RUN_CONFIG = [
  "display_name",
  "description",
  "experiment_id",
  "pipeline_spec",
  "pipeline_version_reference",
  "runtime_config",
  "service_account",
];
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  "POST /experiments": ["display_name", "description", "namespace"],
  "POST /pipelines": ["display_name", "name", "description", "namespace", "tags"],
  "POST /runs": RUN_CONFIG,
  "POST /recurringruns": [
    ...RUN_CONFIG,
    "max_concurrency",
    "trigger",
    "mode",
    "no_catchup",
    "namespace",
  ],
};

/** Starts one. Whatever is created gets ids such as `run-1`. */
export class FakeKubeflow implements AsyncDisposable {
  /** Without a last `/`. */
  url = "";
  readonly calls: Call[] = [];
  readonly experiments: Json[] = [];
  readonly pipelines: Json[] = [];
  readonly versions: Json[] = [];
  readonly recurringRuns: Record<string, unknown>[] = [];
  readonly #runs = new Map<string, FakeRun>();
  readonly #options: FakeKubeflowOptions;
  readonly #stack = new AsyncDisposableStack();

  private constructor(options: FakeKubeflowOptions) {
    this.#options = options;
  }

  static async start(options: FakeKubeflowOptions = {}): Promise<FakeKubeflow> {
    const fake = new FakeKubeflow(options);
    const server = fake.#stack.use(
      await testServer((request, response) => void fake.#serve(request, response)),
    );
    fake.url = server.url.replace(/\/$/, "");
    return fake;
  }

  /** The names of the calls so far, in order. */
  get called(): readonly string[] {
    return this.calls.map(({ call }) => call);
  }

  /** Ends every run as `:terminate` does. */
  terminateAll(): void {
    for (const run of this.#runs.values()) run.terminated = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = new Uint8Array(Buffer.concat(chunks));
    const { pathname, searchParams } = new URL(request.url!, "http://localhost");
    const text = new TextDecoder().decode(bytes);
    const call: Call = {
      call: `${request.method} ${pathname.replace(API, "")}`,
      query: searchParams,
      headers: request.headers,
      text,
      body: text.startsWith("{") ? JSON.parse(text) : {},
    };
    this.calls.push(call);
    const { fault, token } = this.#options;
    const answer = fault?.(call) ??
      (token !== undefined && call.headers.authorization !== `Bearer ${token}`
        ? refusal(16, "Failed to authorize with API: Request header error: token has expired")
        : pathname.startsWith("/ml_metadata.")
        ? this.#metadata(pathname, bytes)
        : this.#answer(call));
    answer(request, response);
  }

  #answer(called: Call): Answer {
    const { call, query, body } = called;
    const known = FIELDS[call] ?? [];
    const unknown = Object.keys(body).find((name) => !known.includes(name));
    if (unknown !== undefined) {
      return refusal(3, `proto: (line 1:2): unknown field "${unknown}"`);
    }
    const namespace = query.get("namespace") ?? "";
    const [method = "", path = ""] = call.split(" ");
    const [, kind, id = "", rest] = path.split("/");
    const verb = /:(\w+)$/.exec(path)?.[1];
    switch (`${method} ${kind}`) {
      case "GET healthz":
        return json({
          commit_sha: "7b70c7b95f",
          tag_name: "2.17.0",
          multi_user: this.#options.multiUser ?? false,
        });
      case "POST experiments":
        return verb === undefined ? this.#createExperiment(body) : json({});
      case "GET experiments":
        return id === "" ? this.#list("experiments", this.experiments, called) : found(
          this.experiments.find(({ experiment_id }) => experiment_id === id),
        );
      case "POST pipelines":
        if (id === "upload") return this.#upload(called, namespace);
        if (id === "upload_version") return this.#uploadVersion(called);
        return this.#createPipeline(body);
      case "GET pipelines":
        if (id === "names") {
          return found(this.pipelines.find((pipeline) => pipeline["name"] === rest));
        }
        if (rest === "versions") {
          const own = this.versions.filter((version) => version["pipeline_id"] === id);
          return this.#list("pipeline_versions", own, called);
        }
        return id === ""
          ? this.#list("pipelines", this.pipelines, called)
          : found(this.pipelines.find(({ pipeline_id }) => pipeline_id === id));
      case "POST runs":
        return verb === undefined ? this.#createRun(body) : this.#changeRun(id, verb);
      case "GET runs": {
        if (id !== "") return this.#getRun(id);
        const experiment = query.get("experiment_id");
        const own = [...this.#runs.values()].map(({ fields }) => fields)
          .filter(({ experiment_id }) => experiment === null || experiment_id === experiment);
        return this.#list("runs", own, called);
      }
      case "POST recurringruns":
        return verb === undefined ? this.#createRecurring(body) : this.#switch(id, verb);
      case "GET recurringruns":
        return id === ""
          ? this.#list("recurringRuns", this.recurringRuns, called)
          : found(this.recurringRuns.find(({ recurring_run_id }) => recurring_run_id === id));
    }
    if (method === "DELETE") return json({});
    return this.#elsewhere(path, called);
  }

  #elsewhere(path: string, { query }: Call): Answer {
    const { logs = {}, apiOnly = false } = this.#options;
    if (/^\/apis\/v1beta1\/runs\//.test(path)) return this.#workflow();
    const inApi = /^\/apis\/v1alpha1\/runs\/[^/]+\/nodes\/([^/]+)\/log$/.exec(path)?.[1];
    if (inApi !== undefined && apiOnly) {
      return answerWith(200, logs[inApi] ?? '{"error_message":"pod not found"}');
    }
    if (path === "/k8s/pod/logs" && !apiOnly) {
      const log = logs[query.get("podname") ?? ""];
      return log === undefined ? answerWith(404, "pod not found") : answerWith(200, log);
    }
    return apiOnly
      ? answerWith(404, "404 page not found\n")
      : answerWith(200, "<!doctype html><title>Kubeflow Pipelines</title>");
  }

  #createExperiment(body: Json): Answer {
    const { multiUser = false } = this.#options;
    if (multiUser && !body["namespace"]) {
      return refusal(3, "Failed to create a experiment: Invalid input error: Namespace is empty");
    }
    if (this.experiments.some(({ display_name }) => display_name === body["display_name"])) {
      return refusal(6, "Failed to create a experiment: Already exist error: it exists");
    }
    const experiment = {
      experiment_id: `experiment-${this.experiments.length + 1}`,
      created_at: CREATED,
      storage_state: "AVAILABLE",
      ...body,
    };
    this.experiments.push(experiment);
    return json(experiment);
  }

  #createPipeline(body: Json): Answer {
    if (this.pipelines.some(({ name }) => name === body["display_name"])) {
      return refusal(6, "Already exist error: The name exists");
    }
    const pipeline = {
      pipeline_id: `pipeline-${this.pipelines.length + 1}`,
      name: body["display_name"],
      created_at: CREATED,
      ...body,
    };
    this.pipelines.push(pipeline);
    return json(pipeline);
  }

  #upload(called: Call, namespace: string): Answer {
    const name = called.query.get("name");
    const problem = formProblem(called);
    if (problem !== undefined) return problem;
    if (this.pipelines.some((pipeline) => pipeline["name"] === name)) {
      return uploadError(409, "Failed to create a pipeline and a pipeline version");
    }
    const pipeline_id = `pipeline-${this.pipelines.length + 1}`;
    const pipeline = { pipeline_id, name, display_name: name, created_at: CREATED, namespace };
    this.pipelines.push(pipeline);
    this.#addVersion(pipeline_id, name!, called.text);
    return json(pipeline);
  }

  #uploadVersion(called: Call): Answer {
    const name = called.query.get("name") ?? "";
    const pipeline = called.query.get("pipelineid") ?? "";
    const problem = formProblem(called);
    if (problem !== undefined) return problem;
    const taken = this.versions.some((version) =>
      version["pipeline_id"] === pipeline && version["name"] === name
    );
    if (taken) return uploadError(409, "Failed to create a pipeline version");
    return json(this.#addVersion(pipeline, name, called.text));
  }

  #addVersion(pipeline_id: string, name: string, text: string): Json {
    const version = {
      pipeline_id,
      pipeline_version_id: `version-${this.versions.length + 1}`,
      name,
      display_name: name,
      created_at: CREATED,
      pipeline_spec: { size: text.length },
    };
    this.versions.push(version);
    return version;
  }

  #createRun(body: Json): Answer {
    if (!body["display_name"]) return refusal(3, "The run name is empty");
    if (this.#options.multiUser && !body["experiment_id"]) {
      return refusal(
        3,
        "Failed to create a run: Experiment id can not be empty in multi-user mode",
      );
    }
    if (!body["pipeline_spec"] && !body["pipeline_version_reference"]) {
      return refusal(3, "Failed to fetch a template due to missing pipeline spec");
    }
    const run_id = `run-${this.#runs.size + 1}`;
    const fields = { run_id, created_at: CREATED, storage_state: "AVAILABLE", ...body };
    this.#runs.set(run_id, { fields, looks: 0, terminated: false });
    return json({ ...fields, state: "PENDING", scheduled_at: CREATED, finished_at: NEVER });
  }

  #getRun(id: string): Answer {
    const run = this.#runs.get(id);
    if (run === undefined) {
      return refusal(5, `Failed to get a run: ResourceNotFoundError: Run ${id} not found.`);
    }
    const { frames = [SUCCEEDED] } = this.#options;
    const frame = frames[Math.min(run.looks++, frames.length - 1)]!;
    const state = run.terminated ? "FAILED" : frame.state;
    const isOver = ["SUCCEEDED", "FAILED", "CANCELED", "SKIPPED"].includes(state);
    const start = Date.parse(CREATED);
    const task_details = Object.entries(frame.nodes).map(([display_name, shown], i) => {
      const [nodeState, seconds] = typeof shown === "string" ? [shown, 1] : shown;
      return {
        run_id: id,
        task_id: `task-${i}`,
        display_name,
        create_time: CREATED,
        start_time: CREATED,
        end_time: nodeState === "RUNNING" || nodeState === "PENDING"
          ? "0001-01-01T00:00:00Z"
          : new Date(start + 1000 * seconds).toISOString(),
        ...nodeState !== "" && { state: nodeState },
        child_tasks: [{ pod_name: `digits-x1-${i}` }],
      };
    });
    return json({
      ...run.fields,
      state,
      scheduled_at: CREATED,
      finished_at: isOver ? new Date(start + 60_000).toISOString() : NEVER,
      ...frame.error !== undefined && { error: { code: 13, message: frame.error } },
      ...task_details.length > 0 && {
        run_details: { pipeline_context_id: "7", pipeline_run_context_id: "8", task_details },
      },
    });
  }

  #changeRun(path: string, verb: string): Answer {
    const id = path.replace(/:\w+$/, "");
    const run = this.#runs.get(id);
    if (run === undefined) return refusal(5, `ResourceNotFoundError: Run ${id} not found.`);
    if (verb === "terminate") {
      if (run.terminated) {
        return refusal(3, `Failed to terminate a run ${id}. Row not found`);
      }
      run.terminated = true;
    }
    return json({});
  }

  #createRecurring(body: Json): Answer {
    const recurring = {
      recurring_run_id: `recurring-${this.recurringRuns.length + 1}`,
      created_at: CREATED,
      status: body["mode"] === "ENABLE" ? "ENABLED" : "DISABLED",
      ...body,
    };
    this.recurringRuns.push(recurring);
    return json(recurring);
  }

  #switch(path: string, verb: string): Answer {
    const id = path.replace(/:\w+$/, "");
    const recurring = this.recurringRuns.find(({ recurring_run_id }) => recurring_run_id === id);
    if (recurring === undefined) return refusal(5, "ResourceNotFoundError: no such job");
    recurring["status"] = verb === "enable" ? "ENABLED" : "DISABLED";
    return json({});
  }

  #list(name: string, all: readonly Json[], { query }: Call): Answer {
    const { predicates = [] } = JSON.parse(query.get("filter") ?? "{}") as {
      predicates?: { operation: string; key: string; string_value?: string }[];
    };
    const fitting = all.filter((item) =>
      predicates.every(({ operation, key, string_value }) =>
        operation === "EQUALS" && item[key] === string_value
      )
    );
    const start = Number(atob(query.get("page_token") ?? "") || 0);
    const end = start + Number(query.get("page_size") ?? 20);
    return json({
      ...fitting.length > 0 && { [name]: fitting.slice(start, end), total_size: fitting.length },
      ...end < fitting.length && { next_page_token: btoa(String(end)) },
    });
  }

  #workflow(): Answer {
    const { workflow = [] } = this.#options;
    const nodes = Object.fromEntries(workflow.map(({ path, phase, message = "" }, i) => [
      `digits-x1-${i}`,
      {
        id: `digits-x1-${i}`,
        name: `digits-x1.${path}`,
        displayName: path.split(".").at(-1),
        type: /executor$|-driver$/.test(path) ? "Pod" : "DAG",
        templateName: path.endsWith("-driver") ? "system-container-driver" : "impl",
        phase,
        message,
      },
    ]));
    const manifest = { metadata: { name: "digits-x1", namespace: "kubeflow" }, status: { nodes } };
    return json({ run: {}, pipeline_runtime: { workflow_manifest: JSON.stringify(manifest) } });
  }

  #metadata(path: string, bytes: Uint8Array): Answer {
    const { apiOnly = false, executions = [] } = this.#options;
    if (apiOnly) return answerWith(404, "404 page not found\n");
    if (path.endsWith("GetContextByTypeAndName")) {
      const { type_name, context_name } = decodeMetadata(
        "GetContextByTypeAndNameRequest",
        decodeFrame(bytes),
      );
      const known = type_name === "system.PipelineRun" && this.#runs.has(context_name);
      return grpcAnswer(
        encodeMetadata("GetContextByTypeAndNameResponse", known ? { context: { id: 42 } } : {}),
      );
    }
    const { options } = decodeMetadata("GetExecutionsByContextRequest", decodeFrame(bytes));
    const start = Number(options.next_page_token || 0);
    const end = start + Math.min(2, options.max_result_size);
    return grpcAnswer(encodeMetadata("GetExecutionsByContextResponse", {
      executions: executions.slice(start, end).map(executionMessage),
      ...end < executions.length && { next_page_token: String(end) },
    }));
  }
}

/** A run that is over, with nothing to tell. */
export const SUCCEEDED: Frame = { state: "SUCCEEDED", nodes: { root: "SUCCEEDED" } };

/** As Kubeflow's calls refuse. */
export function refusal(code: number, message: string, status = GRPC_STATUS[code] ?? 401): Answer {
  const body = {
    code,
    message,
    details: [{ "@type": "type.googleapis.com/google.rpc.Status", code, message }],
  };
  return answerWith(status, JSON.stringify(body), { "content-type": "application/json" });
}

/** As Kubeflow's uploads refuse. */
export function uploadError(status: number, message: string): Answer {
  return answerWith(status, JSON.stringify({ error_message: message, error_details: message }));
}

function json(body: unknown): Answer {
  return answerWith(200, JSON.stringify(body), { "content-type": "application/json" });
}

function found(item: unknown): Answer {
  return item === undefined ? refusal(5, "ResourceNotFoundError: not found") : json(item);
}

function formProblem({ headers, text }: Call): Answer | undefined {
  const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(headers["content-type"] ?? "")
    ?.[1];
  const [, part, end] = text.split(`--${boundary}`);
  const isForm = boundary !== undefined && end === "--\r\n" &&
    /name="uploadfile"; filename="[^"]+\.yaml"\r\n/.test(part ?? "");
  return isForm ? undefined : uploadError(400, "Failed to read pipeline from file");
}

function grpcAnswer(message: Uint8Array): Answer {
  const trailer = new TextEncoder().encode("grpc-status: 0\r\n");
  const last = encodeFrame(trailer);
  last[0] = 0x80;
  return answerWith(200, new Uint8Array([...encodeFrame(message), ...last]), {
    "content-type": "application/grpc-web+proto",
  });
}

function executionMessage(execution: FakeExecution): ExecutionMessage {
  const { task, cached = false, inputs = {}, outputs = {} } = execution;
  return {
    last_known_state: cached ? 5 : 3,
    custom_properties: {
      task_name: { string_value: task },
      pod_name: { string_value: `digits-x1-impl-${task}` },
      namespace: { string_value: "kubeflow" },
      inputs: { struct_value: { fields: structOf(inputs) } },
      outputs: { struct_value: { fields: structOf(outputs) } },
    },
  };
}

function structOf(record: Readonly<Record<string, unknown>>): Record<string, ProtoValue> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, protoOf(value)]));
}

function protoOf(value: unknown): ProtoValue {
  if (typeof value === "number") return { number_value: value };
  if (typeof value === "string") return { string_value: value };
  if (typeof value === "boolean") return { bool_value: value };
  if (Array.isArray(value)) return { list_value: { values: value.map(protoOf) } };
  if (value === null) return {};
  return { struct_value: { fields: structOf(value as Record<string, unknown>) } };
}
