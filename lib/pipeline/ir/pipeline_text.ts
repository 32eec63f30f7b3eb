/**
 * Compiled pipelines as text.
 *
 * @module
 */
import type { CompiledPipeline } from "./ir.ts";
import { writeYaml } from "./write_yaml.ts";

/**
 * The YAML that Kubeflow's page and API take: the pipeline, and a second document with what is
 * asked of Kubernetes, where there is something.
 */
export function pipelineYaml({ spec, platform }: CompiledPipeline): string {
  return platform === null ? writeYaml(spec) : `${writeYaml(spec)}---\n${writeYaml(platform)}`;
}

/** The same as one JSON object, as the API takes it in a run: `pipeline_spec`, `platform_spec`. */
export function pipelineJson({ spec, platform }: CompiledPipeline): string {
  const whole = platform === null ? spec : { pipeline_spec: spec, platform_spec: platform };
  return `${JSON.stringify(whole, null, 2)}\n`;
}
