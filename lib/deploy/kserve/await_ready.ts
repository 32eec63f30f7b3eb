/**
 * Waits until a service serves what it should.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";
import type { Cluster } from "../kubernetes/cluster.ts";
import { KubeError } from "../kubernetes/kube_error.ts";
import { KINDS, type KubeObject } from "../kubernetes/kube_object.ts";
import { DeployError } from "./deploy_error.ts";
import type { InferenceService } from "./inference_service.ts";
import { type Expected, judge, type Judgement } from "./judge.ts";
import { REVISION_LABEL, SERVICE_LABEL } from "./names.ts";
import { isReady, lastLine, type Pod } from "./pod_problem.ts";
import { type Patience, POLL_MS } from "./present_service.ts";

/** How to wait. */
export interface AwaitOptions extends Patience {
  /** The service before the change; undefined where there was none. */
  readonly before: InferenceService | undefined;
}

const STALE_MS = 20_000; // by then KServe has looked at a change

/**
 * The service, once it is as expected.
 *
 * @throws {DeployError} when it can't become so, or does not in time.
 */
export async function awaitReady(
  cluster: Cluster,
  name: string,
  expected: Expected,
  options: AwaitOptions,
): Promise<InferenceService> {
  const { host, progress, timeoutMs, before, signal } = options;
  const start = host.now();
  const old = JSON.stringify(before?.status?.modelStatus);
  let proven = false;
  let lacking = "";
  while (true) {
    const waitedMs = host.now() - start;
    const seen = await look(cluster, name, signal);
    let message: string;
    if (typeof seen === "string") message = seen;
    else {
      const { service, pods } = seen;
      proven ||= pods.some((pod) => isReady(pod) && isOf(pod, expected.revision));
      const current = waitedMs >= STALE_MS ||
        JSON.stringify(service.status?.modelStatus) !== old;
      const judgement = judge({ service, pods, current, proven }, expected);
      if (judgement.state === "ready") return service;
      if (judgement.state === "failed") throw await failure(cluster, judgement);
      message = judgement.message;
    }
    if (message !== lacking) progress(message);
    lacking = message;
    if (waitedMs >= timeoutMs) throw await late(cluster, name, { timeoutMs, lacking });
    await host.sleep(POLL_MS, signal ? { signal } : {});
  }
}

/** All pods of a service. */
export function podsOf(
  cluster: Cluster,
  name: string,
  signal: AbortSignal | undefined,
): Promise<readonly Pod[]> {
  return cluster.list<Pod>(KINDS.pod, {
    labels: `${SERVICE_LABEL}=${name}`,
    ...(signal && { signal }),
  });
}

/** The service and its pods, or why they can't be seen at the moment. */
async function look(
  cluster: Cluster,
  name: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly service: InferenceService; readonly pods: readonly Pod[] } | string> {
  try {
    const [service, pods] = await Promise.all([
      cluster.get<InferenceService>(KINDS.inferenceService, name, signal ? { signal } : {}),
      podsOf(cluster, name, signal),
    ]);
    if (service !== undefined) return { service, pods };
  } catch (error) {
    if (error instanceof KubeError && ["unreachable", "other"].includes(error.failure)) {
      return messageOf(error); // an API server that restarts is soon back
    }
    throw error;
  }
  throw new DeployError("somebody has deleted it: deploy again", { reason: "Deleted" });
}

function isOf({ metadata }: Pod, revision: string | undefined): boolean {
  return revision === undefined || metadata.labels?.[REVISION_LABEL] === revision;
}

async function failure(
  cluster: Cluster,
  { reason, message, log }: Extract<Judgement, { readonly state: "failed" }>,
): Promise<DeployError> {
  if (log === null) return new DeployError(message, { reason });
  const { pod, container } = log;
  const text = await cluster.logs(pod, { container, lines: 20, previous: true }).catch(() => "");
  const end = text.trim() === "" ? "" : ` (its log ends: ${lastLine(text)})`;
  return new DeployError(message + end, { reason, log: text });
}

interface Event extends KubeObject {
  readonly type?: string;
  readonly message?: string;
  readonly lastTimestamp?: string | null;
}

/** Some failures of KServe's are in its events alone. */
async function late(
  cluster: Cluster,
  name: string,
  { timeoutMs, lacking }: { readonly timeoutMs: number; readonly lacking: string },
): Promise<DeployError> {
  const fields = `involvedObject.name=${name}`;
  const events = await cluster.list<Event>(KINDS.event, { fields }).catch(() => []);
  const warning = events.filter(({ type }) => type === "Warning")
    .toSorted((a, b) => Date.parse(a.lastTimestamp ?? "") - Date.parse(b.lastTimestamp ?? ""))
    .at(-1)?.message;
  return new DeployError(
    `it is not ready within ${timeoutMs / 1000} s: ${lacking}${
      warning === undefined ? "" : ` (last warning: ${lastLine(warning)})`
    }`,
    { reason: "TimedOut" },
  );
}
