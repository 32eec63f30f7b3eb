/**
 * Kubeflow's metadata store: the only place that tells what steps gave, and which were cached.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";
import { readPages } from "../../base/pages.ts";
import type { JsonValue } from "../../pipeline/port.ts";
import { decodeAnswer, encodeFrame } from "./grpc_web.ts";
import { KubeflowError } from "./kubeflow_error.ts";
import type { CallOptions, KubeflowHttp } from "./kubeflow_http.ts";
import {
  decodeMetadata,
  encodeMetadata,
  type ExecutionMessage,
  jsonOfStruct,
  type MetadataAnswers,
} from "./metadata_messages.ts";

/** One execution of a task, as the store has it. */
export interface TaskExecution {
  /** The task's, such as `train`. */
  readonly task: string;
  /** Whether its results are those of an earlier run. */
  readonly cached: boolean;
  /** What it was given: parameters only. */
  readonly inputs: Readonly<Record<string, JsonValue>>;
  /** What it gave: parameters only; empty until it is done. */
  readonly outputs: Readonly<Record<string, JsonValue>>;
  /** Empty for what ran in no pod of its own. */
  readonly podName: string;
  /** Where that pod is. */
  readonly namespace: string;
}

const SERVICE = "/ml_metadata.MetadataStoreService/";
const MEDIA_TYPE = "application/grpc-web+proto";
const CACHED = 5; // of the states of an execution
const NOT_FOUND = 5; // of gRPC's statuses
const PAGE_SIZE = 100;

/** The metadata store behind Kubeflow's pages; the API server alone has none. */
export class MetadataStore {
  readonly #http: KubeflowHttp;

  /**
   * Asks nothing yet.
   *
   * @param http asks the pages' server
   */
  constructor(http: KubeflowHttp) {
    this.#http = http;
  }

  /**
   * What a run executed so far; nothing where the store knows no such run.
   *
   * @throws {KubeflowError} when there is no store at that address.
   */
  async executions(
    runId: string,
    { signal }: CallOptions = {},
  ): Promise<readonly TaskExecution[]> {
    const { context } = await this.#ask(
      "GetContextByTypeAndName",
      encodeMetadata("GetContextByTypeAndNameRequest", {
        type_name: "system.PipelineRun",
        context_name: runId,
      }),
      { signal },
    );
    if (context === undefined) return [];
    const pages = readPages(async (token) => {
      const answer = await this.#ask(
        "GetExecutionsByContext",
        encodeMetadata("GetExecutionsByContextRequest", {
          context_id: context.id,
          options: {
            max_result_size: PAGE_SIZE,
            ...(token !== undefined && { next_page_token: token }),
          },
        }),
        { signal },
      );
      return { items: answer.executions ?? [], next: answer.next_page_token || undefined };
    });
    return (await Array.fromAsync(pages)).map(executionOf);
  }

  async #ask<N extends "GetContextByTypeAndName" | "GetExecutionsByContext">(
    method: N,
    request: Uint8Array,
    { signal }: CallOptions,
  ): Promise<MetadataAnswers[`${N}Response`]> {
    const action = "ask the metadata store of";
    const response = await this.#http.fetch(`${SERVICE}${method}`, action, {
      method: "POST",
      headers: { "content-type": MEDIA_TYPE, accept: MEDIA_TYPE, "x-grpc-web": "1" },
      body: encodeFrame(request),
      ...(signal && { signal }),
    });
    const body = new Uint8Array(await response.arrayBuffer());
    const read = <T>(parse: () => T): T => {
      try {
        return parse();
      } catch (error) {
        const advice = "KFP_ENDPOINT must be Kubeflow's pages (ml-pipeline-ui), not its API server";
        throw this.#failure(action, `${messageOf(error)}: ${advice}`);
      }
    };
    const { status, reason, message } = read(() => decodeAnswer(body, response.headers));
    if (status === NOT_FOUND) return {}; // a store that is new does not even know what runs are
    if (status !== 0) throw this.#failure(action, reason || `gRPC status ${status}`);
    return read(() => decodeMetadata(`${method}Response`, message));
  }

  #failure(action: string, reason: string): KubeflowError {
    return new KubeflowError(
      `Cannot ${action} Kubeflow Pipelines at ${this.#http.url}: ${reason}`,
      { code: "NOT_KUBEFLOW", status: 200, retryable: false },
    );
  }
}

function executionOf(message: ExecutionMessage): TaskExecution {
  const properties = message.custom_properties ?? {};
  const text = (name: string) => properties[name]?.string_value ?? "";
  return {
    task: text("task_name"),
    cached: message.last_known_state === CACHED,
    inputs: jsonOfStruct(properties["inputs"]?.struct_value),
    outputs: jsonOfStruct(properties["outputs"]?.struct_value),
    podName: text("pod_name"),
    namespace: text("namespace"),
  };
}
