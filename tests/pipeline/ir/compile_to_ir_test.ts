import { deepStrictEqual, equal, throws } from "node:assert/strict";
import { compileToIr } from "../../../lib/pipeline/ir/compile_to_ir.ts";
import { pipelineJson, pipelineYaml } from "../../../lib/pipeline/ir/pipeline_text.ts";
import {
  boolean,
  definePipeline,
  integer,
  list,
  number,
  struct,
  text,
} from "../../../lib/pipeline/mod.ts";
import { choose, deploy, image, oneStep, pipelineOf, say, specOf, train } from "./sample.ts";

Deno.test("compileToIr() makes a step of the image's executor", () => {
  const { deploymentSpec, components, root } = specOf(
    pipelineOf(({ step }) => void step(train, {})),
  );
  const { command, args, image: chosen } = deploymentSpec.executors["exec-train"].container;
  equal(chosen, image);
  deepStrictEqual(command.slice(0, 2), ["deno", "run"]);
  deepStrictEqual(command.slice(-3), ["scripts/main.ts", "execute", "train"]);
  equal(command.includes("-A"), false);
  deepStrictEqual(args, ["--executor-input", "{{$}}"]);
  deepStrictEqual(components["comp-train"], {
    executorLabel: "exec-train",
    inputDefinitions: {
      parameters: {
        epochs: {
          parameterType: "NUMBER_INTEGER",
          defaultValue: 3,
          isOptional: true,
          description: "Passes",
        },
      },
    },
    outputDefinitions: {
      parameters: { accuracy: { parameterType: "NUMBER_DOUBLE", description: "How good, 0..1" } },
      artifacts: {
        model: {
          artifactType: { schemaTitle: "system.Model", schemaVersion: "0.0.1" },
          description: "The model",
        },
      },
    },
  });
  deepStrictEqual(root.dag.tasks.train, {
    taskInfo: { name: "train" },
    componentRef: { name: "comp-train" },
    cachingOptions: { enableCache: true },
  });
});

Deno.test("compileToIr() keeps names, types, descriptions and defaults of parameters", () => {
  const pipeline = definePipeline({
    name: "params",
    description: "Has parameters",
    params: {
      no_epochs: integer("Passes", { default: 3 }),
      rate: number("Step size"),
      optimizer: text("Which", { default: "adam" }),
      shuffle: boolean("Whether", { default: false }),
      mirrors: list("Where", { default: [] }),
      serving: struct("How", { default: {} }),
    },
    build: (_, { step }) => ({ said: step(say, {}).said }),
  });
  const { root, pipelineInfo, schemaVersion } = specOf(pipeline, { params: { no_epochs: 5 } });
  deepStrictEqual(pipelineInfo, { name: "params", description: "Has parameters" });
  equal(schemaVersion, "2.1.0");
  deepStrictEqual(root.inputDefinitions.parameters, {
    no_epochs: {
      ...{ parameterType: "NUMBER_INTEGER", defaultValue: 5 },
      ...{ isOptional: true, description: "Passes" },
    },
    rate: { parameterType: "NUMBER_DOUBLE", description: "Step size" },
    optimizer: {
      ...{ parameterType: "STRING", defaultValue: "adam", isOptional: true, description: "Which" },
    },
    shuffle: {
      ...{ parameterType: "BOOLEAN", defaultValue: false, isOptional: true },
      description: "Whether",
    },
    mirrors: { parameterType: "LIST", defaultValue: [], isOptional: true, description: "Where" },
    serving: { parameterType: "STRUCT", defaultValue: {}, isOptional: true, description: "How" },
  });
});

Deno.test("compileToIr() refuses parameters that the pipeline does not have, and wrong values", () => {
  const pipeline = definePipeline({
    name: "params",
    description: "",
    params: { no_epochs: integer("") },
    build: (_, { step }) => ({ said: step(say, {}).said }),
  });
  const compile = (params: Record<string, string>) => specOf(pipeline, { params });
  throws(() => compile({ epochs: "3" }), /no parameter "epochs": there are no_epochs/);
  throws(() => compile({ no_epochs: "3" }), /parameter "no_epochs" must be an integer: got "3"/);
});

Deno.test("compileToIr() gives the same bytes twice", () => {
  const build = () =>
    pipelineOf(({ step, forEach }) => {
      const { model } = forEach([1, 2], (epochs) => {
        const { model } = step(train, { epochs });
        return { model };
      });
      step(choose, { models: model });
    });
  const texts = [build(), build()].map((pipeline) =>
    pipelineYaml(compileToIr(pipeline, { image, inImage: () => true, pod: { env: { A: "1" } } }))
  );
  equal(texts[0], texts[1]);
});

Deno.test("compileToIr() never lets Kubeflow cache what has effects", () => {
  const pipeline = pipelineOf(({ step }) => {
    const { model } = step(train, {}, { cacheKey: "mine" });
    step(deploy, { model }, { cacheKey: "other" });
    step(say, {}, { cache: false });
  });
  const { tasks } = specOf(pipeline).root.dag;
  deepStrictEqual(tasks.train.cachingOptions, { enableCache: true, cacheKey: "mine" });
  deepStrictEqual(tasks.deploy.cachingOptions, { enableCache: false });
  deepStrictEqual(tasks.say.cachingOptions, { enableCache: false });
  const off = specOf(pipeline, { cache: false }).root.dag.tasks;
  deepStrictEqual(off.train.cachingOptions, { enableCache: false });
});

