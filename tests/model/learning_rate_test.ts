import assert from "node:assert/strict";
import { learningRateAt, type LearningRateOptions } from "../../lib/model/learning_rate.ts";

const course = { peak: 0.4, steps: 20, warmUp: 0.2 } as const;

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);
}

Deno.test("learningRateAt() climbs on a line to its peak in the warm-up's last step", () => {
  for (const schedule of ["constant", "linear", "cosine"] as const) {
    const rates = [0, 1, 2, 3].map((step) => learningRateAt(step, { ...course, schedule }));
    [0.1, 0.2, 0.3, 0.4].forEach((expected, step) => close(rates[step]!, expected));
  }
});

Deno.test("learningRateAt() follows its schedule's closed form after the warm-up", () => {
  for (let step = 4; step < 20; step++) {
    const done = (step - 4) / 16;
    close(learningRateAt(step, { ...course, schedule: "constant" }), 0.4);
    close(learningRateAt(step, { ...course, schedule: "linear" }), 0.4 - 0.4 * done);
    close(
      learningRateAt(step, { ...course, schedule: "cosine" }),
      0.4 * Math.cos(Math.PI * done / 2) ** 2,
    );
  }
});

Deno.test("learningRateAt() starts at the peak without a warm-up, and never gives 0", () => {
  for (const schedule of ["constant", "linear", "cosine"] as const) {
    for (const steps of [1, 2, 1290]) {
      const options: LearningRateOptions = { schedule, steps, peak: 0.4, warmUp: 0 };
      assert.equal(learningRateAt(0, options), 0.4);
      assert.ok(learningRateAt(steps - 1, options) > 0);
      assert.ok(learningRateAt(steps - 1, { ...options, warmUp: 0.99 }) > 0);
    }
  }
});
