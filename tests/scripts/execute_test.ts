import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { podCommand, podSourceCommand } from "../../lib/pipeline/execute/pod_command.ts";
import {
  bundleComponent,
  compilePipeline,
  defineComponent,
  definePipeline,
  integer,
  text,
} from "../../lib/pipeline/mod.ts";
import { acquireStep } from "../../lib/steps/acquire_step.ts";
import { evaluateStep } from "../../lib/steps/evaluate_step.ts";
import { preprocessStep } from "../../lib/steps/preprocess_step.ts";
import { registerStep } from "../../lib/steps/register_step.ts";
import { trainStep } from "../../lib/steps/train_step.ts";
import { Desk, ended } from "./command_line.ts";
import { Pods } from "./execute_pod.ts";
import project from "../../deno.json" with { type: "json" };

Deno.test("execute runs the steps in pods, with the very numbers of a local run", async () => {
  await using desk = new Desk();
  await desk.bringDigits({ train: 1_200, test: 200 });
  await using pods = new Pods();
  const acquired = await pods.run(acquireStep, {
    params: { dataset: join(desk.path, "digits"), mirrors: [] },
  });
  const { dataset } = acquired.parameterValues as { readonly dataset: string };
  const split = await pods.run(preprocessStep, {
    artifacts: { digits: acquired.artifacts["digits"]! },
  });
  const { train, validation, test } = split.artifacts;
  const trained = await pods.run(trainStep, {
    params: { dataset, no_epochs: 1, optimizer: "adam", seed: 1, mlflow_experiment: "tests" },
    artifacts: { train: train!, validation: validation! },
  });
  const { model } = trained.artifacts;
  const judged = await pods.run(evaluateStep, {
    params: { dataset },
    artifacts: { model: model!, test: test! },
  });
  const { accuracy } = judged.parameterValues;

  const local = await desk.pipeline("--epochs", "1", "--min-accuracy", "0.1");
  assert.equal(local.code, 0, local.stderr);
  assert.equal(accuracy, local.summary.testAccuracy);
  const registered = fileURLToPath(local.summary.model.uri);
  const bytes = (folder: string) => Deno.readFile(join(folder, "model.onnx"));
  assert.deepEqual(await bytes(join(trained.folder, "model")), await bytes(registered));

  const { metrics, confusion_matrix, roc, report } = judged.artifacts;
  assert.equal(metrics!.metadata["accuracy"], accuracy);
  const { confusionMatrix } = confusion_matrix!.metadata as {
    readonly confusionMatrix: { readonly rows: readonly unknown[] };
  };
  assert.equal(confusionMatrix.rows.length, 10);
  assert.ok(Object.hasOwn(roc!.metadata, "confidenceMetrics"));
  assert.match(await Deno.readTextFile(report!.uri), /^<!doctype html>/i);
  for (const { stdout, stderr } of [acquired, split, trained, judged]) {
    assert.equal(stdout, "");
    // deno-lint-ignore no-control-regex -- that is what must not be in a log
    assert.doesNotMatch(stderr, /\x1b|\r/);
    assert.match(stderr, /✓ \w+ +\d+\.\d s\n$/);
  }

  // No registry is set.
  const { input, folder } = pods.prepare(registerStep, {
    params: { dataset, accuracy: accuracy! },
    artifacts: { model: model!, validation: validation! },
  });
  const args = ["register", "--executor-input", JSON.stringify(input)];
  const { code, stderr } = await ended(pods.start(args));
  assert.equal(code, 1);
  assert.match(stderr, /MINIO_SECRET_KEY, into the Secret "digits-recognizer" of the namespace/);
  await assert.rejects(Deno.stat(folder), Deno.errors.NotFound);
});

Deno.test("deno task execute does what a pod's command does, and may fetch packages", () => {
  const words = podCommand().filter((word) => word !== "--cached-only");
  assert.equal(project.tasks.execute.command, words.join(" "));
});

interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
}

