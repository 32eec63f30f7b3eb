import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DataError, UnavailableError } from "../../lib/base/errors.ts";
import { Random } from "../../lib/base/random.ts";
import { journalTracker } from "../../lib/track/journal_tracker.ts";
import { dieAt } from "../store/dying_disk.ts";
import { tickingClock } from "./registry_contract.ts";
import { someRun, testTracker } from "./tracker_contract.ts";
import { fuzzCount } from "../fuzz_count.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A home folder for one test. */
async function temporaryHome(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir({ prefix: "digits home " });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

const open = (folder: string, from?: number) =>
  journalTracker({ folder, host: tickingClock(from) });

testTracker("journalTracker()", async (host) => {
  const home = await temporaryHome();
  const tracker = journalTracker({ folder: join(home.path, "made/when/needed"), host });
  return { tracker, [Symbol.asyncDispose]: () => home[Symbol.asyncDispose]() };
});

/** A home with one run in it, some of everything, that has no end. */
async function interruptedHome(): Promise<{ home: string; id: string; journal: Uint8Array }> {
  await using home = await temporaryHome();
  await using run = await open(home.path).start(someRun);
  await run.log({ loss: 0.5, strange: NaN }, 1);
  await run.tag({ dataset: "ünï" });
  await run.step({ name: "acquire", state: "succeeded", seconds: 2, cached: true });
  await run.attach("note", { "": bytes("hello") });
  await run.log({ loss: 0.25 }, 2);
  const journal = await Deno.readFile(join(home.path, "runs", run.id, "journal.jsonl"));
  return { home: home.path, id: run.id, journal };
}

/** Puts bytes in the place of the journal of a run that nobody records any more. */
async function layJournal(home: string, id: string, journal: Uint8Array): Promise<string> {
  const path = join(home, "runs", id, "journal.jsonl");
  await Deno.mkdir(join(home, "runs", id), { recursive: true });
  await Deno.writeFile(path, journal);
  return path;
}

/** Waiting for the disk is not what these many small writes are to show. */
function withoutSync(): Disposable {
  const { syncData } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.syncData = () => Promise.resolve();
  return { [Symbol.dispose]: () => void (Deno.FsFile.prototype.syncData = syncData) };
}

/** Around the end of a line, and at every ninth byte: going on everywhere takes long. */
const isTelling = (journal: Uint8Array, length: number) =>
  length % 9 === 0 || journal.subarray(Math.max(0, length - 2), length + 2).includes(0x0a);

const linesOf = (journal: Uint8Array) => new TextDecoder().decode(journal).split("\n").slice(0, -1);

Deno.test("journalTracker() writes one event a line, with its time", async () => {
  await using home = await temporaryHome();
  const run = await open(home.path).start(someRun);
  await run.log({ loss: 0.5, strange: -Infinity }, 1);
  await run.end("FINISHED");
  const journal = await Deno.readFile(join(home.path, "runs", run.id, "journal.jsonl"));
  deepStrictEqual(linesOf(journal).map((line) => JSON.parse(line)), [
    { type: "start", time: 1000, schemaVersion: 1, id: run.id, ...someRun },
    { type: "metrics", time: 1001, step: 1, values: { loss: 0.5, strange: "-Infinity" } },
    { type: "end", time: 1002, status: "FINISHED", error: null },
  ]);
});

Deno.test("journalTracker() keeps files where people find them", async () => {
  await using home = await temporaryHome();
  await using run = await open(home.path).start(someRun);
  await run.attach("report.html", { "": bytes("<html>") });
  await run.attach("plots", { "roc.svg": bytes("<svg>") });
  const folder = join(home.path, "runs", run.id, "attachments");
  strictEqual(await Deno.readTextFile(join(folder, "report.html")), "<html>");
  strictEqual(await Deno.readTextFile(join(folder, "plots/roc.svg")), "<svg>");
  const model = { "model.onnx": bytes("network") };
  const { uri, sha256 } = await run.registry.register("digits", model, { runId: run.id, tags: {} });
  const version = join(home.path, "models/digits/1");
  strictEqual(uri, pathToFileURL(join(version, "files")).href);
  strictEqual(await Deno.readTextFile(new URL("files/model.onnx", `${uri}/..`)), "network");
  deepStrictEqual(JSON.parse(await Deno.readTextFile(join(version, "version.json"))), {
    name: "digits",
    version: 1,
    sha256,
    runId: run.id,
    tags: {},
    interface: null,
    createdAt: 1003,
  });
});

Deno.test("journalTracker() leaves only records in its folder when a run has ended", async () => {
  await using home = await temporaryHome();
  const run = await open(home.path).start(someRun);
  await run.attach("report.html", { "": bytes("<html>") });
  await run.end("FINISHED");
  const names = (path: string) => Array.from(Deno.readDirSync(path), ({ name }) => name).sort();
  deepStrictEqual(names(join(home.path, "runs")), [run.id]);
  deepStrictEqual(names(join(home.path, "runs", run.id)), ["attachments", "journal.jsonl"]);
  await open(home.path).deleteRun(run.id);
  deepStrictEqual(names(join(home.path, "runs")), []);
});

Deno.test("journalTracker() tells a run that another process records from one whose process died", async () => {
  await using home = await temporaryHome();
  const module = new URL("./record_forever.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", module, home.path],
    stdout: "piped",
  }).spawn();
  const { value } = await child.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
  const id = value!.trim();
  const tracker = open(home.path, 2000);
  strictEqual((await tracker.readRun(id)).status, "RUNNING");
  child.kill("SIGKILL");
  await child.status;
  const { status, endedAt, metrics } = await tracker.readRun(id);
  deepStrictEqual([status, endedAt, metrics.length], ["KILLED", null, 1]);
  await using run = await tracker.start(someRun);
  deepStrictEqual([run.id, run.resumed], [id, true]);
  strictEqual((await tracker.readRun(id)).status, "RUNNING");
});

