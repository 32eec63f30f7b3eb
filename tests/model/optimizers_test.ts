import assert from "node:assert/strict";
import { adam, optimizerNamed, optimizerNames, rmsprop, sgd } from "../../lib/model/optimizers.ts";

Deno.test("the optimizers have Keras's presets", () => {
  assert.deepEqual(sgd(), { name: "sgd", momentum: 0, nesterov: false });
  assert.deepEqual(rmsprop(), { name: "rmsprop", rho: 0.9, momentum: 0, epsilon: 1e-7 });
  assert.deepEqual(adam(), { name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-7 });
});

Deno.test("an option replaces a preset", () => {
  assert.deepEqual(sgd({ momentum: 0.9, nesterov: true }), {
    name: "sgd",
    momentum: 0.9,
    nesterov: true,
  });
  assert.equal(adam({ beta1: 0.5 }).name, "adam");
});

Deno.test("optimizerNamed() knows every name there is", () => {
  for (const name of optimizerNames) assert.equal(optimizerNamed(name).name, name);
});

Deno.test("optimizerNamed() refuses another name and lists the known ones", () => {
  for (const name of ["adamw", "", "toString", "Adam"]) {
    assert.throws(() => optimizerNamed(name), {
      name: "RangeError",
      message: `Cannot use the optimizer "${name}": choose one of sgd, rmsprop, adam`,
    });
  }
});