Deno.test("compileToIr() never caches a called pipeline that has effects", () => {
  const inner = definePipeline({
    name: "inner",
    description: "",
    params: {},
    build: (_, { step }) => step(deploy, { model: step(train, {}).model }),
  });
  const { tasks } = specOf(pipelineOf(({ step }) => void step(inner, {}))).root.dag;
  deepStrictEqual(tasks.inner.cachingOptions, { enableCache: false });
});

Deno.test("compileToIr() gives tasks of called pipelines components of their own", () => {
  const inner = definePipeline({
    name: "inner",
    description: "",
    params: { epochs: integer("", { default: 1 }) },
    build: ({ epochs }, { step }) => ({ model: step(train, { epochs }).model }),
  });
  const { root, components, deploymentSpec } = specOf(pipelineOf(({ step }) => {
    step(train, {});
    const { model } = step(inner, { epochs: 2 });
    step(deploy, { model });
  }));
  deepStrictEqual(Object.keys(components).sort(), [
    ...["comp-deploy", "comp-inner", "comp-train", "comp-train-2"],
  ]);
  deepStrictEqual(Object.keys(deploymentSpec.executors).sort(), [
    ...["exec-deploy", "exec-train", "exec-train-2"],
  ]);
  equal(components["comp-inner"].dag.tasks.train.componentRef.name, "comp-train-2");
  deepStrictEqual(root.dag.tasks.deploy.inputs.artifacts.model, {
    taskOutputArtifact: { outputArtifactKey: "model", producerTask: "inner" },
  });
});

Deno.test("compileToIr() leaves out what no step surely gives", () => {
  const pipeline = definePipeline({
    name: "outputs",
    description: "",
    params: { what: text("", { default: "x" }), wanted: boolean("", { default: true }) },
    build({ what, wanted }, { step, when }) {
      const { model } = step(train, {});
      const { said } = when({ left: wanted, compare: "==", right: true }, () => step(say, {}));
      return { model, what, said };
    },
  });
  deepStrictEqual(Object.keys(specOf(pipeline).root.outputDefinitions), ["artifacts"]);
});

Deno.test("compileToIr() brings a component along that the image has not", () => {
  const options = { inImage: () => false, bundle: () => "export default 1;" };
  const { container } = specOf(oneStep({}), options).deploymentSpec.executors["exec-say"];
  deepStrictEqual(container.command.slice(-2), ["scripts/main.ts", "execute"]);
  deepStrictEqual(container.args, [
    ...["--source", "export default 1;", "--executor-input", "{{$}}"],
  ]);
});

Deno.test("compileToIr() refuses a source that no pod can be started with", () => {
  const inImage = () => false;
  const compile = (source: string) => specOf(oneStep({}), { inImage, bundle: () => source });
  throws(() => compile("x".repeat(120_000)), /"say" has 120002 bytes as JSON.*build an image/);
  throws(() => specOf(oneStep({}), { inImage }), /"say" is not in the image: pass options.bundle/);
});

Deno.test("compileToIr() refuses an image without a name and a root that is nowhere", () => {
  throws(() => specOf(oneStep({}), { image: "" }), /its image must be named: got ""/);
  for (const pipelineRoot of ["/tmp", "s3://", "https://bucket/x", "file:///tmp"]) {
    throws(() => specOf(oneStep({}), { pipelineRoot }), /root is not such as s3:\/\/bucket/);
  }
  equal(specOf(oneStep({}), { pipelineRoot: "s3://b/x" }).defaultPipelineRoot, "s3://b/x");
});

Deno.test("compileToIr() refuses a login in a parameter, and does not repeat it", () => {
  const pipeline = definePipeline({
    name: "params",
    description: "",
    params: { mirrors: list("") },
    build: (_, { step }) => ({ said: step(say, {}).said }),
  });
  throws(
    () => specOf(pipeline, { params: { mirrors: ["https://ann:hush@example.com/mnist"] } }),
    ({ message }: Error) =>
      /"mirrors" has a URL with a login/.test(message) && !/hush/.test(message),
  );
});

Deno.test("pipelineYaml() has a second document only where Kubernetes is asked for something", () => {
  const plain = compileToIr(oneStep({}), { image, inImage: () => true });
  equal(plain.platform, null);
  equal(pipelineYaml(plain).includes("\n---\n"), false);
  const timed = compileToIr(oneStep({ timeoutMs: 1_500 }), { image, inImage: () => true });
  equal(
    pipelineYaml(timed).split("\n---\n")[1],
    "platforms:\n  kubernetes:\n    deploymentSpec:\n      executors:\n        exec-say:\n" +
      '          activeDeadlineSeconds: "2"\n',
  );
});

Deno.test("pipelineJson() has what the API takes", () => {
  const plain = compileToIr(oneStep({}), { image, inImage: () => true });
  deepStrictEqual(JSON.parse(pipelineJson(plain)), plain.spec);
  const timed = compileToIr(oneStep({ timeoutMs: 1_500 }), { image, inImage: () => true });
  deepStrictEqual(JSON.parse(pipelineJson(timed)), {
    pipeline_spec: timed.spec,
    platform_spec: timed.platform,
  });
});
