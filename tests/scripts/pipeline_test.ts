import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Desk, ended, type Summary } from "./command_line.ts";

const quick = ["--min-accuracy", "0.2", "--threads", "1"];
const attachments = [
  "architecture.svg",
  "confusion_matrix.json",
  "confusion_matrix.svg",
  "environment.json",
  "model_summary.txt",
  "per_class.json",
  "report.html",
  "training_curves.svg",
];

async function modelOf({ model: { uri } }: Summary): Promise<Uint8Array> {
  return await Deno.readFile(join(fileURLToPath(uri), "model.onnx"));
}

Deno.test("pipeline trains, serves, reports, and does nothing twice", async () => {
  await using desk = new Desk();
  await desk.bringDigits({ train: 1_200, test: 200 });
  const { code, stderr, summary } = await desk.pipeline(...quick);
  strictEqual(code, 0, stderr);
  strictEqual(summary.dataset, "custom");
  strictEqual(summary.served, true);
  ok(summary.testAccuracy > 0.2);
  deepStrictEqual([summary.model.name, summary.model.version], ["digits-recognizer-custom", 1]);
  strictEqual(summary.verdict, "version 1 is champion, the first one");
  const report = await Deno.readTextFile(join(desk.path, summary.report));
  match(report, /^<!doctype html>[^]*Version 1 is champion, the first one\./i);
  const folder = await Array.fromAsync(Deno.readDir(join(desk.path, summary.report, "..")));
  const texts = folder.map(({ name }) => name).filter((name) => !name.endsWith(".png"));
  deepStrictEqual(texts.sort(), attachments);

  const again = await desk.pipeline(...quick);
  strictEqual(again.code, 0, again.stderr);
  deepStrictEqual(
    again.summary.steps.filter(({ cached }) => !cached).map(({ name }) => name),
    ["contest", "serve"],
  );
  strictEqual(again.summary.testAccuracy, summary.testAccuracy);
  strictEqual(again.summary.trainImagesPerSecond, summary.trainImagesPerSecond);
  strictEqual(again.summary.model.version, 1);

  const anew = await desk.pipeline(...quick, "--no-cache");
  deepStrictEqual(await modelOf(anew.summary), await modelOf(summary), "one seed, one model");
  const other = await desk.pipeline(...quick, "--seed", "2", "--epochs", "5");
  strictEqual(other.summary.model.version, 2);
  strictEqual(other.summary.champion, 2, other.stderr);
  match(
    other.stderr,
    /^Version 2 is champion: [\d.]+ % against [\d.]+ % of version 1 on 100 validation digits$/m,
  );
  deepStrictEqual(
    other.summary.steps.filter(({ cached }) => cached).map(({ name }) => name),
    ["acquire", "preprocess"],
    "another seed has the same validation digits",
  );

  const runs = await desk.run("runs", "--json");
  const metrics = JSON.parse(runs.stdout).map(({ metrics: { val_loss, test_accuracy } }: {
    readonly metrics: Readonly<Record<string, number>>;
  }) => [val_loss, test_accuracy]);
  deepStrictEqual(metrics[1], metrics[2], "a cached run has the metrics of the run it stands for");
  deepStrictEqual(metrics[2], metrics[3]);
  const compared = await desk.run("runs", summary.runId, other.summary.runId);
  match(compared.stdout, /^params.seed +1 +2$/m);

  const back = await desk.run("serve", "--rollback");
  match(back.stderr, /digits-recognizer-custom version 1 is in service again/);
  strictEqual((await desk.run("serve", "--rollback")).code, 1);
});

