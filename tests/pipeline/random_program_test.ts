/** Random nested pipelines give what a reader works out who takes one statement after the other. */
import { deepStrictEqual, ok } from "node:assert/strict";
import { memoryStepCache, runLocal, StepError } from "../../lib/pipeline/mod.ts";
import { fuzzCount } from "../fuzz_count.ts";
import { buildProgram } from "./build_program.ts";
import { interpretProgram } from "./interpret_program.ts";
import { randomProgram } from "./random_program.ts";
import { bench } from "./sample.ts";

const caches = [undefined, memoryStepCache()];

Deno.test("runLocal() gives for random nested pipelines what an obvious reader works out", async () => {
  const counts = { failed: 0, missing: 0, steps: 0 };
  for (let seed = 0; seed < fuzzCount(60); seed++) {
    const program = randomProgram(seed);
    const pipeline = buildProgram(program);
    for (const [a, b] of [[1, 2], [40, 57], [-3, 5]] as const) {
      const expected = interpretProgram(program, a, b);
      const cache = caches[seed % 2];
      const options = await bench({ concurrency: 1 + seed % 4, ...cache && { cache } });
      const result = await runLocal(pipeline, { a, b }, options).catch((error) => error);
      const what = `seed ${seed}, a ${a}, b ${b}`;
      if (expected.failed) {
        counts.failed++;
        ok(result instanceof StepError, what);
        continue;
      }
      if (result instanceof Error) throw new Error(what, { cause: result });
      const { outputs, tasks } = result;
      const given = [outputs.x, await outputs.numbers?.value()];
      deepStrictEqual(given, [expected.x, expected.numbers], what);
      deepStrictEqual(Object.keys(tasks).sort(), expected.ran, what);
      counts.steps += expected.ran.length;
      if (expected.x === undefined) counts.missing++;
    }
  }
  ok(counts.failed > 0 && counts.missing > 0 && counts.steps > 500, JSON.stringify(counts));
});
