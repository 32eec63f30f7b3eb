/** The compiler against Kubeflow's own SDK. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { compileToIr } from "../../lib/pipeline/ir/compile_to_ir.ts";
import { pipelineYaml } from "../../lib/pipeline/ir/pipeline_text.ts";
import { defineContainer, definePipeline, list } from "../../lib/pipeline/mod.ts";
import { digitsPipeline } from "../../lib/steps/digits_pipeline.ts";
import { installKfp } from "../../scripts/services/kfp.ts";
import { buildProgram } from "../pipeline/build_program.ts";
import { randomProgram } from "../pipeline/random_program.ts";
import { normalForm } from "./kfp_normal_form.ts";
import { loadedComponents, pipelines } from "./kfp_pipelines.ts";
import project from "../../deno.json" with { type: "json" };

/** What kfp_check.py prints of one pipeline. */
interface Checked {
  readonly name: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly documents: readonly unknown[];
  readonly spec: unknown;
  readonly kubernetes: Readonly<Record<string, unknown>>;
}

const image = "example.com/tool:1";
/** Runs a Python script beside this file with Kubeflow's SDK; gives the JSON that it prints. */
async function runKfp<T>(script: string, input = ""): Promise<T> {
  const child = new Deno.Command(await installKfp(), {
    args: ["-W", "ignore", new URL(script, import.meta.url).pathname],
    env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8", HOME: Deno.env.get("HOME") ?? "/" },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  if (!success) throw new Error(`${script} failed:\n${text.decode(stderr)}`);
  return JSON.parse(text.decode(stdout).trim().split("\n").at(-1)!);
}

/** What Kubeflow makes of YAML texts. */
async function readTexts(texts: Readonly<Record<string, string>>) {
  return await runKfp<Record<string, Checked>>("kfp_check.py", JSON.stringify(texts));
}

/** What kfp_pipelines.py prints. */
interface Compiled {
  readonly components: Readonly<Record<"old" | "compiled", string>>;
  readonly pipelines: Readonly<Record<string, readonly unknown[]>>;
}

Deno.test("compileToIr() makes of the SDK's documented pipelines what the SDK makes", async (t) => {
  const { components, pipelines: theirs } = await runKfp<Compiled>("kfp_pipelines.py");
  const mine = [...pipelines, loadedComponents(components)];
  const ours = await readTexts(Object.fromEntries(mine.map((pipeline) => [
    pipeline.name,
    pipelineYaml(compileToIr(pipeline, { image, inImage: () => true })),
  ])));
  assert.deepEqual(Object.keys(ours).sort(), Object.keys(theirs).sort());
  for (const { name, params } of mine) {
    await t.step(name, () => {
      assert.deepEqual(normalForm(ours[name]!.documents), normalForm(theirs[name]!));
      assert.equal(ours[name]!.name, name);
      assert.deepEqual(Object.keys(ours[name]!.inputs).sort(), Object.keys(params).sort());
    });
  }
});

Deno.test("Kubeflow's loader and protobufs take random nested pipelines and the digits' own", async () => {
  const random = Array.from({ length: 40 }, (_, seed) => buildProgram(randomProgram(seed)));
  const many = Object.fromEntries(
    [...random, digitsPipeline].map((pipeline, i) => [
      `${i}`,
      pipelineYaml(compileToIr(pipeline, {
        inImage: () => true,
        image,
        pod: { secretEnv: [{ secret: "keys", keys: { A: "a" }, optional: true }] },
      })),
    ]),
  );
  const checked = await readTexts(many);
  const { name, inputs, kubernetes } = checked[`${random.length}`]!;
  assert.equal(name, "digits-recognizer");
  assert.deepEqual(Object.keys(inputs).sort(), Object.keys(digitsPipeline.params).sort());
  assert.deepEqual(Object.keys(kubernetes["exec-train"] as object), ["secretAsEnv"]);
});

Deno.test("Python reads hostile texts and numbers as they were written", async () => {
  const texts = [
    ...["", " ", "yes", "~", "1:30", "1e3", "0o7", "a: b", "a #b", "'", '"', "\\", "{{$}}", "- x"],
    ...["\n", "a\nb\n", "\t", "\u0085", "\u2028", "\ufeff", "\u0000", "😀", "é", "=", "<<", "null"],
    ...[
      "2026-11-24",
      "...",
      "---",
      "--- a",
      "%",
      "@",
      "`",
      "|",
      ">-",
      "!x",
      "&a",
      "*a",
      "x:",
      ":x",
    ],
  ];
  const description = "Echoes";
  const echo = defineContainer({
    ...{ name: "echo", description, inputs: {}, outputs: {}, image, command: ["echo"] },
    args: texts,
  });
  const pipeline = definePipeline({
    name: "hostile",
    description: texts.join("|"),
    params: { numbers: list("", { default: [1e-7, 1e21, -2.5e-300, 0.1, -3, 9007199254740991] }) },
    build: (_, { step }) => step(echo, {}),
  });
  const compiled = compileToIr(pipeline, { image, inImage: () => true });
  const { hostile } = await readTexts({ hostile: pipelineYaml(compiled) });
  assert.deepEqual(hostile!.documents[0], compiled.spec);
});

Deno.test("compiling is faster than with Kubeflow's SDK, as a whole process each", async () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const { command } = project.tasks.pipeline;
  const python = await installKfp();
  const hello = new URL("kfp_hello.py", import.meta.url).pathname;
  const ours = [Deno.execPath(), ...command.split(" ").slice(1), "--compile-only"];
  const times: [number[], number[]] = [[], []];
  for (let turn = 0; turn < 6; turn++) {
    for (const [i, [program, ...args]] of [ours, [python, "-W", "ignore", hello]].entries()) {
      const start = performance.now();
      const { success } = await new Deno.Command(program!, { args, cwd: root, stderr: "null" })
        .output();
      assert(success);
      if (turn > 0) times[i]!.push(performance.now() - start); // the first one fills caches
    }
  }
  const [mine, theirs] = times.map((list) => list.sort((a, b) => a - b)[2]!);
  console.log(`    ours ${mine!.toFixed(0)} ms, kfp ${theirs!.toFixed(0)} ms (medians of 5)`);
  assert(mine! < theirs!, `ours ${mine} ms, kfp ${theirs} ms`);
});
