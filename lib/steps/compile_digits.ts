/**
 * The digits' pipelines for a cluster.
 *
 * @module
 */
import type { SettingName } from "../config.ts";
import { POD_FIELDS } from "../pipeline/execute/pod_command.ts";
import { shareParams } from "../pipeline/execute/share_params.ts";
import type { CompileOptions } from "../pipeline/ir/compile_options.ts";
import { compileToIr } from "../pipeline/ir/compile_to_ir.ts";
import type { CompiledPipeline } from "../pipeline/ir/ir.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { PodOptions } from "../pipeline/pod_options.ts";
import { kubeflowParams, type KubeflowParamsOptions } from "./kubeflow_params.ts";

/** The Secret of the run's namespace with the settings of all steps; what it lacks is not set. */
const SECRET = "digits-recognizer";
const secretSettings: readonly SettingName[] = [
  ...["MINIO_ENDPOINT", "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY", "MINIO_SESSION_TOKEN"] as const,
  ...["MINIO_BUCKET", "MINIO_REGION", "MINIO_PATH_STYLE", "MLFLOW_TRACKING_URI"] as const,
  ...["MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN"] as const,
];

/** Training takes what it gets; the other steps need little. */
const podsOf: Readonly<Record<string, PodOptions>> = {
  train: { cpu: "1", memory: "1Gi" },
};

/** How one of the digits' pipelines is compiled. */
export interface CompileDigitsOptions
  extends
    Omit<KubeflowParamsOptions, "image">,
    Pick<CompileOptions, "image" | "params" | "pipelineRoot" | "cache" | "sdkVersion"> {
  /** Image of the server; null leaves it to the cluster's ServingRuntime. @default image */
  readonly servingImage?: string | null;
}

/**
 * Compiles `digitsPipeline` or `sweepPipeline` for Kubeflow: with MNIST served by KServe unless told
 * otherwise, and with the settings of the Secret `digits-recognizer` in every pod.
 *
 * ```ts
 * import { compileDigits, digitsPipeline } from "@fourdotinfinity/digits-recognizer";
 * import { pipelineYaml } from "@fourdotinfinity/digits-recognizer/pipeline";
 *
 * const image = "registry.example/team/digits-recognizer:1";
 * const compiled = compileDigits(digitsPipeline, { image, params: { no_epochs: 5 } });
 * console.assert(pipelineYaml(compiled).includes("system.ClassificationMetrics"));
 * ```
 *
 * @throws {UsageError} when the digits are in a folder, or the image can't be one.
 * @throws {TypeError} when a parameter is unknown or not of its type.
 */
export function compileDigits(
  pipeline: Pipeline,
  options: CompileDigitsOptions,
): CompiledPipeline {
  const { data, pullPolicy, params, servingImage = options.image, ...rest } = options;
  const server = { image: servingImage ?? undefined, pullPolicy };
  const { dataset, serving } = kubeflowParams({ data, ...server });
  // Steps have no use for the experiment, but what records them in their pods has.
  return compileToIr(shareParams(pipeline, ["mlflow_experiment"]), {
    ...rest,
    inImage: () => true,
    params: { dataset, serving, ...params },
    pod: podOptions(pullPolicy),
    podOf: (task) => podsOf[task.id] ?? {},
  });
}

function podOptions(pullPolicy: PodOptions["pullPolicy"]): PodOptions {
  return {
    fieldEnv: POD_FIELDS,
    secretEnv: [{
      secret: SECRET,
      keys: Object.fromEntries(secretSettings.map((name) => [name, name])),
      optional: true,
    }],
    ...(pullPolicy && { pullPolicy }),
  };
}
