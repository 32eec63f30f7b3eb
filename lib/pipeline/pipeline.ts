/**
 * Makes pipelines: graphs of components, as plain data.
 *
 * @module
 */
import type { Graph } from "./graph.ts";
import { PipelineBuilder } from "./pipeline_builder.ts";
import type { ParamPorts } from "./port.ts";
import type { RefsOf } from "./ref.ts";
import type { Outputs, Pipeline } from "./task.ts";

export type { Outputs, Pipeline } from "./task.ts";

/**
 * Makes a pipeline by tracing `build`: it gets a ref for every parameter, adds
 * steps, and returns the pipeline's outputs.
 *
 * ```ts
 * import {
 *   atLeast,
 *   defineComponent,
 *   definePipeline,
 *   integer,
 * } from "@fourdotinfinity/digits-recognizer/pipeline";
 *
 * const double = defineComponent({
 *   name: "double",
 *   description: "Doubles a number",
 *   inputs: { x: integer("What to double") },
 *   outputs: { twice: integer("The double") },
 *   run: ({ x }) => ({ twice: 2 * x }),
 * });
 * const pipeline = definePipeline({
 *   name: "doubles",
 *   description: "Doubles a number, and a large one again",
 *   params: { x: integer("What to double"), large: integer("What is large", { default: 10 }) },
 *   build(params, { step, when }) {
 *     const { twice } = step(double, { x: params.x });
 *     const again = when(
 *       atLeast(twice, params.large),
 *       () => step(double, { x: twice }, { id: "double-again" }),
 *     );
 *     return { twice, again: again.twice };
 *   },
 * });
 * console.assert(pipeline.nodes.length === 2);
 * ```
 *
 * @throws {TypeError} when a name can't be used everywhere, or a wire does not fit its port.
 * @throws {RangeError} when an id is taken, or a wire or `after` leads nowhere.
 */
export function definePipeline<const P extends ParamPorts, const O extends Outputs>(
  options: {
    /** Lower-case letters, digits and `-`. */
    readonly name: string;
    readonly description: string;
    readonly params: P;
    readonly build: (params: RefsOf<P>, graph: Graph) => O;
  },
): Pipeline<P, O> {
  const { name, description, params } = options;
  const builder = new PipelineBuilder(name, params);
  const given = builder.finish(options.build(builder.params as RefsOf<P>, builder.graph));
  return { name, description, params, nodes: builder.nodes, ...given };
}
