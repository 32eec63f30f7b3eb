/**
 * What a pod of Kubeflow's knows of the run that it belongs to.
 *
 * @module
 */
import { hashHex } from "../../lib/base/bytes.ts";
import type { ExecutorInput } from "../../lib/pipeline/execute/executor_input.ts";

/** The variables that Kubeflow, its MLflow plugin and our compiler set. */
export interface PodVariables {
  /** The run's id, as the platform part of a compiled pipeline asks for it. */
  readonly KFP_RUN_ID?: string | undefined;
  /** The pod's name, which begins with the workflow's. */
  readonly KFP_POD_NAME?: string | undefined;
  readonly MLFLOW_EXPERIMENT_ID?: string | undefined;
  readonly MLFLOW_EXPERIMENT_NAME?: string | undefined;
  /** `kubernetes` or `kubernetes-namespaced`: with the pod's own account. */
  readonly MLFLOW_TRACKING_AUTH?: string | undefined;
  readonly MLFLOW_WORKSPACE?: string | undefined;
}

const NAMES = [
  ...["KFP_RUN_ID", "KFP_POD_NAME", "MLFLOW_EXPERIMENT_ID", "MLFLOW_EXPERIMENT_NAME"],
  ...["MLFLOW_TRACKING_AUTH", "MLFLOW_WORKSPACE"],
] as const satisfies readonly (keyof PodVariables)[];

/** Those of this process; an empty one counts as not set. */
export function podVariables(): PodVariables {
  return Object.fromEntries(NAMES.map((name) => [name, Deno.env.get(name) || undefined]));
}

/** One run of a pipeline, whose pods all say the same of it. */
export interface KubeflowRun {
  /** Unlike any other's. */
  readonly id: string;
  /** For people. */
  readonly name: string;
}

/** The run that a pod belongs to; `undefined` outside of a cluster. */
export function kubeflowRun({ KFP_RUN_ID, KFP_POD_NAME }: PodVariables): KubeflowRun | undefined {
  const workflow = KFP_POD_NAME?.match(/^(.+?)-(?:retry-)?system-container-(?:executor|impl)-\d+$/)
    ?.[1];
  const id = KFP_RUN_ID ?? workflow;
  return id === undefined ? undefined : { id, name: workflow ?? `kubeflow-${id.slice(0, 8)}` };
}

/** The parameter of a pipeline that says in which experiment its runs are recorded. */
const EXPERIMENT_PARAMETER = "mlflow_experiment";

const EXPERIMENT = "digits-recognizer-kfp";

/**
 * The experiment to record in.
 * @param nameOf asks MLflow for the name of an experiment
 */
export async function experimentName(
  { parameters }: Pick<ExecutorInput, "parameters">,
  { MLFLOW_EXPERIMENT_ID, MLFLOW_EXPERIMENT_NAME }: PodVariables,
  nameOf: (id: string) => Promise<string | undefined>,
): Promise<string> {
  const chosen = parameters[EXPERIMENT_PARAMETER];
  if (typeof chosen === "string" && chosen !== "") return chosen;
  const named = MLFLOW_EXPERIMENT_NAME ??
    (MLFLOW_EXPERIMENT_ID && await nameOf(MLFLOW_EXPERIMENT_ID));
  return named || EXPERIMENT;
}

/**
 * A name of this very work within its run: the same for every attempt at it, and another for
 * every turn of a loop.
 */
export function workKey(
  component: string,
  { parameters, artifacts }: Pick<ExecutorInput, "parameters" | "artifacts">,
): string {
  const uris = Object.entries(artifacts).map(([name, list]) => [name, list.map(({ uri }) => uri)]);
  const inputs = [Object.entries(parameters), uris].map((entries) => entries.toSorted(byName));
  return `${component}-${hashHex(JSON.stringify(inputs)).slice(0, 8)}`;
}

function byName([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1;
}
