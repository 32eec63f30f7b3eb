/**
 * What a step's pod said.
 *
 * @module
 */
import { type CallOptions, encodeQuery, type KubeflowHttp } from "./kubeflow_http.ts";
import { KubeflowError } from "./kubeflow_error.ts";

/** A pod of a run. */
export interface PodOfRun {
  /** The run's. */
  readonly runId: string;
  /** The pod's. */
  readonly podName: string;
  /** Where the pod is. */
  readonly namespace: string;
}

/**
 * A pod's log; `undefined` where it is gone, or can't be reached. The pages' server has it under
 * one address, the API server under another.
 */
export async function readPodLog(
  http: KubeflowHttp,
  { runId, podName, namespace }: PodOfRun,
  { signal }: CallOptions = {},
): Promise<string | undefined> {
  const query = encodeQuery({ podname: podName, runid: runId, podnamespace: namespace });
  const node = `${encodeURIComponent(runId)}/nodes/${encodeURIComponent(podName)}`;
  for (const path of [`/k8s/pod/logs${query}`, `/apis/v1alpha1/runs/${node}/log`]) {
    try {
      const options = { attempts: 1, maxBytes: MAX_LOG_BYTES, ...(signal && { signal }) };
      const response = await http.fetch(path, `read the log of pod ${podName} of`, options);
      const text = await response.text();
      // Both answer 200 before they know: one with its page then, the other with an error's JSON.
      if (text !== "" && !/^\s*<!doctype/i.test(text) && !/^\{"error_message"/.test(text)) {
        return text;
      }
    } catch (error) {
      if (!(error instanceof KubeflowError)) throw error;
    }
  }
  return undefined;
}

const MAX_LOG_BYTES = 16 << 20; // hours of an ordinary step; more is read in Kubeflow's pages

/** The last lines that the program itself wrote, without those of Kubeflow's launcher around it. */
export function lastLines(log: string, count: number): readonly string[] {
  const lines = log.split(/\r?\n/).filter((line) => line.trim() !== "");
  const own = lines.filter((line) => !LAUNCHER_LINE.test(line));
  return (own.length > 0 ? own : lines).slice(-count);
}

/** Such as `I1103 12:00:01.000000      14 launcher_v2.go:187] …`. */
const LAUNCHER_LINE = /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ \S+\.go:\d+\]/;
