import { match, strictEqual } from "node:assert/strict";
import { Desk } from "./command_line.ts";

Deno.test("clean shows what it would free, frees it when told to, and keeps models", async () => {
  await using desk = new Desk();
  await desk.bringDigits({ train: 200, test: 50 });
  const args = ["--epochs", "1", "--min-accuracy", "0"];
  const { summary } = await desk.pipeline(...args);
  strictEqual((await desk.pipeline(...args)).code, 0);

  match((await desk.run("clean")).stderr, /Nothing to free/);
  const shown = await desk.run("clean", "--keep", "1", "--days", "0");
  match(shown.stdout, new RegExp(`run ${summary.runId.slice(0, 8)} of \\d{4}-\\d\\d-\\d\\d`));
  match(shown.stdout, /all step results/);
  match(shown.stderr, /can be freed: add --yes/);
  strictEqual(JSON.parse((await desk.run("runs", "--json")).stdout).length, 2);

  match((await desk.run("clean", "--keep", "1", "--days", "0", "--yes")).stderr, /^Freed /m);
  strictEqual(JSON.parse((await desk.run("runs", "--json")).stdout).length, 1);
  match((await desk.run("clean", "--keep", "1", "--days", "0")).stderr, /Nothing to free/);
  const again = await desk.pipeline(...args);
  strictEqual(again.summary.steps.find(({ name }) => name === "train")!.cached, false);
  strictEqual(again.summary.model.version, 1, "the same model stays the same version");

  const { code, stderr } = await desk.run("runs", "--delete", again.summary.runId);
  strictEqual(code, 0, stderr);
  match((await desk.run("runs", again.summary.runId)).stderr, /There is no run/);
});
