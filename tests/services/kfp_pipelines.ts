/** The pipelines of kfp_pipelines.py, built with our builder. */
import {
  artifact,
  artifacts,
  atLeast,
  boolean,
  bytesCodec,
  defineContainer,
  definePipeline,
  equal,
  inputPath,
  inputUri,
  inputValue,
  integer,
  lessThan,
  list,
  loadComponent,
  member,
  moreThan,
  notEqual,
  number,
  outputPath,
  outputUri,
  type Pipeline,
  struct,
  text,
} from "../../lib/pipeline/mod.ts";

const image = "example.com/tool:1";
const description = "";
const codec = bytesCodec;
const dataset = artifact("", { codec, schema: "system.Dataset" });
const model = artifact("", { codec, schema: "system.Model" });
const metrics = artifact("", { codec, schema: "system.Metrics" });
const models = artifacts("", { codec, schema: "system.Model" });

const hello = defineContainer({
  name: "hello",
  description,
  inputs: { name: text("") },
  outputs: { greeting: text("") },
  image,
  command: ["hello"],
  args: [inputValue("name"), outputPath("greeting")],
});

const add = defineContainer({
  name: "add",
  description,
  inputs: { a: integer(""), b: integer(""), scale: number("", { default: 1.5 }) },
  outputs: { total: integer("") },
  image,
  command: ["add"],
  args: [
    ...["--a", inputValue("a"), "--b", inputValue("b"), `--scale=${inputValue("scale")}`],
    outputPath("total"),
  ],
});

const show = defineContainer({
  name: "show",
  description,
  inputs: { text: text("") },
  outputs: {},
  image,
  command: ["show"],
  args: [inputValue("text")],
});

const showNumber = defineContainer({
  name: "show-number",
  description,
  inputs: { number: number("") },
  outputs: {},
  image,
  command: ["show"],
  args: [inputValue("number")],
});

const flip = defineContainer({
  name: "flip",
  description,
  inputs: {},
  outputs: { side: text("") },
  image,
  command: ["flip"],
  args: [outputPath("side")],
});

const roll = defineContainer({
  name: "roll",
  description,
  inputs: {},
  outputs: { number: integer("") },
  image,
  command: ["roll"],
  args: [outputPath("number")],
});

const makeList = defineContainer({
  name: "make-list",
  description,
  inputs: {},
  outputs: { items: list("") },
  image,
  command: ["make-list"],
  args: [outputPath("items")],
});

const sumAll = defineContainer({
  name: "sum-all",
  description,
  inputs: { numbers: list("") },
  outputs: { total: integer("") },
  image,
  command: ["sum"],
  args: [inputValue("numbers"), outputPath("total")],
});

const makeDataset = defineContainer({
  name: "make-dataset",
  description,
  inputs: { text: text("") },
  outputs: { dataset },
  image,
  command: ["make-dataset"],
  args: [inputValue("text"), outputUri("dataset"), outputPath("dataset")],
});

const trainModel = defineContainer({
  name: "train-model",
  description,
  inputs: { dataset, epochs: integer("") },
  outputs: { model, metrics },
  image,
  command: ["train", "--from", inputPath("dataset")],
  args: [
    ...["--uri", inputUri("dataset"), "--epochs", inputValue("epochs")],
    ...[outputPath("model"), outputPath("metrics")],
  ],
});

const chooseModel = defineContainer({
  name: "choose-model",
  description,
  inputs: { models },
  outputs: { best: model },
  image,
  command: ["choose"],
  args: ["--executor-input", "{{$}}", outputPath("best")],
});

const cleanUp = defineContainer({
  name: "clean-up",
  description,
  inputs: { status: struct("") },
  outputs: {},
  image,
  command: ["clean-up"],
  args: ["--executor-input", "{{$}}"],
});

const optional = defineContainer({
  name: "optional",
  description,
  inputs: {
    text: text("", { default: "none" }),
    choice: struct("", { default: { a: "b" } }),
    flag: boolean("", { default: true }),
    many: list("", { default: [1, 2] }),
  },
  outputs: {},
  image,
  command: ["optional"],
  args: [inputValue("text"), inputValue("choice"), inputValue("flag"), inputValue("many")],
});

const inner = definePipeline({
  name: "inner",
  description,
  params: { text: text(""), epochs: integer("", { default: 2 }) },
  build({ text, epochs }, { step }) {
    const { dataset } = step(makeDataset, { text });
    return { Output: step(trainModel, { dataset, epochs }).model };
  },
});

const names = list("", { default: ["c"] });
const item = text("");

