/** What KServe does with services, as its controller's source has it, one look after another. */
import type { Json } from "../kubernetes/server_side_apply.ts";
import type { Reconciled } from "../kubernetes/test_cluster.ts";

type Reconcile = (service: Json, looks: number, generation: number) => Reconciled;

interface Spec {
  readonly predictor: Json & { readonly labels?: Json };
  readonly canary?: readonly { readonly predictor: Json & { readonly name: string } }[];
}

const SECONDS_LOOKS = 3; // looks until new pods are ready

/** A pod of a service. */
export function pod(name: string, labels: unknown, ready: boolean, status: Json = {}): Json {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: labels as Json },
    status: {
      phase: ready ? "Running" : "Pending",
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      ...status,
    },
  };
}

/** Standard mode: Ready stays True while old pods answer, and `observedGeneration` is the Deployment's. */
export function standardController(): Reconcile {
  let running: unknown; // labels of the pods that answer
  return (service, looks) => {
    const { predictor, canary = [] } = service.spec as Spec;
    const { name } = service.metadata as { name: string };
    const before = running;
    const done = looks >= SECONDS_LOOKS;
    if (done) running = predictor.labels;
    const isUp = running !== undefined;
    const isNew = JSON.stringify(before) !== JSON.stringify(predictor.labels);
    return {
      status: statusOf(isUp, {
        deploymentMode: "Standard",
        observedGeneration: 1,
        modelStatus: { transitionStatus: done ? "UpToDate" : "InProgress" },
        ...(isUp && { address: { url: `http://${name}-predictor.team-a.svc.cluster.local` } }),
        url: `http://${name}-team-a.example.com`,
        canaryStatuses: canary.map(({ predictor: { name } }) => ({ name, ready: done })),
      }),
      pods: [
        ...(before !== undefined && isNew && !done ? [pod("old", before, true)] : []),
        pod("new", predictor.labels, done || !isNew),
        ...canary.map(({ predictor }) => pod("canary", predictor.labels, done)),
      ],
    };
  };
}

/** Knative mode: revisions, and traffic that moves once the newest is ready. */
export function knativeController(): Reconcile {
  const revisions: unknown[] = [];
  let rolledOut = 0;
  return (service, looks) => {
    const { predictor } = service.spec as Spec;
    const newest = JSON.stringify(predictor.labels);
    if (JSON.stringify(revisions.at(-1)) !== newest) revisions.push(predictor.labels);
    const latest = revisions.length;
    const done = looks >= SECONDS_LOOKS;
    const percent = predictor.canaryTrafficPercent as number | undefined;
    if (done && (percent === undefined || rolledOut === 0)) rolledOut = latest;
    const name = (revision: number) => `mnist-predictor-0000${revision}`;
    return {
      status: statusOf(done || rolledOut > 0, {
        deploymentMode: "Knative",
        observedGeneration: latest,
        modelStatus: { transitionStatus: done ? "UpToDate" : "InProgress" },
        address: { url: "http://mnist.team-a.svc.cluster.local" },
        components: {
          predictor: {
            latestCreatedRevision: name(latest),
            ...(rolledOut > 0 && {
              latestReadyRevision: done ? name(latest) : name(rolledOut),
              latestRolledoutRevision: name(rolledOut),
            }),
          },
        },
      }),
      pods: [
        pod("newest", predictor.labels, done),
        ...(rolledOut > 0 ? [pod("rolled-out", revisions[rolledOut - 1], true)] : []),
      ],
    };
  };
}

function statusOf(ready: boolean, rest: Json): Json {
  return {
    conditions: [
      { type: "PredictorReady", status: ready ? "True" : "Unknown", reason: "Progressing" },
      { type: "Ready", status: ready ? "True" : "Unknown", reason: "Progressing" },
    ],
    ...rest,
  };
}

/** As `well`, but for services whose predictor contains `mark`: those come to this. */
export function failingFor(
  mark: string,
  failure: (service: Json) => Reconciled,
  well: Reconcile = standardController(),
): Reconcile {
  return (service, looks, generation) =>
    JSON.stringify((service.spec as Spec).predictor).includes(mark)
      ? failure(service)
      : well(service, looks, generation);
}

/** KServe's verdict on a model. */
export function verdict(transitionStatus: string, reason: string, message: string): Json {
  return {
    deploymentMode: "Standard",
    conditions: [
      { type: "PredictorReady", status: "Unknown" },
      { type: "Ready", status: "Unknown" },
    ],
    modelStatus: { transitionStatus, lastFailureInfo: { reason, message } },
  };
}