const greet = defineComponent({
  name: "greet",
  description: "Is in no image",
  inputs: { name: text("Whom"), times: integer("How often", { default: 2 }) },
  outputs: { words: text("What was said") },
  async run({ name, times }, { progress, run }) {
    const { format } = await import("node:util");
    progress({ done: 1, total: 1, unit: "greetings", note: "" });
    await run.log({ times }, 1);
    return { words: format("Hello %s! ", name).repeat(times) };
  },
});

Deno.test("execute runs a component from the source in a compiled pipeline", async () => {
  await using pods = new Pods();
  const pipeline = definePipeline({
    name: "greets",
    description: "Greets",
    params: { name: text("Whom") },
    build: ({ name }, { step }) => ({ words: step(greet, { name }).words }),
  });
  const { spec } = compilePipeline(pipeline, {
    image: "example.com/steps:1",
    inImage: () => false,
    bundle: bundleComponent,
  });
  const { deploymentSpec: { executors } } = spec as unknown as {
    readonly deploymentSpec: {
      readonly executors: Readonly<Record<string, { readonly container: Container }>>;
    };
  };
  const { command, args: [flag, source, ...input] } = executors["exec-greet"]!.container;
  assert.deepEqual([command, flag, input], [
    podSourceCommand(),
    "--source",
    ["--executor-input", "{{$}}"],
  ]);
  const done = await pods.run(greet, { params: { name: "Ada" } }, source);
  assert.deepEqual(done.parameterValues, { words: "Hello Ada! Hello Ada! " });
  assert.match(done.stderr, /metrics at 1: times 2\n/);
});

Deno.test("execute ends with 2 for wrong use and 1 for bad input, and says why", async () => {
  await using pods = new Pods();
  const input = JSON.stringify(pods.prepare(greet, { params: {} }).input);
  for (
    const [args, code, message] of [
      [[], 2, /No step is named: known are acquire, preprocess, train, /],
      [["trian", "--executor-input", "{}"], 2, /There is no step "trian": did you mean train\?/],
      [["train"], 2, /--executor-input is missing/],
      [["train", "--source", "x", "--executor-input", "{}"], 2, /give one of them/],
      [["train", "--executor-input", "{{$}}"], 1, /Cannot read the executor input: /],
      [["train", "--executor-input", "{}"], 1, /has no place for output "model"/],
      [
        ["--source", bundleComponent(greet), "--executor-input", input],
        1,
        /Cannot run component "greet" as input "name" is missing/,
      ],
      [
        ["--source", "nonsense(", "--executor-input", input],
        1,
        /Cannot load the component's source/,
      ],
    ] as const
  ) {
    const done = await ended(pods.start(args));
    assert.equal(done.code, code, done.stderr);
    assert.match(done.stderr, message);
    assert.equal(done.stdout, "");
  }
});

Deno.test("execute stops cleanly when Kubernetes asks it to", async () => {
  await using pods = new Pods();
  const wait = defineComponent({
    name: "wait",
    description: "Waits for ever",
    inputs: {},
    outputs: { x: integer("x") },
    run: (_, { signal, progress }) => {
      progress({ done: 0, total: 1, unit: "waits", note: "" });
      console.error("waiting");
      const forever = setInterval(() => {}, 1_000);
      return new Promise<never>((_, reject) =>
        signal.addEventListener("abort", () => {
          clearInterval(forever);
          reject(signal.reason);
        })
      );
    },
  });
  const { input, folder } = pods.prepare(wait, {});
  const child = pods.start([
    "--source",
    bundleComponent(wait),
    "--executor-input",
    JSON.stringify(input),
  ]);
  let said = "";
  for await (const words of child.stderr.pipeThrough(new TextDecoderStream())) {
    said += words;
    if (words.includes("waiting")) child.kill("SIGTERM");
  }
  assert.equal((await child.status).code, 143, said);
  assert.match(said, /Stopped wait before its end: it wrote nothing\n$/);
  await child.stdout.cancel();
  await assert.rejects(Deno.stat(folder), Deno.errors.NotFound);
});
