/**
 * Whether a service serves what it should. Pure.
 *
 * @module
 */
import { conditionOf } from "../kubernetes/kube_object.ts";
import { type InferenceService, modeOf } from "./inference_service.ts";
import { REVISION_LABEL } from "./names.ts";
import { FETCHER_ADVICE, isReady, lastLine, type Pod, podProblem } from "./pod_problem.ts";

/** What a service should come to. */
export interface Expected {
  /** What marks the new pods; undefined when nothing has changed, so that being ready is enough. */
  readonly revision: string | undefined;
  /** Its name, where it is a canary of Standard mode. */
  readonly canary: string | undefined;
  /** Whether pods of other revisions must go first. */
  readonly alone: boolean;
}

/** What is seen of a service. */
export interface Seen {
  /** The service itself. */
  readonly service: InferenceService;
  /** All its pods. */
  readonly pods: readonly Pod[];
  /** Whether what KServe says of the model is known to be about the present specification. */
  readonly current: boolean;
  /** Whether a pod with the new revision has been ready. */
  readonly proven: boolean;
}

/** How far it is. */
export type Judgement =
  | { readonly state: "ready" }
  | { readonly state: "waiting"; readonly message: string }
  | {
    readonly state: "failed";
    /** In a word. */
    readonly reason: string;
    /** In a sentence, with what to do. */
    readonly message: string;
    /** Whose log says more. */
    readonly log: { readonly pod: string; readonly container: string } | null;
  };

/**
 * How far a service is. KServe's `observedGeneration` alone does not tell: in Standard mode it is
 * that of the Deployment, and Ready stays True while old pods answer. So the new pods count.
 */
export function judge(seen: Seen, expected: Expected): Judgement {
  const { service, current } = seen;
  const [ours, others] = partOf(seen.pods, expected.revision);
  const lacking = lackOf({ ...seen, others: others.length }, expected);
  if (lacking === undefined) return { state: "ready" };
  const mixed = ours.length > 0 && others.length > 0;
  const told = current ? failureOf(service, mixed) : undefined;
  const broken = problemOf(ours);
  if (broken?.state === "failed") return broken; // it knows more than KServe tells
  return told ?? broken ?? { state: "waiting", message: lacking };
}

/** The pods of a revision, and those of others; without those that are ending. */
function partOf(
  pods: readonly Pod[],
  revision: string | undefined,
): readonly [readonly Pod[], readonly Pod[]] {
  const live = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const isOurs = ({ metadata }: Pod) =>
    revision === undefined || metadata.labels?.[REVISION_LABEL] === revision;
  return [live.filter(isOurs), live.filter((pod) => !isOurs(pod))];
}

/** What is still to come; undefined when all is there. */
function lackOf(
  { service, others, proven }: Seen & { readonly others: number },
  { revision, canary, alone }: Expected,
): string | undefined {
  const { status } = service;
  if (status?.conditions === undefined) return "KServe has not seen it yet";
  if (revision !== undefined && !proven) return "no pod of the new version is ready yet";
  if (canary !== undefined) {
    const told = status.canaryStatuses?.find(({ name }) => name === canary);
    return told?.ready === true ? undefined : "the canary is not ready yet";
  }
  const ready = conditionOf(status.conditions, "Ready");
  if (ready?.status !== "True") return notReady(service);
  if (modeOf(service) === "Knative") {
    const { latestCreatedRevision, latestReadyRevision, latestRolledoutRevision } =
      status.components?.predictor ?? {};
    if (latestCreatedRevision !== latestReadyRevision) {
      return "its newest revision is not ready yet";
    }
    return alone && latestRolledoutRevision !== latestReadyRevision
      ? "requests still go to the revision before"
      : undefined;
  }
  return alone && others > 0 ? `pods of the version before still answer: ${others}` : undefined;
}

/** The conditions that are not met, and why. */
function notReady({ status }: InferenceService): string {
  const unmet = (status?.conditions ?? []).filter(({ type, status }) =>
    status !== "True" && !["Ready", "Stopped"].includes(type)
  );
  if (unmet.length === 0) return "it is not ready yet";
  return unmet.map(({ type, reason, message }) => `${type}: ${message || reason || "not yet"}`)
    .join("; ").slice(0, 300);
}

function problemOf(pods: readonly Pod[]): Judgement | undefined {
  let waiting: Judgement | undefined;
  for (const pod of pods) {
    const problem = isReady(pod) ? undefined : podProblem(pod);
    if (problem === undefined) continue;
    const { reason, message, container } = problem;
    if (!problem.final) waiting ??= { state: "waiting", message };
    else {
      const log = container === null ? null : { pod: pod.metadata.name, container };
      return { state: "failed", reason, message, log };
    }
  }
  return waiting;
}

const REASONS: Readonly<Record<string, string>> = {
  NoSupportingRuntime:
    "no runtime in the cluster loads such a model: apply the ServingRuntime in " +
    "deploy/, or install KServe's own runtimes for Triton",
  RuntimeNotRecognized:
    "the cluster has no such ServingRuntime: apply that in deploy/, or install " +
    "KServe's own runtimes for Triton",
  RuntimeDisabled: "enable the ServingRuntime (spec.disabled: false)",
  ModelLoadFailed: FETCHER_ADVICE,
  RuntimeUnhealthy: "look at the log of its pods",
  InvalidPredictorSpec: "mend the specification",
};

/** KServe's own verdict. It looks at one of the pods, which may be an old one where there are some. */
function failureOf(service: InferenceService, mixed: boolean): Judgement | undefined {
  const { modelStatus = {}, conditions } = service.status ?? {};
  const { transitionStatus = "", lastFailureInfo = {} } = modelStatus;
  const isFinal = transitionStatus === "InvalidSpec" ||
    transitionStatus === "BlockedByFailedLoad" && !mixed;
  if (isFinal) {
    const { reason = transitionStatus, message = "" } = lastFailureInfo;
    const advice = REASONS[reason] ?? "look at the log of its pods";
    const said = message === "" ? "" : ` (${lastLine(message)})`;
    return {
      state: "failed",
      reason,
      message: `KServe says ${reason}${said}: ${advice}`,
      log: null,
    };
  }
  const predictor = conditionOf(conditions, "PredictorReady");
  if (predictor?.status !== "False") return undefined;
  const { reason = "", message = "" } = predictor;
  if (/exceeded quota/.test(message)) {
    const text =
      `the namespace's quota is used up (${message.slice(0, 300)}): ask for less, free ` +
      "some, or have the quota raised";
    return { state: "failed", reason: "QuotaExceeded", message: text, log: null };
  }
  if (!["FailedCreate", "ProgressDeadlineExceeded", "ReconcileFailed"].includes(reason)) {
    return undefined;
  }
  return { state: "failed", reason, message: `KServe says ${reason}: ${message}`, log: null };
}
