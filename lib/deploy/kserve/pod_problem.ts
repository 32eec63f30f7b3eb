/**
 * What keeps a pod from running. Pure.
 *
 * @module
 */
import type { Condition, KubeObject } from "../kubernetes/kube_object.ts";
import { conditionOf } from "../kubernetes/kube_object.ts";

/** A pod, as far as we look at it. */
export interface Pod extends KubeObject {
  /** What is of it. */
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** A container of a pod. */
export interface ContainerStatus {
  /** Such as `kserve-container`. */
  readonly name: string;
  /** What it runs. */
  readonly image?: string;
  /** Now. */
  readonly state?: ContainerState;
  /** Before it was started again. */
  readonly lastState?: ContainerState;
}

/** What a container does. */
export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: {
    readonly reason?: string;
    readonly message?: string;
    readonly exitCode?: number;
  };
}

/** What is wrong with a pod. */
export interface PodProblem {
  /** In a word, as Kubernetes has it. */
  readonly reason: string;
  /** In a sentence, which says what to do where it is final. */
  readonly message: string;
  /** Whether waiting is of no use. */
  readonly final: boolean;
  /** The container whose log says more; null where none has run. */
  readonly container: string | null;
}

/** What fetches the model into the pod, before the server starts. */
export const FETCHER = "storage-initializer";

/** Whether requests reach the pod. */
export function isReady({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined &&
    conditionOf(status?.conditions, "Ready")?.status === "True";
}

/** What is wrong with a pod; undefined while it comes up as it should. */
export function podProblem({ status }: Pod): PodProblem | undefined {
  const { initContainerStatuses = [], containerStatuses = [] } = status ?? {};
  for (const container of [...initContainerStatuses, ...containerStatuses]) {
    const problem = containerProblem(container);
    if (problem) return problem;
  }
  const scheduled = conditionOf(status?.conditions, "PodScheduled");
  if (scheduled?.status !== "False") return undefined;
  return {
    reason: scheduled.reason ?? "Unschedulable",
    message: `no node has room for the pod (${scheduled.message ?? "no reason given"}): ask for ` +
      "less CPU and memory, or add a node",
    final: false, // a node may be on its way
    container: null,
  };
}

function containerProblem(status: ContainerStatus): PodProblem | undefined {
  const { name, image = "its image", state = {}, lastState } = status;
  const reason = state.waiting?.reason;
  const said = state.waiting?.message ?? "";
  switch (reason) {
    case "ErrImagePull":
      return { reason, message: `${image} can't be pulled yet`, final: false, container: null };
    case "ImagePullBackOff":
    case "ErrImageNeverPull":
    case "InvalidImageName":
      return {
        reason,
        message: `the image ${image} can't be pulled (${reason}: ${firstLine(said)}): is ` +
          "DIGITS_IMAGE right, and can the nodes reach its registry? An image imported into the " +
          "nodes needs the pull policy IfNotPresent",
        final: true,
        container: null,
      };
    case "CreateContainerConfigError":
      return {
        reason,
        message: `${name} can't be started (${firstLine(said)}): apply the Secrets in deploy/`,
        final: true,
        container: null,
      };
    case "CrashLoopBackOff":
      return crashed(name, lastState?.terminated ?? {});
    default:
      return undefined;
  }
}

function crashed(
  container: string,
  { reason: end, message = "", exitCode }: NonNullable<ContainerState["terminated"]>,
): PodProblem {
  const reason = end === "OOMKilled" ? end : "CrashLoopBackOff";
  const why = end === "OOMKilled"
    ? "it ran out of memory: raise resources.limits.memory"
    : `it ends again and again${exitCode === undefined ? "" : ` with exit code ${exitCode}`}${
      message === "" ? "" : `: ${lastLine(message)}`
    }`;
  const advice = container === FETCHER ? `: ${FETCHER_ADVICE}` : "";
  return { reason, message: `${container} fails as ${why}${advice}`, final: true, container };
}

/** What to look at when the model doesn't get into the pod. */
export const FETCHER_ADVICE = "is the model in the bucket, and do the Secret and ServiceAccount " +
  "digits-recognizer-serving have its endpoint and keys (see deploy/README.md)?";

function firstLine(text: string): string {
  return text.trim().split("\n")[0]!.slice(0, 200) || "no reason given";
}

/** Of a stack trace or a log, the last line tells. */
export function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)!.trim().slice(0, 300);
}