Deno.test("journalTracker() continues a journal that was torn anywhere", async () => {
  using _fast = withoutSync();
  const { id, journal } = await interruptedHome();
  await using home = await temporaryHome();
  const startLength = journal.indexOf(0x0a) + 1;
  for (let length = 0; length <= journal.length; length++) {
    const path = await layJournal(home.path, id, journal.subarray(0, length));
    const tracker = open(home.path, 5000);
    const whole = linesOf(journal.subarray(0, length));
    const runs = await tracker.listRuns();
    strictEqual(runs.length, length < startLength ? 0 : 1);
    if (!isTelling(journal, length)) continue;
    const run = await tracker.start(someRun);
    strictEqual(run.resumed, length >= startLength);
    await run.end("FINISHED");
    if (run.resumed) {
      const lines = linesOf(await Deno.readFile(path));
      deepStrictEqual(lines.slice(0, whole.length), whole, "nothing is lost");
      deepStrictEqual(
        lines.slice(whole.length).map((line) => JSON.parse(line).type),
        ["resume", "tags", "end"],
      );
      const { status, metrics } = await tracker.readRun(id);
      strictEqual(status, "FINISHED");
      const logged = whole.filter((line) => line.includes('"metrics"')).join();
      strictEqual(metrics.length, (logged.match(/loss|strange/g) ?? []).length);
    } else {
      deepStrictEqual((await tracker.listRuns()).map((run) => run.id), [run.id]);
    }
    await tracker.deleteRun(run.id);
    deepStrictEqual(Array.from(Deno.readDirSync(join(home.path, "runs"))), []);
  }
});

Deno.test("journalTracker() never crashes on random bytes in a journal", async () => {
  const { id, journal } = await interruptedHome();
  await using home = await temporaryHome();
  const random = new Random(1);
  for (let i = 0; i < fuzzCount(200); i++) {
    await layJournal(
      home.path,
      id,
      i % 2 === 0
        ? Uint8Array.from({ length: random.integer(200) }, () => random.integer(256))
        : journal.map((byte) => random.integer(100) === 0 ? random.integer(256) : byte),
    );
    const tracker = open(home.path);
    const read = await tracker.readRun(id).catch((error) => error);
    ok(read instanceof Error ? read instanceof DataError : read.status === "KILLED", String(read));
    ok((await tracker.listRuns()).length <= 1);
  }
});

Deno.test("journalTracker() ignores events that it does not know", async () => {
  const { id, journal } = await interruptedHome();
  await using home = await temporaryHome();
  const [start, ...rest] = linesOf(journal);
  const strange = ['{"type":"telepathy","time":1}', "[]", "", '{"type":"end","status":"LOST"}'];
  await layJournal(home.path, id, bytes([start, ...strange, ...rest, ""].join("\n")));
  const { status, metrics, tags } = await open(home.path).readRun(id);
  deepStrictEqual([status, metrics.length, tags["dataset"]], ["KILLED", 3, "ünï"]);
});

Deno.test("journalTracker() leaves a run alone that a later version recorded", async () => {
  const { id, journal } = await interruptedHome();
  await using home = await temporaryHome();
  const later = new TextDecoder().decode(journal).replace('"schemaVersion":1', '"schemaVersion":2');
  const path = await layJournal(home.path, id, bytes(later));
  const run = await open(home.path).start(someRun);
  await run.end("FINISHED");
  strictEqual(run.resumed, false);
  strictEqual(await Deno.readTextFile(path), later);
});

Deno.test("journalTracker() sweeps runs that never began", async () => {
  const { id, journal } = await interruptedHome();
  await using home = await temporaryHome();
  await layJournal(home.path, id, journal.subarray(0, 20));
  await Deno.mkdir(join(home.path, "runs", "0".repeat(32)));
  await Deno.writeTextFile(join(home.path, "runs", `${"1".repeat(32)}.lock`), "");
  await Deno.mkdir(join(home.path, "runs", "notes"));
  const run = await open(home.path).start(someRun);
  await run.end("FINISHED");
  deepStrictEqual(
    Array.from(Deno.readDirSync(join(home.path, "runs")), ({ name }) => name).sort(),
    [run.id, "notes"].sort(),
  );
});

