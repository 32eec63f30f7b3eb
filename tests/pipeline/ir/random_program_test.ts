/** Random nested pipelines mean on Kubeflow what they mean here. */
import { deepStrictEqual, equal, ok } from "node:assert/strict";
import { flattenTasks, type JsonValue, type Pipeline } from "../../../lib/pipeline/mod.ts";
import { fuzzCount } from "../../fuzz_count.ts";
import { buildProgram } from "../build_program.ts";
import { interpretProgram } from "../interpret_program.ts";
import { randomProgram } from "../random_program.ts";
import { runSpec } from "./run_spec.ts";
import { specOf } from "./sample.ts";

/** What stands for an artifact between steps, which is no list even where its value is one. */
class Kept {
  constructor(readonly value: unknown) {}
}

/** Runs steps by the pipeline's own components. */
function stepsOf(pipeline: Pipeline) {
  const components = new Map(
    flattenTasks(pipeline.nodes).map(({ task: { component } }) => [component.name, component]),
  );
  return async (name: string, inputs: Readonly<Record<string, unknown>>) => {
    const { outputs, run } = components.get(name)!;
    const given = await run(mapValues(inputs, unwrap) as Record<string, JsonValue>);
    return mapValues(
      given,
      (value, output) => outputs[output]!.kind === "param" ? value : new Kept(value),
    );
  };
}

function unwrap(value: unknown): unknown {
  if (value instanceof Kept) return value.value;
  return Array.isArray(value) ? value.map(unwrap) : value;
}

function mapValues(
  values: Readonly<Record<string, unknown>>,
  map: (value: unknown, name: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, map(value, name)]),
  );
}

Deno.test("compilePipeline() makes specs that give what the pipeline gives", async () => {
  const counts = { failed: 0, missing: 0, steps: 0 };
  for (let seed = 0; seed < fuzzCount(60); seed++) {
    const program = randomProgram(seed);
    const pipeline = buildProgram(program);
    const spec = specOf(pipeline);
    for (const [a, b] of [[1, 2], [40, 57], [-3, 5]] as const) {
      const what = `seed ${seed}, a ${a}, b ${b}`;
      const expected = interpretProgram(program, a, b);
      const result = await runSpec(spec, { a, b }, stepsOf(pipeline))
        .catch((cause) => {
          throw new Error(what, { cause });
        });
      equal(result.failed, expected.failed, what);
      if (expected.failed) {
        counts.failed++;
        continue;
      }
      deepStrictEqual(result.ran, expected.ran.length, what);
      const { outputs } = spec["root"].dag;
      if (outputs?.parameters?.x === undefined) counts.missing++;
      else equal(result.outputs["x"], expected.x, what);
      if (outputs?.artifacts?.numbers !== undefined) {
        deepStrictEqual(unwrap(result.outputs["numbers"]), expected.numbers, what);
      }
      counts.steps += result.ran;
    }
  }
  ok(counts.failed > 0 && counts.steps > 500, JSON.stringify(counts));
});
