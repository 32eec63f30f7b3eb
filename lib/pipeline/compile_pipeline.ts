/**
 * Compiles pipelines for Kubeflow.
 *
 * @module
 */
import { bundleComponent } from "./bundle/bundle_component.ts";
import { POD_FIELDS } from "./execute/pod_command.ts";
import type { CompileOptions } from "./ir/compile_options.ts";
import { compileToIr } from "./ir/compile_to_ir.ts";
import type { CompiledPipeline } from "./ir/ir.ts";
import type { Pipeline } from "./pipeline.ts";

/**
 * Compiles a pipeline into Kubeflow's intermediate representation, version 2.1.0. Pure: the same
 * graph and options give the same data in the same order. Components that the image does not have
 * are brought along as text.
 *
 * ```ts
 * import {
 *   compilePipeline,
 *   defineComponent,
 *   definePipeline,
 *   integer,
 *   pipelineYaml,
 * } from "@fourdotinfinity/digits-recognizer/pipeline";
 *
 * const double = defineComponent({
 *   name: "double",
 *   description: "Doubles a number",
 *   inputs: { x: integer("What to double") },
 *   outputs: { twice: integer("The double") },
 *   run: ({ x }) => ({ twice: 2 * x }),
 * });
 * const doubles = definePipeline({
 *   name: "doubles",
 *   description: "Doubles a number",
 *   params: { x: integer("What to double", { default: 21 }) },
 *   build: ({ x }, { step }) => ({ twice: step(double, { x }).twice }),
 * });
 * const compiled = compilePipeline(doubles, { image: "example.com/steps:1" });
 * console.assert(pipelineYaml(compiled).includes("2 * x"));
 * ```
 *
 * @throws {TypeError} when Kubeflow could not run the graph, a function that is brought along uses
 * what is not part of it, Kubernetes would refuse a pod, or a secret would stand in what is
 * compiled.
 */
export function compilePipeline(pipeline: Pipeline, options: CompileOptions): CompiledPipeline {
  const { pod = {} } = options;
  return compileToIr(pipeline, {
    bundle: (component) => bundleComponent(component),
    ...options,
    pod: { ...pod, fieldEnv: { ...POD_FIELDS, ...pod.fieldEnv } },
  });
}