Deno.test("journalTracker() says in one sentence that a folder can't be used", async () => {
  await using home = await temporaryHome();
  const file = join(home.path, "file");
  await Deno.writeTextFile(file, "");
  await rejects(
    open(file).start(someRun),
    new UnavailableError(
      `Cannot read runs in ${join(file, "runs")} as a part of that path is a file: ` +
        "choose another folder",
    ),
  );
});

Deno.test("journalTracker() reads versions that were registered before interfaces were", async () => {
  await using home = await temporaryHome();
  await Deno.mkdir(join(home.path, "models/digits"), { recursive: true });
  const event = { type: "version", time: 5, version: 1, sha256: "0", runId: "r", tags: {} };
  const path = join(home.path, "models/digits/registry.jsonl");
  await Deno.writeTextFile(path, `${JSON.stringify(event)}\n`);
  const [version] = await open(home.path).registry.versions("digits");
  deepStrictEqual([version!.version, version!.interface], [1, null]);
});

const model = { "model.onnx": bytes("network"), "model.json": bytes("{}") };

/** A run with some of everything; the same again continues it. */
async function record(home: string): Promise<string> {
  const tracker = open(home, 3000);
  await using run = await tracker.start(someRun);
  await run.log({ loss: 0.5 }, 1);
  await run.attach("plots", { "": bytes("b") });
  await run.attach("plots", { a: bytes("a"), c: bytes("c") });
  await run.attach("plots", { c: bytes("c") });
  const { version } = await run.registry.register("digits", model, { runId: run.id, tags: {} });
  await run.registry.setAlias("digits", "champion", version);
  await run.end("FINISHED");
  return run.id;
}

Deno.test("journalTracker() loses nothing, wherever its process dies", async () => {
  using _fast = withoutSync();
  for (let diesAt = 1, died = true; died; diesAt++) {
    await using home = await temporaryHome();
    ({ died } = await dieAt(diesAt, () => record(home.path)));
    const tracker = open(home.path);
    const before = await tracker.listRuns();
    ok(before.length <= 1 && before[0]?.status !== "RUNNING", `died at ${diesAt}`);
    const finished = before[0]?.status === "FINISHED";
    const id = await record(home.path);
    const runs = await tracker.listRuns();
    strictEqual(runs.length, finished ? 2 : 1, `died at ${diesAt}`);
    strictEqual(before.length === 0 || finished || id === before[0]!.id, true);
    deepStrictEqual([runs[0]!.status, runs[0]!.metrics.length], ["FINISHED", 1]);
    const plots = await tracker.readAttachment(id, "plots");
    deepStrictEqual(Object.keys(plots), ["c"]);
    const versions = await tracker.registry.versions("digits");
    deepStrictEqual(versions.map(({ version }) => version), [1], `died at ${diesAt}`);
    deepStrictEqual(await tracker.registry.files(versions[0]!), model);
    deepStrictEqual(await tracker.registry.aliasHistory("digits", "champion"), [1]);
  }
});

Deno.test("journalTracker() makes a version whole again when the same files are registered", async () => {
  await using home = await temporaryHome();
  await record(home.path);
  await Deno.writeTextFile(join(home.path, "models/digits/1/files/model.onnx"), "netwerk");
  const { registry } = open(home.path);
  const [version] = await registry.versions("digits");
  await rejects(
    registry.files(version!),
    new DataError(
      'Cannot read version 1 of model "digits" as its files are not what was registered: ' +
        "register it again",
    ),
  );
  strictEqual(await registry.find("digits", version!.sha256), undefined);
  deepStrictEqual(await registry.register("digits", model, { runId: "", tags: {} }), version);
  deepStrictEqual(await registry.find("digits", version!.sha256), version);
  deepStrictEqual(await registry.files(version!), model);
});

Deno.test("journalTracker() reads a registry that was torn anywhere, and goes on with it", async () => {
  using _fast = withoutSync();
  await using home = await temporaryHome();
  await record(home.path);
  const path = join(home.path, "models/digits/registry.jsonl");
  const journal = await Deno.readFile(path);
  const { registry } = open(home.path);
  for (let length = 0; length <= journal.length; length++) {
    if (!isTelling(journal, length)) continue;
    await Deno.writeFile(path, journal.subarray(0, length));
    const { version } = await registry.register("digits", model, { runId: "", tags: {} });
    strictEqual(version, 1);
    await registry.setAlias("digits", "champion", 1);
    deepStrictEqual(await registry.aliasHistory("digits", "champion"), [1]);
    deepStrictEqual(linesOf(await Deno.readFile(path)).length, 2);
  }
});

Deno.test("journalTracker() never puts a model in the place of another that its journal forgot", async () => {
  await using home = await temporaryHome();
  await record(home.path);
  await Deno.writeTextFile(join(home.path, "models/digits/registry.jsonl"), "damaged\n");
  const { registry } = open(home.path);
  const other = await registry.register("digits", { "": bytes("other") }, { runId: "", tags: {} });
  strictEqual(other.version, 2);
  const { version } = await registry.register("digits", model, { runId: "", tags: {} });
  strictEqual(version, 3);
});
