import assert from "node:assert/strict";
import { DataError } from "../../../lib/base/errors.ts";
import { Random } from "../../../lib/base/random.ts";
import { executeStep } from "../../../lib/pipeline/execute/execute_step.ts";
import { parseExecutorInput } from "../../../lib/pipeline/execute/executor_input.ts";
import { type Component, defineComponent, integer, text } from "../../../lib/pipeline/mod.ts";
import { memoryTracker } from "../../../lib/track/memory_tracker.ts";
import { fuzzCount } from "../../fuzz_count.ts";
import { numbers, someRun } from "../sample.ts";
import { testHost } from "../test_host.ts";
import { executorInput, memoryDisk } from "./launcher.ts";

const step = defineComponent({
  name: "step",
  description: "Has one of each",
  inputs: { data: numbers("Numbers"), factor: integer("A factor", { default: 2 }) },
  outputs: { scaled: numbers("Larger numbers"), words: text("Some words") },
  run: ({ data, factor }) => ({ scaled: data.map((x) => x * factor), words: "done" }),
});

const whole = () =>
  executorInput(step, { params: { factor: 3 }, artifacts: { data: { uri: "s3://b/data" } } });
const parse = (input: unknown, component: Component = step) =>
  parseExecutorInput(JSON.stringify(input), component);

Deno.test("parseExecutorInput() looks at nothing but the component's ports and the parameters", () => {
  const input = whole();
  const strange = {
    ...input,
    somethingNew: 1,
    inputs: {
      ...input.inputs,
      artifacts: { ...input.inputs.artifacts, "other-port": 7 },
    },
    outputs: {
      ...input.outputs,
      artifacts: { ...input.outputs.artifacts, "executor-logs": "no object at all" },
      parameters: { ...input.outputs.parameters, other: [] },
    },
  };
  assert.deepEqual(parse(strange), parse(input));
  assert.deepEqual(parse(input), {
    parameters: { factor: 3 },
    artifacts: {
      data: [{
        name: "4711",
        uri: "s3://b/data",
        customPath: undefined,
        metadata: { store_session_info: "{}", display_name: "something" },
      }],
    },
    parameterFiles: { words: "/tmp/kfp/outputs/words" },
    places: {
      scaled: {
        name: "scaled",
        uri: "s3://bucket/v2/run/scaled",
        customPath: undefined,
        metadata: {},
      },
    },
    outputFile: "/tmp/kfp/output_metadata.json",
  });
});

Deno.test("parseExecutorInput() names the place of what is wrong", () => {
  const input = whole();
  const { inputs, outputs } = input;
  for (
    const [text, message] of [
      ["{{$}}", /Cannot read the executor input: .* only Kubeflow's launcher puts it there$/],
      ["{", /^Cannot read the executor input: /],
      ["7", /^Cannot read the executor input: /],
      [
        JSON.stringify({ ...input, inputs: { artifacts: { data: { artifacts: [{ uri: 7 }] } } } }),
        /at inputs\.artifacts\.data\.artifacts\.0\.uri: /,
      ],
      [JSON.stringify({ inputs }), /no place for output "scaled": compile the pipeline again/],
      [
        JSON.stringify({
          inputs,
          outputs: { ...outputs, artifacts: { scaled: { artifacts: [] } } },
        }),
        /at outputs\.artifacts\.scaled\.artifacts: /,
      ],
      [
        JSON.stringify({ inputs, outputs: { ...outputs, outputFile: undefined } }),
        /no place for what it reports \(outputs\.outputFile\)/,
      ],
      [
        JSON.stringify({ inputs, outputs: { ...outputs, outputFile: "" } }),
        /at outputs\.outputFile: should not be empty/,
      ],
    ] as const
  ) {
    assert.throws(() => parseExecutorInput(text, step), (error) => {
      assert.ok(error instanceof DataError);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("parseExecutorInput() does without the file of an output parameter", () => {
  const { inputs, outputs } = whole();
  assert.deepEqual(parse({ inputs, outputs: { ...outputs, parameters: {} } }).parameterFiles, {});
});

Deno.test("the executor answers anything random with one of its own errors", async () => {
  const random = new Random(20261124);
  for (let i = 0; i < fuzzCount(400); i++) {
    const input = structuredClone(whole()) as unknown;
    for (let changes = 1 + random.integer(3); changes > 0; changes--) change(input, random);
    const disk = memoryDisk();
    await disk.write("/s3/b/data/numbers.txt", new TextEncoder().encode("1 2 3"));
    const before = [...disk.files.keys()];
    const run = await memoryTracker({ now: () => 0 }).start(someRun);
    try {
      await executeStep(step, parse(input), {
        host: { ...testHost([5_000]), disk },
        run,
        checkpoint: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
        signal: new AbortController().signal,
        onEvent: () => {},
      });
    } catch (error) {
      assert.ok(error instanceof Error);
      assert.match(error.message, /^Cannot [^\n]+$/, JSON.stringify(input));
      assert.deepEqual([...disk.files.keys()], before);
    }
  }
});

const STRANGE = [null, 0, -1, 1e308, "", "x", "s3://", "s3://b", true, [], {}, [[]], "__proto__"];

/** Puts something else in a random place, or takes away what is there. */
function change(value: unknown, random: Random): void {
  if (typeof value !== "object" || value === null) return;
  const keys = Object.keys(value);
  const key = keys[random.integer(keys.length || 1)] ?? "new";
  const members = value as Record<string, unknown>;
  if (random.integer(3) > 0 && typeof members[key] === "object" && members[key] !== null) {
    return change(members[key], random);
  }
  if (random.integer(3) === 0) delete members[key];
  else members[key] = STRANGE[random.integer(STRANGE.length)];
}