/** In the order of kfp_pipelines.py. */
export const pipelines: readonly Pipeline[] = [
  definePipeline({
    name: "hello-world",
    description: "Greets",
    params: { recipient: text("", { default: "world" }) },
    build: ({ recipient }, { step }) => ({ Output: step(hello, { name: recipient }).greeting }),
  }),
  definePipeline({
    name: "arithmetic",
    description: "Parameters of every type with defaults",
    params: {
      a: integer(""),
      b: integer("", { default: 2 }),
      c: number("", { default: 0.5 }),
      d: boolean("", { default: true }),
      e: list("", { default: [1, 2] }),
      f: struct("", { default: { k: "v" } }),
    },
    build({ a, b, c }, { step }) {
      const { total } = step(add, { a, b });
      return { Output: step(add, { a: total, b: 3, scale: c }, { id: "add-2" }).total };
    },
  }),
  definePipeline({
    name: "artifacts",
    description,
    params: { epochs: integer("", { default: 3 }) },
    build({ epochs }, { step }) {
      const { dataset } = step(makeDataset, { text: "some" });
      return { Output: step(trainModel, { dataset, epochs }).model };
    },
  }),
  definePipeline({
    name: "condition",
    description,
    params: { expected: text("", { default: "heads" }) },
    build({ expected }, { step, when }) {
      const { side } = step(flip, {});
      when(equal(side, expected), () => step(show, { text: side }));
      when(notEqual(side, "tails"), () => step(show, { text: "not tails" }, { id: "show-2" }));
      return {};
    },
  }),
  definePipeline({
    name: "one-of",
    description,
    params: {},
    build(_, { step, oneOf }) {
      const { side } = step(flip, {});
      const { greeting } = oneOf([
        [equal(side, "heads"), () => step(hello, { name: "heads" })],
        [equal(side, "tails"), () => step(hello, { name: "tails" }, { id: "hello-2" })],
      ], () => step(hello, { name: "edge" }, { id: "hello-3" }));
      step(show, { text: greeting });
      return { Output: greeting };
    },
  }),
  definePipeline({
    name: "nested-conditions",
    description,
    params: { threshold: integer("", { default: 3 }) },
    build({ threshold }, { step, when }) {
      const { number } = step(roll, {});
      when(moreThan(number, threshold), () => {
        const { side } = step(flip, {});
        when(equal(side, "heads"), () => step(add, { a: number, b: 1 }));
        when(atLeast(number, 5.5), () => step(show, { text: side }));
      });
      return {};
    },
  }),
  definePipeline({
    name: "static-loop",
    description,
    params: {},
    build(_, { step, forEach }) {
      forEach([1, 2, 3], (item) => step(add, { a: item, b: 1 }), { parallelism: 2 });
      return {};
    },
  }),
  definePipeline({
    name: "struct-loop",
    description,
    params: { prefix: text("", { default: "x" }) },
    build({ prefix }, { step, forEach }) {
      forEach([{ label: "a", size: 1 }, { label: "b", size: 2 }], (item) => {
        step(hello, { name: member(item, "label", text("")) });
        step(show, { text: prefix });
      });
      return {};
    },
  }),
  definePipeline({
    name: "dynamic-loop",
    description,
    params: { names },
    build({ names }, { step, forEach }) {
      const { items } = step(makeList, {});
      forEach(items, (name) => step(hello, { name }), { item });
      forEach(names, (name) => step(hello, { name }, { id: "hello-2" }), { item });
      return {};
    },
  }),
  definePipeline({
    name: "nested-loops",
    description,
    params: { names },
    build({ names }, { step, forEach }) {
      forEach(names, (outer) => {
        forEach(["x", "y"], (inner) => {
          step(hello, { name: outer });
          step(show, { text: inner });
        });
      }, { item });
      return {};
    },
  }),
  definePipeline({
    name: "collected-parameters",
    description,
    params: { b: integer("", { default: 1 }) },
    build({ b }, { step, forEach }) {
      const { total } = forEach([1, 2, 3], (item) => step(add, { a: item, b }));
      return { Output: step(sumAll, { numbers: total }).total };
    },
  }),
  definePipeline({
    name: "collected-artifacts",
    description,
    params: {},
    build(_, { step, forEach }) {
      const { dataset } = step(makeDataset, { text: "some" });
      const { model } = forEach([1, 2, 3], (epochs) => {
        const { model } = step(trainModel, { dataset, epochs });
        return { model };
      }, { parallelism: 1 });
      return { Output: step(chooseModel, { models: model }).best };
    },
  }),
  definePipeline({
    name: "loop-of-conditions",
    description,
    params: { limit: integer("", { default: 2 }) },
    build({ limit }, { step, forEach, when }) {
      forEach([1, 2, 3], (item) => {
        const { total } = step(add, { a: item, b: 1 });
        when(moreThan(total, limit), () => step(show, { text: "large" }));
      });
      return {};
    },
  }),
  definePipeline({
    name: "exit-handler",
    description,
    params: { name: text("", { default: "world" }) },
    build({ name }, { step, onExit }) {
      onExit(cleanUp, (status) => ({ status }), () => {
        const { greeting } = step(hello, { name });
        step(show, { text: greeting });
      });
      return {};
    },
  }),
  definePipeline({
    name: "import-constant",
    description,
    params: {},
    build(_, { step, importArtifact }) {
      const imported = importArtifact(dataset, "gs://bucket/data", {
        id: "importer",
        metadata: { rows: 3 },
      });
      step(trainModel, { dataset: imported, epochs: 1 });
      return {};
    },
  }),
  definePipeline({
    name: "import-parameter",
    description,
    params: { uri: text("", { default: "gs://bucket/data" }) },
    build({ uri }, { step, importArtifact }) {
      const imported = importArtifact(dataset, uri, { id: "importer", reimport: true });
      step(trainModel, { dataset: imported, epochs: 1 });
      return {};
    },
  }),
  definePipeline({
    name: "settings-of-tasks",
    description,
    params: {},
    build(_, { step }) {
      step(hello, { name: "a" }, { retries: 3 });
      step(hello, { name: "b" }, { id: "hello-2", cache: false, after: ["hello"] });
      const pod = {
        ...{ cpu: "500m", cpuLimit: "2", memory: "512Mi", memoryLimit: "1G" },
        accelerator: { type: "nvidia.com/gpu", count: 1 },
      };
      step(hello, { name: "c" }, { id: "hello-3", pod });
      step(hello, { name: "d" }, { id: "hello-4", pod: { env: { MODE: "fast", LEVEL: "3" } } });
      step(hello, { name: "e" }, {
        id: "hello-5",
        cacheKey: "mine",
        after: ["hello-3", "hello-4"],
      });
      return {};
    },
  }),
  definePipeline({
    name: "kubernetes-settings",
    description,
    params: {},
    build(_, { step }) {
      step(hello, { name: "a" }, {
        pod: {
          secretEnv: [{ secret: "keys", keys: { S3_USER: "user", S3_PASSWORD: "password" } }],
          secretVolumes: [{ secret: "certificates", mountPath: "/certificates" }],
          configMapEnv: [{ configMap: "places", keys: { HOST_NAME: "host" } }],
          configMapVolumes: [{ configMap: "files", mountPath: "/files" }],
        },
      });
      step(hello, { name: "b" }, {
        id: "hello-2",
        timeoutMs: 3_600_000,
        pod: {
          volumes: [{ claim: "data", mountPath: "/data" }],
          pullPolicy: "Always",
          nodeSelector: { disk: "fast" },
          tolerations: [{
            ...{ key: "gpu", operator: "Equal", value: "yes", effect: "NoSchedule" },
            tolerationSeconds: 10,
          }],
          labels: { team: "digits" },
          annotations: { "sidecar.istio.io/inject": "false" },
          pullSecrets: ["registry"],
          fieldEnv: { RUN_ID: "metadata.labels['pipeline/runid']" },
        },
      });
      return {};
    },
  }),
  definePipeline({
    name: "sub-pipeline",
    description,
    params: { text: text("", { default: "some" }) },
    build({ text }, { step }) {
      step(inner, { text });
      return step(inner, { text: "other", epochs: 5 }, { id: "inner-2" });
    },
  }),
  definePipeline({
    name: "placeholders",
    description,
    params: {},
    build(_, { step }) {
      step(optional, { text: "given" });
      step(optional, {}, { id: "optional-2" });
      return {};
    },
  }),
  definePipeline({
    name: "boolean-condition",
    description,
    params: { wanted: boolean("", { default: true }), rate: number("", { default: 0.5 }) },
    build({ wanted, rate }, { step, when }) {
      when(equal(wanted, true), () => step(show, { text: "wanted" }));
      when(lessThan(rate, 1), () => step(showNumber, { number: rate }));
      return {};
    },
  }),
];

/** The last one, of the components whose texts the Python script has made. */
export function loadedComponents(
  { old, compiled }: { readonly old: string; readonly compiled: string },
): Pipeline {
  const { inputs, outputs } = makeDataset;
  const madeElsewhere = loadComponent(compiled, { inputs, outputs });
  const grade = loadComponent(old, {
    inputs: {
      test_data: dataset,
      weights: list("", { default: [1, 2] }),
      strict: boolean("", { default: true }),
    },
  });
  return definePipeline({
    name: "loaded-components",
    description,
    params: {},
    build(_, { step }) {
      const { dataset } = step(madeElsewhere, { text: "some" });
      step(grade, { test_data: dataset });
      return {};
    },
  });
}
