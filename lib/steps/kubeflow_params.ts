/**
 * What the pipeline's parameters are on Kubeflow.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import { mnist, publishedDatasets, synthetic } from "../digits/datasets.ts";
import { login } from "../pipeline/ir/pods.ts";
import type { JsonValue } from "../pipeline/port.ts";
import { parseServing } from "./serving.ts";

/** What differs from a run on this machine. */
export interface KubeflowParams {
  /** A dataset's name, or an http(s) URL. */
  readonly dataset: string;
  /** Where the model that wins is served. */
  readonly serving: { readonly [key: string]: JsonValue };
}

/** What a user may have said of them. */
export interface KubeflowParamsOptions {
  /** As `--data` has it; `auto` stands for MNIST. @default "auto" */
  readonly data?: string | undefined;
  /** The image of the steps, which has the server, too. @default the one that the cluster's ServingRuntime names */
  readonly image?: string | undefined;
  /** When nodes fetch that image. @default the cluster's rule */
  readonly pullPolicy?: "Always" | "IfNotPresent" | "Never" | undefined;
}

/**
 * The parameters that a pipeline compiled for Kubeflow has by default. A pod has no files of this
 * machine, and what it can't download it never replaces by synthetic digits.
 *
 * @throws {UsageError} when the digits are in a folder, or the image can't be one.
 */
export function kubeflowParams(
  { data = "auto", image, pullPolicy }: KubeflowParamsOptions = {},
): KubeflowParams {
  const serving = {
    target: "kserve",
    ...(image !== undefined && { image }),
    ...(pullPolicy !== undefined && { pull_policy: pullPolicy }),
  };
  parseServing(serving);
  return { dataset: kubeflowDataset(data), serving };
}

function kubeflowDataset(data: string): string {
  if (data === "auto") return mnist.name;
  if (login.test(data)) {
    throw new UsageError(
      "Cannot use digits of a URL with a login on Kubeflow, as everybody could read it in the " +
        "pipeline: leave the login out",
    );
  }
  const names = [...publishedDatasets.map(({ name }) => name), synthetic.name];
  if (names.includes(data) || /^https?:\/\//i.test(data)) return data;
  throw new UsageError(
    `Cannot use ${JSON.stringify(data)} as digits on Kubeflow: its pods don't see this machine's ` +
      `folders; upload the files and give their URL, set MNIST_MIRRORS, or give ` +
      names.join(", "),
  );
}
