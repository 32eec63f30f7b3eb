/**
 * Why a step failed.
 *
 * @module
 */
import type { KubeflowClient } from "./kubeflow_client.ts";
import { unlessRefused } from "./kubeflow_error.ts";
import type { CallOptions } from "./kubeflow_http.ts";
import { lastLines } from "./pod_log.ts";

/** Why a step failed, as far as Kubeflow tells. */
export interface StepFailure {
  /** In Kubernetes' words, such as `Error (exit code 1)`; empty where nobody says. */
  readonly message: string;
  /** The last lines of its log; none where that can't be reached. */
  readonly lines: readonly string[];
}

/** Finds out, asking whoever may know; what nobody tells is empty. */
export async function readStepFailure(
  client: KubeflowClient,
  { runId, step, maxLines = 20 }: {
    readonly runId: string;
    readonly step: string;
    /** @default {20} */
    readonly maxLines?: number;
  },
  options: CallOptions = {},
): Promise<StepFailure> {
  const pod = await fromWorkflow(client, runId, step, options) ??
    await fromMetadata(client, runId, step, options);
  if (pod === undefined) return { message: "", lines: [] };
  const { message, podName, namespace } = pod;
  const log = podName === ""
    ? undefined
    : await client.podLog({ runId, podName, namespace }, options);
  return { message, lines: log === undefined ? [] : lastLines(log, maxLines) };
}

interface FailedPod {
  readonly message: string;
  readonly podName: string;
  readonly namespace: string;
}

async function fromWorkflow(
  client: KubeflowClient,
  runId: string,
  step: string,
  options: CallOptions,
): Promise<FailedPod | undefined> {
  const workflow = await unlessRefused(client.workflow(runId, options));
  const failed = workflow?.nodes
    .filter((node) => node.step === step && /^(Failed|Error)$/.test(node.phase)) ?? [];
  const node = failed.findLast(({ podName }) => podName !== null) ?? failed[0];
  if (workflow === undefined || node === undefined) return undefined;
  return { message: node.message, podName: node.podName ?? "", namespace: workflow.namespace };
}

async function fromMetadata(
  client: KubeflowClient,
  runId: string,
  step: string,
  options: CallOptions,
): Promise<FailedPod | undefined> {
  const executions = await unlessRefused(client.metadata.executions(runId, options));
  const execution = executions?.findLast(({ task }) => task === step);
  return execution &&
    { message: "", podName: execution.podName, namespace: execution.namespace };
}
