/** Components and short ways to compile them. */
import { bytesCodec } from "../../../lib/pipeline/bundle/codecs.ts";
import { compileToIr } from "../../../lib/pipeline/ir/compile_to_ir.ts";
import type { CompileOptions } from "../../../lib/pipeline/ir/compile_options.ts";
import {
  artifact,
  artifacts,
  defineComponent,
  definePipeline,
  type Graph,
  integer,
  list,
  number,
  type Pipeline,
  type StepOptions,
  struct,
  text,
} from "../../../lib/pipeline/mod.ts";

/** Any JSON object, as tests look into it. */
// deno-lint-ignore no-explicit-any
export type Loose = Record<string, any>;

export const image = "example.com/steps:1";

const model = artifact("The model", { codec: bytesCodec, schema: "system.Model" });

export const train = defineComponent({
  name: "train",
  description: "Trains",
  inputs: { epochs: integer("Passes", { default: 3 }) },
  outputs: { model, accuracy: number("How good, 0..1") },
  run: () => ({ model: new Uint8Array(), accuracy: 1 }),
});

export const choose = defineComponent({
  name: "choose",
  description: "Chooses the best",
  inputs: { models: artifacts("All", { codec: bytesCodec, schema: "system.Model" }) },
  outputs: { model },
  run: () => ({ model: new Uint8Array() }),
});

export const say = defineComponent({
  name: "say",
  description: "Says something",
  inputs: { what: text("What", { default: "hello" }) },
  outputs: { said: text("What was said") },
  run: ({ what }) => ({ said: what }),
});

export const deploy = defineComponent({
  name: "deploy",
  description: "Deploys",
  inputs: { model },
  outputs: {},
  effects: true,
  run: () => ({}),
});

export const count = defineComponent({
  name: "count",
  description: "Counts",
  inputs: { words: list("What") },
  outputs: { count: integer("How many") },
  run: ({ words }) => ({ count: words.length }),
});

export const tell = defineComponent({
  name: "tell",
  description: "Tells how it ended",
  inputs: { status: struct("How it ended"), to: text("Whom", { default: "all" }) },
  outputs: {},
  run: () => ({}),
});

/** A pipeline without parameters. */
export function pipelineOf(build: (graph: Graph) => Record<string, never> | void): Pipeline {
  return definePipeline({
    name: "sample",
    description: "For tests",
    params: {},
    build: (_, graph) => build(graph) ?? {},
  });
}

/** A pipeline of one step. */
export function oneStep(options: StepOptions): Pipeline {
  return pipelineOf(({ step }) => void step(say, {}, options));
}

/** The PipelineSpec, to be looked into. */
export function specOf(pipeline: Pipeline, options: Partial<CompileOptions> = {}): Loose {
  return compileToIr(pipeline, { image, inImage: () => true, ...options }).spec as Loose;
}

/** The KubernetesExecutorConfig of a step. */
export function kubernetesOf(pipeline: Pipeline, options: Partial<CompileOptions> = {}): Loose {
  const platform = compileToIr(pipeline, { image, inImage: () => true, ...options }).platform as
    | Loose
    | null;
  return platform?.["platforms"].kubernetes.deploymentSpec.executors["exec-say"] ?? {};
}
