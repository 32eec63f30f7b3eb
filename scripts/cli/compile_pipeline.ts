/**
 * The digits' pipelines for Kubeflow, and `--compile-only`.
 *
 * @module
 */
import * as v from "valibot";
import { diskReason } from "../../lib/base/disk_reason.ts";
import { messageOf, UsageError } from "../../lib/base/errors.ts";
import { image as imageSchema } from "../../lib/base/setting_checks.ts";
import type { Settings } from "../../lib/config.ts";
import { isPipelineRoot } from "../../lib/pipeline/ir/compile_to_ir.ts";
import type { CompiledPipeline } from "../../lib/pipeline/ir/ir.ts";
import { login } from "../../lib/pipeline/ir/pods.ts";
import { pipelineJson, pipelineYaml } from "../../lib/pipeline/ir/pipeline_text.ts";
import { compileDigits } from "../../lib/steps/compile_digits.ts";
import { kubeflowParams } from "../../lib/steps/kubeflow_params.ts";
import type { CommandContext } from "./command.ts";
import { readSettings } from "./environment.ts";
import type { KubeflowFlags, KubeflowJob } from "./kubeflow_job.ts";
import { noticeOn, type Terminal } from "./terminal.ts";
import project from "../../deno.json" with { type: "json" };

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
  if (flags.image !== undefined) checkImage(flags.image);
  const given = flags.image ?? image;
  const { dataset } = kubeflowParams({ data: flags.data });
  return compileDigits(pipeline, {
    image: chooseImage(given, terminal),
    servingImage: given ?? null,
    data: flags.data,
    pullPolicy: flags["pull-policy"],
    params: defaults(dataset, mnistMirrors),
    cache: !flags["no-cache"],
    sdkVersion: `digits-recognizer-${project.version}`,
    ...(root !== undefined && { pipelineRoot: root }),
  });
}

function checkImage(text: string): void {
  const { issues } = v.safeParse(imageSchema, text);
  if (issues) throw new UsageError(`--image ${issues[0].message}: got "${text}"`);
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
