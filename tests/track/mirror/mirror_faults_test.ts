/** The mirror against a server and a process that fail at random: everything arrives, once. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { Random } from "../../../lib/base/random.ts";
import { digestFiles } from "../../../lib/pipeline/digest_files.ts";
import type { Run } from "../../../lib/pipeline/tracker.ts";
import type { Mirror } from "../../../lib/track/mirror/mirror.ts";
import { sendRuns } from "../../../lib/track/mirror/send_runs.ts";
import { fuzzCount } from "../../fuzz_count.ts";
import { someInput, someRun } from "../tracker_contract.ts";
import type { FakeMlflow, FakeRun, Fault } from "./fake_mlflow.ts";
import { bytes, logEpoch, MirroredHome, type Opened } from "./mirrored_home.ts";

const FAULTS: readonly Fault[] = [
  "dropped before",
  "dropped after",
  "dropped after",
  "html",
  401,
  429,
  500,
  503,
];

/** A process, and the disk and server that outlive it. */
class World implements AsyncDisposable {
  readonly random: Random;
  #home: MirroredHome;
  #process: Opened;
  run: Run | undefined;
  /** What people were told but that the server was away or is back. */
  readonly notices: string[] = [];

  private constructor(random: Random, home: MirroredHome) {
    this.random = random;
    this.#home = home;
    this.#process = home.open();
  }

  static async make(seed: number): Promise<World> {
    const world = new World(new Random(seed), await MirroredHome.make());
    world.makeTrouble();
    return world;
  }

  get server(): FakeMlflow {
    return this.#home.server;
  }

  get tracker() {
    return this.#process.tracker;
  }

  openMirror(): Mirror {
    return this.#home.openMirror((text) => this.notices.push(text));
  }

  makeTrouble(): void {
    const share = this.random.integer(60);
    this.server.fault = (_, path) => {
      if (this.random.integer(100) >= share) return undefined;
      if (path.endsWith("/create") && this.random.integer(2) === 0) return "sent twice";
      return FAULTS[this.random.integer(FAULTS.length)];
    };
  }

  endTrouble(): void {
    this.server.fault = () => undefined;
  }

  /** What a killed process leaves: its disk as it is now, and nobody who sends anything more. */
  async kill(): Promise<void> {
    const { server } = this.#home;
    const next = await MirroredHome.make(server);
    copyFolder(this.#home.path, next.path);
    this.notices.push(...this.#process.notices.filter((text) => !/is back|goes on/.test(text)));
    const { fault } = server;
    server.fault = () => "dropped before";
    await this.run?.end("KILLED").catch(() => {});
    await this.#home[Symbol.asyncDispose]();
    server.fault = fault;
    this.#home = next;
    this.#process = next.open();
    this.run = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run?.end("KILLED").catch(() => {});
    await this.#home[Symbol.asyncDispose]();
  }
}

function copyFolder(from: string, to: string): void {
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) {
      Deno.mkdirSync(join(to, name));
      copyFolder(join(from, name), join(to, name));
    } else {
      Deno.copyFileSync(join(from, name), join(to, name));
    }
  }
}

/** Waiting for the disk is not what these many small writes are to show. */
function withoutSync(): Disposable {
  const { syncData } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.syncData = () => Promise.resolve();
  return { [Symbol.dispose]: () => void (Deno.FsFile.prototype.syncData = syncData) };
}

/** Gives what is being sent some turns. */
async function letPass(turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setTimeout(resolve));
}

/** Trains from where the checkpoint is; what was logged after it is logged again. */
async function train(world: World, { epochs }: { readonly epochs: number }): Promise<void> {
  const { random } = world;
  let checkpoint = 0;
  for (let epoch = 1; epoch <= epochs;) {
    if (!world.run) {
      world.run = await world.tracker.start(someRun);
      epoch = checkpoint + 1;
    }
    const { run } = world;
    await logEpoch(run, epoch);
    if (random.integer(3) === 0) await run.tag({ epoch: String(epoch) });
    if (random.integer(4) === 0) await run.attach("plots", { [`${epoch}.svg`]: bytes("<svg>") });
    if (random.integer(4) === 0) await run.attach("report.html", { "": bytes(`epoch ${epoch}`) });
    if (random.integer(4) === 0) await run.input(someInput);
    if (random.integer(4) === 0) await run.params({ [`note${epoch % 3}`]: "same" });
    if (random.integer(2) === 0) await letPass(random.integer(30));
    if (random.integer(3) === 0) checkpoint = epoch;
    if (random.integer(5) === 0) {
      await world.kill();
      if (random.integer(3) === 0) world.makeTrouble();
    }
    epoch++;
  }
  if (!world.run) world.run = await world.tracker.start(someRun);
}