Deno.test("pipeline keeps a champion that is not beaten, and that is no failure", async () => {
  await using desk = new Desk();
  await desk.bringDigits({ train: 1_200, test: 200 });
  const { summary } = await desk.pipeline(...quick);
  const poor = ["--learning-rate", "0.0002", "--min-accuracy", "0.05"];
  const weaker = await desk.pipeline(...quick, ...poor);
  strictEqual(weaker.code, 0, weaker.stderr);
  deepStrictEqual(
    [weaker.summary.model.version, weaker.summary.champion, weaker.summary.served],
    [2, 1, false],
  );
  match(weaker.stderr, /^Version 1 stays champion: .* of version 2 on 100 validation digits$/m);
  match(weaker.stderr, /^model .* version 2, not served$/m);

  // What can't be read any more is not in the way.
  await Deno.truncate(join(fileURLToPath(summary.model.uri), "model.onnx"), 100);
  const third = await desk.pipeline(...quick, ...poor, "--seed", "2");
  strictEqual(third.summary.champion, 3, third.stderr);
  match(third.stderr, /^Version 3 is champion as version 1 can't be compared with it: /m);
});

Deno.test("pipeline records a model that misses the gate, and does not serve it", async () => {
  await using desk = new Desk();
  await desk.bringDigits({ train: 300, test: 100 });
  const { code, stderr, summary } = await desk.pipeline("--min-accuracy", "1", "--epochs", "1");
  strictEqual(code, 1);
  strictEqual(summary.served, false);
  strictEqual(summary.model.version, 1);
  strictEqual(summary.steps.at(-1)!.state, "skipped");
  match(stderr, /Not served: .* on the custom test digits is below the 100.00 % /);
  match((await desk.run("serve")).stderr, /No version of .* was good enough/);
});

Deno.test("pipeline killed after an epoch goes on from it, to the very same model", async () => {
  await using desk = new Desk();
  await desk.bringDigits({ train: 6_000, test: 100 });
  const args = [...quick, "--epochs", "4"];
  const child = desk.start(["pipeline", "--data", "digits", ...args]);
  while (!await hasCheckpoint(desk)) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill("SIGKILL");
  await ended(child);

  const { code, stderr, summary } = await desk.pipeline(...args);
  strictEqual(code, 0, stderr);
  ok(summary.resumedFromEpoch !== null && summary.resumedFromEpoch >= 1, stderr);
  match(stderr, /Going on with run /);
  const whole = await desk.pipeline(...args, "--no-cache");
  strictEqual(whole.summary.resumedFromEpoch, null);
  deepStrictEqual(await modelOf(summary), await modelOf(whole.summary));
});

Deno.test("pipeline stopped by Ctrl-C keeps what it learned, amid an epoch too", async () => {
  await using desk = new Desk();
  await desk.bringDigits({ train: 6_000, test: 100 });
  const args = [...quick, "--epochs", "3"];
  const child = desk.start(["pipeline", "--data", "digits", ...args]);
  while (!await hasCheckpoint(desk)) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill("SIGINT");
  const stopped = await ended(child);
  strictEqual(stopped.code, 130);
  match(stopped.stderr, /Nothing is lost/);
  const { summary } = await desk.pipeline(...args);
  ok(summary.resumedFromEpoch !== null);
  const whole = await desk.pipeline(...args, "--no-cache");
  deepStrictEqual(await modelOf(summary), await modelOf(whole.summary));
});

async function hasCheckpoint(desk: Desk): Promise<boolean> {
  const folder = join(desk.path, ".digits", "artifacts", "checkpoints");
  try {
    for await (const key of Deno.readDir(folder)) {
      for await (const { name } of Deno.readDir(join(folder, key.name, "train"))) {
        if (/^\d+$/.test(name)) return true;
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return false;
}

Deno.test("pipeline goes on with synthetic digits where no mirror answers, and says so", async () => {
  await using desk = new Desk();
  const child = desk.start(["pipeline", "--epochs", "1"]);
  const said = readUntil(child.stderr, /acquire/);
  const text = await said;
  child.kill("SIGKILL");
  await child.stdout.cancel();
  await child.status;
  match(text, /SYNTHETIC digits, whose accuracy says nothing about MNIST/);
});

/** What a stream says, up to some words. */
async function readUntil(stream: ReadableStream<Uint8Array>, words: RegExp): Promise<string> {
  let text = "";
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  while (!words.test(text)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text;
}

Deno.test("pipeline with --data mnist never falls back", async () => {
  await using desk = new Desk();
  const { code, stderr } = await desk.run("pipeline", "--data", "mnist");
  strictEqual(code, 1);
  match(stderr, /127\.0\.0\.1:9/);
  strictEqual(/synthetic digits, whose/i.test(stderr), false);
});

Deno.test("pipeline refuses a second run in one folder", async () => {
  await using desk = new Desk();
  await desk.bringDigits({ train: 6_000, test: 100 });
  const first = desk.start(["pipeline", "--data", "digits", "--epochs", "50"]);
  const said = await readUntil(first.stderr, /acquire/);
  match(said, /Running locally/);
  const second = await desk.run("pipeline", "--data", "digits");
  first.kill("SIGKILL");
  await first.stdout.cancel();
  await first.status;
  strictEqual(second.code, 1);
  match(
    second.stderr,
    /another run \(pid \d+, since .*\) is using it: wait for it, or set DIGITS_HOME/,
  );
});

for (
  const [args, code, message] of [
    [["--epochs", "0"], 2, /--epochs takes a whole number from 1 to 10000: got "0"/],
    [["--epochs", "abc"], 2, /got "abc"/],
    [["--optimizer", "lion"], 2, /--optimizer takes sgd, rmsprop or adam: got "lion"/],
    [["--data", "nowhere"], 2, /Cannot use "nowhere" as digits: there is no such folder/],
    [["--settings", "none.json"], 2, /Cannot read the settings file "none.json"/],
  ] as const
) {
  Deno.test(`pipeline ${args.join(" ")} is refused, and nothing is made`, async () => {
    await using desk = new Desk();
    const ending = await desk.run("pipeline", ...args);
    strictEqual(ending.code, code);
    match(ending.stderr, message);
    strictEqual(await desk.has(".digits/runs"), false);
  });
}

Deno.test("pipeline names a truncated file and its size", async () => {
  await using desk = new Desk();
  await desk.bringDigits({ train: 100, test: 20 });
  await Deno.truncate(join(desk.path, "digits", "train-images-idx3-ubyte"), 5_000);
  const { code, stderr } = await desk.run("pipeline", "--data", "digits");
  strictEqual(code, 1);
  match(stderr, /train-images-idx3-ubyte as IDX: .* got 5000; put the right file there/);
});

for (const args of [["--epochs", "0"], ["--data", "nowhere"]]) {
  Deno.test(`pipeline ${args.join(" ")} --json gives one object with the error`, async () => {
    await using desk = new Desk();
    const { stdout, stderr } = await desk.run("pipeline", "--json", ...args);
    const { error } = JSON.parse(stdout);
    strictEqual(stderr.includes(`error: ${error}`), true);
  });
}

Deno.test("pipeline --json stopped by Ctrl-C gives one object, too", async () => {
  await using desk = new Desk();
  await desk.bringDigits({ train: 6_000, test: 100 });
  const child = desk.start(["pipeline", "--json", "--data", "digits", "--epochs", "50"]);
  while (!await hasCheckpoint(desk)) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill("SIGINT");
  const { code, stdout } = await ended(child);
  strictEqual(code, 130);
  deepStrictEqual(JSON.parse(stdout), { error: "Interrupted" });
});

Deno.test("pipeline writes nothing down of the secrets in an address", async () => {
  await using desk = new Desk();
  const address = "http://me:hunter2@127.0.0.1:9/mnist/?key=hunter2";
  const { code, stdout, stderr } = await desk.run("pipeline", "--json", "--data", address);
  strictEqual(code, 1);
  match(stderr, /127\.0\.0\.1:9/);
  const written: string[] = [stdout, stderr];
  const home = join(desk.path, ".digits");
  for await (const path of filesBelow(home)) written.push(path, await Deno.readTextFile(path));
  ok(written.some((text) => text.includes('"dataset":"http://127.0.0.1:9/mnist/?…"')));
  deepStrictEqual(written.filter((text) => text.includes("hunter2")), []);
});

async function* filesBelow(folder: string): AsyncIterable<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* filesBelow(path);
    else yield path;
  }
}
