/** `deno task pipeline --compile-only` as a process. */
import { deepStrictEqual, equal, match, ok } from "node:assert/strict";
import { join } from "node:path";
import { digitsComponents } from "../../lib/steps/digits_components.ts";
import { Desk, ended } from "./command_line.ts";

/** What is compared with; `deno task goldens` renews it. */
const golden = new URL("digits_pipeline.json", import.meta.url);

// deno-lint-ignore no-explicit-any
type Loose = Record<string, any>;

async function compile(
  desk: Desk,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) {
  return await ended(
    desk.start(["pipeline", "--compile-only", ...args], { MNIST_MIRRORS: "", ...env }),
  );
}

async function compileJson(...args: Parameters<typeof compile>): Promise<Loose> {
  const [desk, flags, env] = args;
  const { code, stdout, stderr } = await compile(desk, ["--json", ...flags ?? []], env);
  equal(code, 0, stderr);
  return JSON.parse(stdout);
}

Deno.test("--compile-only prints the pipeline that the repository knows", async () => {
  await using desk = new Desk();
  const compiled = await compileJson(desk, ["--image", "example.com/digits:1.0"]);
  if (Deno.env.get("DIGITS_GOLDENS") === "renew") {
    await Deno.writeTextFile(golden, `${JSON.stringify(compiled, null, 2)}\n`);
  }
  deepStrictEqual(compiled, JSON.parse(await Deno.readTextFile(golden)));
});

Deno.test("--compile-only prints the same bytes twice, whatever the environment holds", async () => {
  await using desk = new Desk();
  const [plain, secretive] = await Promise.all([
    compile(desk, ["--image", "x:1"]),
    compile(desk, ["--image", "x:1"], {
      MINIO_ENDPOINT: "http://minio.example.com:9000",
      MINIO_ACCESS_KEY: "hush-access",
      MINIO_SECRET_KEY: "hush-secret",
      MLFLOW_TRACKING_URI: "http://mlflow.example.com",
      MLFLOW_TRACKING_TOKEN: "hush-token",
      KFP_ENDPOINT: "http://kubeflow.example.com",
      KFP_TOKEN: "hush-kfp",
      DIGITS_SERVE_TOKEN: "hush-serve",
    }),
  ]);
  equal(plain.stderr, "");
  equal(secretive.stdout, plain.stdout);
  match(plain.stdout, /^pipelineInfo:\n {2}name: digits-recognizer\n/);
  match(plain.stdout, /\n---\nplatforms:\n {2}kubernetes:\n/);
});

Deno.test("--compile-only makes defaults of the flags", async () => {
  await using desk = new Desk();
  const { pipeline_spec: spec } = await compileJson(desk, [
    ...["--epochs", "5", "--optimizer", "sgd", "--experiment", "my-experiment", "--no-cache"],
    ...["--seed", "7", "--learning-rate", "0.5", "--pipeline-root", "s3://bucket/runs"],
  ]);
  const defaults = Object.fromEntries(
    Object.entries<Loose>(spec.root.inputDefinitions.parameters)
      .map(([name, { defaultValue }]) => [name, defaultValue]),
  );
  const { no_epochs, optimizer, mlflow_experiment, dataset, seed } = defaults;
  const { batch_size, learning_rate } = defaults;
  deepStrictEqual([no_epochs, optimizer, mlflow_experiment], [5, "sgd", "my-experiment"]);
  deepStrictEqual([dataset, seed, learning_rate, batch_size], ["mnist", 7, 0.5, 0]);
  equal(spec.defaultPipelineRoot, "s3://bucket/runs");
  for (const task of Object.values<Loose>(spec.root.dag.tasks)) {
    equal(task.cachingOptions?.enableCache ?? false, false);
  }
});

Deno.test("--compile-only names only steps that the image has, and caches none with effects", async () => {
  await using desk = new Desk();
  const { pipeline_spec: spec } = await compileJson(desk);
  const names: readonly string[] = Object.values<Loose>(spec.deploymentSpec.executors)
    .map(({ container }) => container.command.at(-1));
  const steps = digitsComponents.filter(({ name }) => names.includes(name));
  equal(steps.length, names.length);
  const dags: Loose[] = [spec.root, ...Object.values<Loose>(spec.components)];
  const tasks = dags.flatMap(({ dag }) => Object.values<Loose>(dag?.tasks ?? {}));
  for (const { name } of steps.filter(({ effects }) => effects)) {
    const task = tasks.find(({ taskInfo }) => taskInfo.name === name);
    deepStrictEqual(task?.["cachingOptions"], { enableCache: false }, name);
  }
});

Deno.test("--compile-only takes the image of the flag, of the setting, or its own", async () => {
  await using desk = new Desk();
  const imageOf = ({ pipeline_spec: spec }: Loose) =>
    spec.deploymentSpec.executors["exec-train"].container.image;
  const env = { DIGITS_IMAGE: "registry.example.com/digits:2" };
  equal(imageOf(await compileJson(desk, ["--image", "mine:1"], env)), "mine:1");
  equal(imageOf(await compileJson(desk, [], env)), "registry.example.com/digits:2");
  const { stderr } = await compile(desk);
  match(stderr, /^! The steps run the image digits-recognizer:\d.*--image or DIGITS_IMAGE\n$/);
});

Deno.test("--output writes a file, of JSON where it is called so", async () => {
  await using desk = new Desk();
  const { stdout, stderr } = await compile(desk, ["--image", "x:1", "--output", "p.yaml"]);
  deepStrictEqual([stdout, stderr], ["", "Compiled digits-recognizer into p.yaml\n"]);
  const yaml = await Deno.readTextFile(join(desk.path, "p.yaml"));
  equal(yaml, (await compile(desk, ["--image", "x:1"])).stdout);
  await compile(desk, ["--output", "p.json"]);
  ok(JSON.parse(await Deno.readTextFile(join(desk.path, "p.json"))).platform_spec);
  const failed = await compile(desk, ["--output", "no/such/p.yaml"]);
  equal(failed.code, 2);
  match(failed.stderr, /Cannot write "no\/such\/p.yaml": /);
});

Deno.test("--compile-only refuses what could not run on Kubeflow", async () => {
  await using desk = new Desk();
  await desk.bringDigits({ train: 1, test: 1 });
  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [["--data", "digits"], /Cannot use "digits" as digits on Kubeflow: .*MNIST_MIRRORS/],
    [
      ["--pipeline-root", "/tmp"],
      /--pipeline-root takes a URI such as s3:.*: got "\/tmp"/,
    ],
    [["--image", "my image"], /--image is no image, such as registry.*: got "my image"/],
    [["--epochs", "none"], /--epochs takes a whole number/],
    [["--pull-policy", "never"], /--pull-policy takes Always, IfNotPresent or Never/],
  ];
  for (const [args, reason] of refused) {
    const { code, stdout, stderr } = await compile(desk, ["--image", "x:1", ...args]);
    equal(code, 2, stderr);
    equal(stdout, "");
    match(stderr, reason);
  }
  const login = { MNIST_MIRRORS: "https://ann:hush@example.com/mnist" };
  const leaky = await compile(desk, ["--image", "x:1"], login);
  equal(leaky.code, 2);
  match(leaky.stderr, /MNIST_MIRRORS as it has a login/);
  equal(leaky.stderr.includes("hush"), false);
  const { code, stderr } = await desk.run("pipeline", "--output", "p.yaml");
  equal(code, 2);
  match(stderr, /add --compile-only/);
});
