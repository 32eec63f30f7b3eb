/**
 * The digits' pipelines for Kubeflow, and `--compile-only`.
 *
 * @module
 */
import { diskReason } from "../../lib/base/disk_reason.ts";
import { messageOf, UsageError } from "../../lib/base/errors.ts";
import type { SettingName, Settings } from "../../lib/config.ts";
import { POD_FIELDS } from "../../lib/pipeline/execute/pod_command.ts";
import { shareParams } from "../../lib/pipeline/execute/share_params.ts";
import { compileToIr, isPipelineRoot } from "../../lib/pipeline/ir/compile_to_ir.ts";
import type { CompiledPipeline } from "../../lib/pipeline/ir/ir.ts";
import { login } from "../../lib/pipeline/ir/pods.ts";
import { pipelineJson, pipelineYaml } from "../../lib/pipeline/ir/pipeline_text.ts";
import type { PodOptions } from "../../lib/pipeline/pod_options.ts";
import { kubeflowParams } from "../../lib/steps/kubeflow_params.ts";
import type { CommandContext } from "./command.ts";
import { readSettings } from "./environment.ts";
import type { KubeflowFlags, KubeflowJob } from "./kubeflow_job.ts";
import { noticeOn, type Terminal } from "./terminal.ts";
import project from "../../deno.json" with { type: "json" };

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

/** Prints the pipeline's YAML, or writes it into a file. @throws {UsageError} */
export async function compileOnly(
  job: KubeflowJob,
  flags: KubeflowFlags,
  { terminal }: Pick<CommandContext, "terminal">,
): Promise<void> {
  const settings = await readSettings(flags.settings);
  const compiled = compileForKubeflow(job, flags, { ...settings, terminal });
  const json = flags.json || flags.output?.endsWith(".json") === true;
  const text = json ? pipelineJson(compiled) : pipelineYaml(compiled);
  if (flags.output === undefined) return terminal.print(text);
  try {
    await Deno.writeTextFile(flags.output, text);
  } catch (error) {
    throw new UsageError(
      `Cannot write "${flags.output}": ${diskReason(error) ?? messageOf(error)}`,
    );
  }
  terminal.say(`Compiled ${job.pipeline.name} into ${flags.output}`);
}

/**
 * The pipeline with the flags' values as its parameters' defaults.
 * @throws {UsageError} when it can't run on Kubeflow like that.
 */
export function compileForKubeflow(
  { pipeline, defaults }: KubeflowJob,
  flags: KubeflowFlags,
  { image, mnistMirrors = [], terminal }: Pick<Settings, "image" | "mnistMirrors"> & {
    readonly terminal: Terminal;
  },
): CompiledPipeline {
  const { dataset, serving } = kubeflowParams({
    data: flags.data,
    image: flags.image ?? image,
    pullPolicy: flags["pull-policy"],
  });
  const root = flags["pipeline-root"];
  if (root !== undefined && !isPipelineRoot(root)) {
    throw new UsageError(`--pipeline-root takes a URI such as s3://bucket/folder: got "${root}"`);
  }
  if (mnistMirrors.some((mirror) => login.test(mirror))) {
    throw new UsageError(
      "Cannot compile with MNIST_MIRRORS as it has a login, which everybody could read in the " +
        "pipeline: leave the login out",
    );
  }
  const chosen = chooseImage(flags.image ?? image, terminal);
  // Steps have no use for the experiment, but what records them in their pods has.
  return compileToIr(shareParams(pipeline, ["mlflow_experiment"]), {
    image: chosen,
    inImage: () => true,
    params: { ...defaults(dataset, mnistMirrors), serving },
    pod: podOptions(flags["pull-policy"]),
    podOf: (task) => podsOf[task.id] ?? {},
    cache: !flags["no-cache"],
    sdkVersion: `digits-recognizer-${project.version}`,
    ...(root !== undefined && { pipelineRoot: root }),
  });
}

function chooseImage(image: string | undefined, terminal: Terminal): string {
  if (image !== undefined) return image;
  const fallback = `digits-recognizer:${project.version}`;
  noticeOn(terminal)(
    `The steps run the image ${fallback}: where the cluster has another name for it, ` +
      `give that with --image or DIGITS_IMAGE`,
  );
  return fallback;
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
