import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { digitsComponents } from "../../lib/steps/digits_components.ts";
import type { SweepTrial } from "../../scripts/cli/sweep_table.ts";
import { Desk, type Summary } from "./command_line.ts";

const few = ["--data", "digits", "--epochs", "1", "--min-accuracy", "0.05", "--threads", "1"];

Deno.test("sweep trains with every combination, serves the best and shows a table", async () => {
  await using desk = new Desk();
  await desk.bringDigits({ train: 600, test: 100 });
  const grid = ["--optimizer", "adam,sgd", "--learning-rate", "1e-2,1e-6"];
  const { code, stdout, stderr } = await desk.run("sweep", "--json", ...few, ...grid);
  strictEqual(code, 0, stderr);
  const summary: Summary & { readonly trials: readonly SweepTrial[] } = JSON.parse(stdout);
  deepStrictEqual(
    summary.trials.map(({ optimizer, learning_rate }) => [optimizer, learning_rate]),
    [["adam", 0.01], ["adam", 0.000001], ["sgd", 0.01], ["sgd", 0.000001]],
  );
  const best = Math.max(...summary.trials.map(({ validationAccuracy }) => validationAccuracy!));
  deepStrictEqual(
    summary.trials.filter((trial) => trial.best).map((trial) => trial.validationAccuracy),
    [best],
  );
  strictEqual(summary.served, true);
  match(stderr, /^Training with 4 settings, 1 at a time, in \.digits$/m);
  match(stderr, /^optimizer +learning rate +batch +validation +seconds$/m);
  match(stderr, /^(adam|sgd) +[\d.]+ +64 +[\d.]+ % +[\d.]+ +best$/m);
  const report = await Deno.readTextFile(`${desk.path}/${summary.report}`);
  match(report, /adam-0\.01-64/);
});

Deno.test("sweep --compile-only is a loop over the grid, in steps that the image has", async () => {
  await using desk = new Desk();
  const args = ["--compile-only", "--json", "--image", "x:1", "--learning-rate", "1e-3,3e-3"];
  const { code, stdout, stderr } = await desk.run("sweep", ...args);
  strictEqual(code, 0, stderr);
  const { pipeline_spec: spec } = JSON.parse(stdout);
  const { root, deploymentSpec: { executors } } = spec;
  strictEqual(root.inputDefinitions.parameters.grid.defaultValue.length, 4);
  deepStrictEqual(root.dag.tasks.sweep.parameterIterator.items, {
    inputParameter: "pipelinechannel--grid",
  });
  const known = digitsComponents.map(({ name }) => name);
  for (const { container } of Object.values<{ container: { command: string[] } }>(executors)) {
    ok(known.includes(container.command.at(-1)!), container.command.join(" "));
  }
});

for (
  const [args, message] of [
    [["--optimizer", "adam,lion"], /--optimizer takes .*: got "lion"/],
    [["--learning-rate", "1e-3,,"], /--learning-rate takes a number .*: got ""/],
    [["--batch-size", "64,64"], /Cannot try adam-0\.01-64 twice: give each value once/],
    [["--parallel", "0"], /--parallel takes a whole number/],
  ] as const
) {
  Deno.test(`sweep ${args.join(" ")} is refused, and nothing is made`, async () => {
    await using desk = new Desk();
    await desk.bringDigits({ train: 20, test: 10 });
    const { code, stderr } = await desk.run("sweep", ...few, ...args);
    strictEqual(code, 2, stderr);
    match(stderr, message);
    strictEqual(await desk.has(".digits/runs"), false);
  });
}
