import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { someInput, someRun, testTracker } from "../tracker_contract.ts";
import { bytes, logEpoch, MirroredHome, patience } from "./mirrored_home.ts";

testTracker("mirroredTracker()", async ({ now }) => {
  const home = await MirroredHome.make();
  const { tracker } = home.open({ now });
  return { tracker, [Symbol.asyncDispose]: () => home[Symbol.asyncDispose]() };
});

Deno.test("mirroredTracker() shows a whole run in MLflow", async () => {
  await using home = await MirroredHome.make();
  const { tracker, notices } = home.open();
  const run = await tracker.start(someRun);
  await run.params({ threads: 2, rate: 1e-3, verbose: false, schedule: null });
  await run.tag({ dataset: "mnist" });
  await run.input(someInput);
  await logEpoch(run, 1);
  await run.log({ strange: NaN, "val/höhe?": -Infinity }, 1);
  await logEpoch(run, 2);
  await run.step({ name: "train", state: "succeeded", seconds: 3.5, cached: false });
  await run.attach("report.html", { "": bytes("<html>") });
  await run.attach("plots", { "roc.svg": bytes("<svg>"), "more/a.txt": bytes("a") });
  await run.end("FINISHED");
  deepStrictEqual(await tracker.drain(patience), { complete: true, reason: null });
  const [sent, ...others] = home.server.runs.values();
  strictEqual(others.length, 0);
  strictEqual(home.server.experiments.get("digits"), sent!.experimentId);
  deepStrictEqual([sent!.name, sent!.status], ["adam-3", "FINISHED"]);
  const record = await tracker.readRun(run.id);
  deepStrictEqual([sent!.startTime, sent!.endTime], [record.startedAt, record.endedAt]);
  deepStrictEqual(Object.fromEntries(sent!.params), {
    epochs: "3",
    optimizer: "adam",
    layers: '[32,{"size":64}]',
    threads: "2",
    rate: "0.001",
    verbose: "false",
    schedule: "null",
  });
  const { "mlflow.note.content": note, ...tags } = Object.fromEntries(sent!.tags);
  deepStrictEqual(tags, {
    "digits.run_id": run.id,
    "mlflow.user": "ada",
    "mlflow.source.name": "test",
    "mlflow.source.type": "LOCAL",
    "mlflow.runName": "adam-3",
    engine: "onnx",
    dataset: "mnist",
  });
  ok(note!.startsWith("**adam-3** finished after "));
  ok(note!.includes("| val\\_accuracy | 0.75 | 2 |"), note!);
  ok(note!.includes("| train | succeeded | 3.5 s |"), note!);
  deepStrictEqual(
    sent!.metrics.map(({ key, value, step }) => [key, value, step]),
    [
      ["loss", 1, 1],
      ["val_accuracy", 0.5, 1],
      ["strange", "NaN", 1],
      ["val/höhe_", "-Infinity", 1],
      ["loss", 0.5, 2],
      ["val_accuracy", 0.75, 2],
    ],
  );
  deepStrictEqual(
    sent!.metrics.map(({ timestamp }) => timestamp),
    record.metrics.map(({ time }) => time),
  );
  deepStrictEqual(sent!.datasets, [{
    dataset: {
      name: "mnist-train",
      digest: "440fcabf73cc546f",
      source_type: "memory",
      source: '{"uri":"memory:train"}',
      schema: sent!.datasets[0]!.dataset["schema"],
      profile: sent!.datasets[0]!.dataset["profile"],
    },
    tags: [{ key: "mlflow.data.context", value: "training" }],
  }]);
  const root = `${sent!.experimentId}/${sent!.runId}/artifacts/`;
  deepStrictEqual([...home.server.files.keys()].sort(), [
    `${root}plots/more/a.txt`,
    `${root}plots/roc.svg`,
    `${root}report.html`,
    `${root}steps.json`,
  ]);
  deepStrictEqual(home.server.files.get(`${root}report.html`), bytes("<html>"));
  strictEqual(
    await tracker.pageOf(run.id),
    `http://mlflow.test/#/experiments/${sent!.experimentId}/runs/${sent!.runId}`,
  );
  deepStrictEqual([notices, home.server.repeatedPoints], [[], 0]);
});