async function register(world: World, version: number): Promise<void> {
  const { run, random } = world;
  const files = { "model.onnx": bytes(`network ${version}`), "model.json": bytes("{}") };
  const made = await run!.registry.register("digits", files, { runId: run!.id, tags: {} });
  await run!.registry.setAlias("digits", "candidate", made.version);
  if (random.integer(2) === 0) await run!.registry.setAlias("digits", "champion", made.version);
}

Deno.test("mirroredTracker() sends everything once, whatever fails and whenever it dies", async () => {
  using _fast = withoutSync();
  for (let seed = 1; seed <= fuzzCount(12); seed++) {
    await using world = await World.make(seed);
    const { random } = world;
    for (let i = 1; i <= 2; i++) {
      await train(world, { epochs: 3 + random.integer(6) });
      await register(world, i);
      if (random.integer(3) === 0) {
        await world.kill();
        world.run = await world.tracker.start(someRun);
        await register(world, i);
      }
      await world.run!.step({ name: "train", state: "succeeded", seconds: 1, cached: false });
      await world.run!.end("FINISHED");
      world.run = undefined;
    }
    await letPass(random.integer(50));
    world.endTrouble();
    await world.tracker[Symbol.asyncDispose]();
    await using mirror = world.openMirror();
    const reports = await Array.fromAsync(sendRuns(mirror, { onlyFresh: true }));
    deepStrictEqual(reports.map(({ reason }) => reason), [null, null, null], `seed ${seed}`);
    await checkSent(world, `seed ${seed}`);
    deepStrictEqual(world.notices, [], `seed ${seed}`);
    const again = await Array.fromAsync(sendRuns(mirror));
    const outcomes = again.map(({ outcome }) => outcome);
    deepStrictEqual(outcomes, ["unchanged", "unchanged", "unchanged"], `seed ${seed}`);
  }
});

async function checkSent({ tracker, server }: World, where: string): Promise<void> {
  const records = await tracker.listRuns();
  const runs = [...server.runs.values()].filter(({ deleted }) => !deleted);
  strictEqual(runs.length, records.length, where);
  strictEqual(server.repeatedPoints, 0, where);
  for (const record of records) {
    const [sent, ...others] = runs.filter((run) => run.tags.get("digits.run_id") === record.id);
    strictEqual(others.length, 0, where);
    strictEqual(sent!.status, record.status, where);
    deepStrictEqual(
      pointsOf(sent!),
      [
        ...new Map(record.metrics.map(({ name, value, step }) => [`${name} ${step}`, value])),
      ].sort(),
      where,
    );
    strictEqual(sent!.endTime, record.endedAt, where);
    for (const [key, value] of Object.entries(record.tags)) {
      strictEqual(sent!.tags.get(key), value, where);
    }
    deepStrictEqual([...sent!.params.keys()].sort(), Object.keys(record.params).sort(), where);
    strictEqual(sent!.datasets.length, record.inputs.length, where);
    const root = `${sent!.experimentId}/${sent!.runId}/artifacts`;
    for (const name of record.attachments) {
      const files = await tracker.readAttachment(record.id, name);
      for (const [file, content] of Object.entries(files)) {
        const path = `${root}/${file === "" ? name : `${name}/${file}`}`;
        deepStrictEqual(server.files.get(path), content, `${where} ${path}`);
      }
    }
    ok(server.files.has(`${root}/steps.json`), where);
  }
  const local = await tracker.registry.versions("digits");
  const { versions, aliases } = server.models.get("digits")!;
  deepStrictEqual(
    versions.map(({ tags }) => tags.get("digits.sha256")),
    local.map(({ sha256 }) => sha256),
    where,
  );
  for (const alias of ["candidate", "champion"]) {
    // The numbers may differ: one of two that were made at once is deleted, and its number gone.
    const target = versions.find(({ version }) => version === aliases.get(alias));
    const here = await tracker.registry.alias("digits", alias);
    strictEqual(target?.tags.get("digits.sha256"), here?.sha256, where);
  }
  for (const { modelId, runId, tags } of versions) {
    const model = server.loggedModels.get(modelId!)!;
    strictEqual(model.status, "LOGGED_MODEL_READY", where);
    ok(server.runs.get(runId!)!.outputs.includes(modelId!), where);
    const root = `${model.experimentId}/models/${modelId}/artifacts`;
    const files = Object.fromEntries(
      ["model.onnx", "model.json"].map((name) => [name, server.files.get(`${root}/${name}`)!]),
    );
    strictEqual(digestFiles(files), tags.get("digits.sha256"), where);
  }
  const ready = [...server.loggedModels.values()].filter(({ status }) => /READY$/.test(status));
  strictEqual(ready.length, versions.length, where);
}

function pointsOf({ metrics }: FakeRun) {
  const points = metrics.map(({ key, value, step }) => [`${key} ${step}`, value]);
  for (const key of new Set(metrics.map(({ key }) => key))) {
    const steps = metrics.filter((metric) => metric.key === key).map(({ step }) => step);
    deepStrictEqual(steps, steps.toSorted((a, b) => a - b), "in order");
  }
  return points.sort();
}