Deno.test("mirroredTracker() goes on with the MLflow run of a run that is continued", async () => {
  await using home = await MirroredHome.make();
  {
    const { tracker } = home.open();
    await using run = await tracker.start(someRun);
    await logEpoch(run, 1);
    await logEpoch(run, 2);
    await run[Symbol.asyncDispose]();
    await tracker.drain(patience);
    const [sent] = home.server.runs.values();
    strictEqual(sent!.status, "KILLED");
    await tracker[Symbol.asyncDispose]();
  }
  const { tracker } = home.open();
  const run = await tracker.start(someRun);
  await logEpoch(run, 2); // again
  await tracker.drain(patience);
  const [sent, ...others] = home.server.runs.values();
  deepStrictEqual([sent!.status, others.length], ["RUNNING", 0]);
  await logEpoch(run, 3);
  await run.end("FAILED", "below the gate");
  await tracker.drain(patience);
  strictEqual(sent!.status, "FAILED");
  ok(sent!.tags.get("mlflow.note.content")!.includes("> below the gate"));
  deepStrictEqual(
    sent!.metrics.map(({ key, value, step }) => [key, value, step]),
    [1, 2, 3].flatMap((epoch) => [
      ["loss", 1 / epoch, epoch],
      ["val_accuracy", 1 - 1 / (2 * epoch), epoch],
    ]),
  );
});

Deno.test("mirroredTracker() says once that the server is away, and once that it is back", async () => {
  await using home = await MirroredHome.make();
  const { tracker, notices } = home.open();
  home.server.fault = () => "dropped before";
  const run = await tracker.start(someRun);
  await logEpoch(run, 1);
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setTimeout(resolve));
  await run.end("FINISHED");
  strictEqual(notices.length, 1, notices.join("\n"));
  ok(notices[0]!.includes("http://mlflow.test"), notices[0]!);
  ok(
    notices[0]!.endsWith("The run goes on, and its journal keeps what is to be sent"),
    notices[0]!,
  );
  home.server.fault = () => undefined;
  deepStrictEqual(await tracker.drain(patience), { complete: true, reason: null });
  deepStrictEqual(notices.slice(1), ["MLflow at http://mlflow.test is back"]);
  strictEqual([...home.server.runs.values()][0]!.status, "FINISHED");
});

Deno.test("mirroredTracker() does not wait for a login to become right", async () => {
  await using home = await MirroredHome.make();
  const { tracker, notices } = home.open();
  home.server.fault = () => 401;
  const run = await tracker.start(someRun);
  await run.end("FINISHED");
  const { complete, reason } = await tracker.drain(patience);
  strictEqual(complete, false);
  ok(reason!.includes("MLFLOW_TRACKING_USERNAME"), reason!);
  strictEqual(notices.length, 1);
  strictEqual((await tracker.readRun(run.id)).status, "FINISHED");
});

Deno.test("mirroredTracker() logs into a run of somebody else's, who ends it", async () => {
  await using home = await MirroredHome.make();
  const client = home.client();
  const { experimentId } = await client.experiments.ensure("theirs");
  const theirs = await client.runs.create({ experimentId, runName: "theirs" });
  const adoptRunId = theirs.info.runId;
  // Two attempts at the same work, in pods that leave nothing behind, and another step.
  for (const [epochs, name] of [[2, "train"], [3, "train"], [0, "evaluate"]] as const) {
    await using pod = await MirroredHome.make(home.server);
    const { tracker } = pod.open({ adoptRunId });
    const run = await tracker.start({ ...someRun, name });
    for (let epoch = 1; epoch <= epochs; epoch++) await logEpoch(run, epoch);
    if (epochs === 0) await run.log({ test_accuracy: 0.99 }, 3);
    await run.end("FINISHED");
    deepStrictEqual(await tracker.drain(patience), { complete: true, reason: null });
    for (let i = 0; i < 100; i++) home.now();
  }
  const [sent, ...others] = home.server.runs.values();
  deepStrictEqual([sent!.name, sent!.status, others.length], ["theirs", "RUNNING", 0]);
  deepStrictEqual(
    sent!.metrics.map(({ key, step }) => `${key} ${step}`).sort(),
    ["loss 1", "loss 2", "loss 3", "test_accuracy 3"]
      .concat(["val_accuracy 1", "val_accuracy 2", "val_accuracy 3"]),
  );
});

Deno.test("mirroredTracker() leaves out what MLflow does not take, and says so", async () => {
  await using home = await MirroredHome.make();
  const client = home.client();
  const { experimentId } = await client.experiments.ensure("theirs");
  const { info: { runId } } = await client.runs.create({ experimentId });
  await client.runs.logBatch(runId, { params: { optimizer: "sgd", epochs: "3" } });
  const { tracker, notices } = home.open({ adoptRunId: runId });
  const run = await tracker.start(someRun);
  await run.tag({ ["a".repeat(300)]: "1", dataset: "mnist" });
  await logEpoch(run, 1);
  await run.attach("plots", { "a#b.svg": bytes("<svg>"), "c.svg": bytes("<svg>") });
  await run.end("FINISHED");
  deepStrictEqual(await tracker.drain(patience), { complete: true, reason: null });
  const { params, tags, metrics } = home.server.runs.get(runId)!;
  deepStrictEqual([params.get("optimizer"), params.get("layers")], ["sgd", '[32,{"size":64}]']);
  deepStrictEqual([tags.get("dataset"), metrics.length], ["mnist", 2]);
  strictEqual([...home.server.files.keys()].filter((path) => path.includes("plots")).length, 1);
  strictEqual(notices.length, 2, notices.join("\n"));
  ok(notices[0]!.includes(`does not take parameter "optimizer" of run ${run.id}: `), notices[0]!);
  ok(notices[1]!.includes('does not take the file "plots/a#b.svg"'), notices[1]!);
});

Deno.test("mirroredTracker() sends a run again to a server that has lost it", async () => {
  await using home = await MirroredHome.make();
  const { tracker, notices } = home.open();
  const run = await tracker.start(someRun);
  await logEpoch(run, 1);
  await run.attach("report.html", { "": bytes("<html>") });
  await tracker.drain(patience);
  home.server.runs.clear();
  home.server.files.clear();
  await logEpoch(run, 2);
  await run.end("FINISHED");
  await tracker.drain(patience);
  const [sent, ...others] = home.server.runs.values();
  deepStrictEqual([sent!.status, sent!.metrics.length, others.length], ["FINISHED", 4, 0]);
  deepStrictEqual([home.server.files.size, notices], [1, []]);
});

Deno.test("mirroredTracker() leaves a run alone that somebody deleted in MLflow", async () => {
  await using home = await MirroredHome.make();
  const { tracker, notices } = home.open();
  const run = await tracker.start(someRun);
  await logEpoch(run, 1);
  await tracker.drain(patience);
  const [sent] = home.server.runs.values();
  sent!.deleted = true;
  await logEpoch(run, 2);
  await run.end("FINISHED");
  await tracker.drain(patience);
  deepStrictEqual([home.server.runs.size, sent!.metrics.length], [1, 2]);
  deepStrictEqual(notices, [
    `Cannot send run ${run.id} to MLflow at http://mlflow.test as its run ${sent!.runId} was ` +
    "deleted there: restore it, or leave it so",
  ]);
  strictEqual((await tracker.readRun(run.id)).metrics.length, 4);
});

Deno.test("mirroredTracker() says once that it can't reach where MLflow keeps files", async () => {
  await using home = await MirroredHome.make();
  home.server.artifactRoot = "s3://bucket";
  const { tracker, notices } = home.open();
  const run = await tracker.start(someRun);
  for (const name of ["a.txt", "b.txt"]) await run.attach(name, { "": bytes(name) });
  await run.end("FINISHED");
  await tracker.drain(patience);
  strictEqual([...home.server.runs.values()][0]!.status, "FINISHED");
  strictEqual(notices.length, 1, notices.join("\n"));
  ok(notices[0]!.startsWith("Cannot reach the artifacts in s3://bucket"), notices[0]!);
});

Deno.test("mirroredTracker() records on after it was closed", async () => {
  await using home = await MirroredHome.make();
  const { tracker } = home.open();
  const run = await tracker.start(someRun);
  await tracker[Symbol.asyncDispose]();
  const { version } = await run.registry.register("digits", { "": bytes("1") }, {
    runId: run.id,
    tags: {},
  });
  await run.registry.setAlias("digits", "champion", version);
  await run.end("FINISHED");
  strictEqual((await tracker.registry.alias("digits", "champion"))?.version, 1);
});
