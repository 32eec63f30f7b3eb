import assert from "node:assert/strict";
import { DataError, UnavailableError } from "../../lib/base/errors.ts";
import type { ModelEvent } from "../../lib/serve/model_event.ts";
import { ModelRepository } from "../../lib/serve/model_repository.ts";
import { RequestError } from "../../lib/serve/request_error.ts";
import { FakeSource } from "./fake_source.ts";

/** A repository, what it told, and a clock that a test turns. */
function repositoryOf(sources: readonly FakeSource[], options: { keep?: number } = {}) {
  const events: ModelEvent[] = [];
  const clock = { time: 0, now: () => clock.time };
  let waiting: { text: string; resolve: () => void } | undefined;
  const repository = new ModelRepository(sources, {
    host: clock,
    onEvent(event) {
      events.push(event);
      if (waiting?.text === tell(event)) waiting.resolve();
    },
    ...options,
  });
  return {
    repository,
    clock,
    told: () => events.splice(0).map(tell),
    /** Fulfilled when this is told. */
    once(text: string): Promise<void> {
      if (events.some((event) => tell(event) === text)) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting = { text, resolve };
      return promise;
    },
  };
}

function tell(event: ModelEvent): string {
  return `${event.type} ${event.name} ${event.version}`;
}

function refusal(status: number, message: string | RegExp) {
  return (error: unknown) => {
    assert(error instanceof RequestError);
    assert.equal(error.status, status);
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  };
}

function versionFound(repository: ModelRepository, name: string, version?: string): string {
  using model = repository.find(name, version);
  return model.predictor.version;
}

Deno.test("loadAll() loads the latest version of every model, which then answers", async () => {
  const [a, b] = [new FakeSource("a", ["1", "2", "3"]), new FakeSource("b", ["7"])];
  b.put(["7", "8"], "7");
  const { repository, told } = repositoryOf([a, b]);
  await using _repository = repository;
  assert.equal(repository.ready(), false);
  assert.throws(
    () => repository.find("a"),
    refusal(503, "Cannot ask a as no version of it is loaded"),
  );
  await repository.loadAll();
  assert.equal(repository.ready(), true);
  assert.equal(versionFound(repository, "a"), "3");
  assert.equal(versionFound(repository, "b", "7"), "7");
  assert.deepEqual([...a.opened, ...b.opened], ["3", "7"]);
  assert.deepEqual(told().sort(), [
    "in-service a 3",
    "in-service b 7",
    "loaded a 3",
    "loaded b 7",
  ]);
});

Deno.test("find() refuses unknown models and versions with 404, whatever they look like", async () => {
  const { repository } = repositoryOf([new FakeSource("a", ["1", "2"])]);
  await using _repository = repository;
  await repository.loadAll();
  for (const name of ["b", "", "..", "../a", "a/../a", "__proto__", "constructor", "A"]) {
    assert.throws(() => repository.find(name), refusal(404, /^Cannot find model "/));
  }
  for (const version of ["1", "3", "", "02", "latest", "../2", "__proto__"]) {
    assert.throws(
      () => repository.find("a", version),
      refusal(404, `Cannot find version "${version}" of model "a": loaded are 2`),
    );
  }
});

Deno.test("a version says that it is being loaded until it is proven", async () => {
  const source = new FakeSource("a", ["1"]);
  const gate = Promise.withResolvers<void>();
  source.gate = gate.promise;
  const { repository } = repositoryOf([source]);
  await using _repository = repository;
  const loaded = repository.loadAll();
  while (source.opens === 0) await Promise.resolve();
  assert.throws(
    () => repository.find("a"),
    refusal(503, "Cannot ask a as it is being loaded"),
  );
  assert.deepEqual(repository.index().map(({ state }) => state), ["LOADING"]);
  gate.resolve();
  await loaded;
  assert.deepEqual(repository.index(), [
    { name: "a", version: "1", state: "READY", reason: "", latest: true },
  ]);
});

Deno.test("follow() puts a new version into service and closes the old one after its last request", async () => {
  const source = new FakeSource("a", ["1"]);
  const { repository, once } = repositoryOf([source]);
  await using _repository = repository;
  await repository.loadAll();
  repository.follow();
  const held = repository.find("a");
  source.put(["1", "2"]);
  await once("in-service a 2");
  assert.equal(versionFound(repository, "a"), "2");
  assert.deepEqual([...source.opened], ["1", "2"]);
  assert.deepEqual(
    repository.index().map(({ version, state, latest }) => [version, state, latest]),
    [["1", "UNLOADING", false], ["2", "READY", true]],
  );
  assert.equal((await held.predictor.predict(new Uint8Array(6))).probabilities.length, 10);
  held[Symbol.dispose]();
  await once("unloaded a 1");
  assert.deepEqual([...source.opened], ["2"]);
});

Deno.test("a version that can't be loaded is reported once, and the old one goes on", async () => {
  const source = new FakeSource("a", ["1"]);
  source.other["2"] = new DataError("Cannot load the model as it is damaged");
  const { repository, once, told, clock } = repositoryOf([source]);
  await using _repository = repository;
  await repository.loadAll();
  repository.follow();
  source.put(["1", "2"]);
  await once("failed a 2");
  assert.equal(versionFound(repository, "a"), "1");
  assert.deepEqual(repository.index().at(-1), {
    name: "a",
    version: "2",
    state: "UNAVAILABLE",
    reason: "Cannot load the model as it is damaged",
    latest: false,
  });
  clock.time += 1e9; // Damaged files stay damaged.
  source.put(["1", "2", "3"], "2");
  source.put(["1", "2", "3"], "3");
  await once("in-service a 3");
  assert.deepEqual(told().filter((text) => text === "failed a 2"), ["failed a 2"]);
});

Deno.test("a version that could not be had for a moment is tried again later", async () => {
  const source = new FakeSource("a", ["1"]);
  source.other["2"] = new UnavailableError("Cannot reach the store");
  const { repository, once, clock } = repositoryOf([source]);
  await using _repository = repository;
  await repository.loadAll();
  repository.follow();
  source.put(["1", "2"]);
  await once("failed a 2");
  delete source.other["2"];
  clock.time += 1_000;
  source.put(["1", "2"]);
  await once("in-service a 2");
});

Deno.test("a source that can't be asked is reported once, and the old version goes on", async () => {
  const source = new FakeSource("a", ["1"]);
  const { repository, once, told } = repositoryOf([source]);
  await using _repository = repository;
  await repository.loadAll();
  repository.follow();
  const { current } = source;
  source.current = () => Promise.reject(new UnavailableError("Cannot reach the registry"));
  source.put(["1"]);
  await once("failed a null");
  source.put(["1"]);
  source.current = current;
  source.put(["1", "2"]);
  await once("in-service a 2");
  assert.deepEqual(told().filter((text) => text === "failed a null"), ["failed a null"]);
});

Deno.test("a version that answers wrongly never takes over", async () => {
  const wrong: Record<string, [(images: number) => Float32Array, RegExp]> = {
    short: [() => new Float32Array(10), /it gives 10 numbers for 4 pictures of 10 classes$/],
    nan: [(n) => new Float32Array(n * 10).fill(NaN), /picture 0 is no probabilities.* sum to NaN$/],
    sum: [(n) => new Float32Array(n * 10).fill(0.2), /picture 0 is no probabilities/],
    lone: [
      (n) => {
        const answer = new Float32Array(n * 10);
        for (let i = 0; i < n; i++) answer[i * 10 + (n === 1 ? 1 : 2)] = 1;
        return answer;
      },
      /it says 0 of a picture alone and 1 of the same among others$|it says 1 /,
    ],
  };
  for (const [version, [answer, message]] of Object.entries(wrong)) {
    const source = new FakeSource("a", ["1"]);
    const { repository } = repositoryOf([source]);
    await using _repository = repository;
    await repository.loadAll();
    source.other[version] = {
      predict: (images) => Promise.resolve({ probabilities: answer(images.length / 6) }),
    };
    source.put(["1", version]);
    await assert.rejects(repository.load("a"), (error) => {
      assert(error instanceof DataError);
      assert.match(error.message, message);
      return true;
    });
    assert.equal(versionFound(repository, "a"), "1");
    assert.deepEqual([...source.opened], ["1"]);
  }
});

Deno.test("a version of digits that reads far fewer than the one in service never takes over", async () => {
  const reader = (right: boolean) => {
    let digits: Uint8Array;
    return {
      imageShape: [28, 28, 1] as const,
      async predict(images: Uint8Array | Float32Array) {
        const { generateDigits } = await import("../../lib/digits/synthetic.ts");
        digits ??= generateDigits(20).labels;
        const probabilities = new Float32Array(images.length / 784 * 10);
        for (let i = 0; i < images.length / 784; i++) {
          probabilities[i * 10 + (right ? digits[i]! : (digits[i]! + 1) % 10)] = 1;
        }
        return { probabilities };
      },
    };
  };
  const source = new FakeSource("a", ["1"]);
  Object.assign(source.other, { "1": reader(true), "2": reader(false), "3": reader(true) });
  const { repository, told } = repositoryOf([source]);
  await using _repository = repository;
  await repository.loadAll();
  source.put(["1", "2"]);
  await assert.rejects(
    repository.load("a"),
    new DataError(
      "Cannot serve a version 2 as it reads 0 of 20 known digits right where the version in " +
        "service reads 20",
    ),
  );
  source.put(["1", "2", "3"]);
  await repository.load("a");
  assert(told().includes("in-service a 3"));
});

Deno.test("load() and unload() take versions in and out beside the one in service", async () => {
  const source = new FakeSource("a", ["1", "2", "3"]);
  const { repository } = repositoryOf([source]);
  await using _repository = repository;
  await repository.loadAll();
  await repository.load("a", "1");
  assert.equal(versionFound(repository, "a", "1"), "1");
  assert.equal(versionFound(repository, "a"), "3");
  await assert.rejects(repository.load("a", "9"), refusal(404, /^Cannot find version "9"/));
  await assert.rejects(
    repository.unload("a", "3"),
    refusal(409, /^Cannot unload version 3 of a alone as it is in service/),
  );
  await repository.unload("a", "1");
  assert.throws(() => repository.find("a", "1"), refusal(404, /^Cannot find version "1"/));
  await assert.rejects(repository.unload("a", "1"), refusal(404, /^Cannot find version "1"/));
  await assert.rejects(repository.load("b"), refusal(404, /^Cannot find model "b"/));
  await assert.rejects(repository.unload("b"), refusal(404, /^Cannot find model "b"/));
});

Deno.test("an unloaded model answers 503 and follows nothing until it is loaded again", async () => {
  const source = new FakeSource("a", ["1"]);
  const { repository, once, told } = repositoryOf([source]);
  await using _repository = repository;
  await repository.loadAll();
  repository.follow();
  await repository.unload("a");
  await once("unloaded a 1");
  source.put(["1", "2"]);
  assert.throws(
    () => repository.find("a"),
    refusal(
      503,
      "Cannot ask a as it was unloaded: POST /v2/repository/models/a/load loads it",
    ),
  );
  assert.deepEqual(repository.index().map(({ state }) => state), ["UNAVAILABLE"]);
  told();
  await repository.load("a");
  assert.deepEqual(told().slice(0, 2), ["loaded a 2", "in-service a 2"]);
});

Deno.test("keep has the newest versions before the one in service in memory too", async () => {
  const source = new FakeSource("a", ["1", "2", "3"]);
  const { repository } = repositoryOf([source], { keep: 2 });
  await using _repository = repository;
  await repository.loadAll();
  assert.deepEqual([...source.opened], ["3", "2"]);
  source.put(["1", "2", "3", "4"]);
  await repository.load("a");
  assert.deepEqual([...source.opened], ["3", "4"]);
  await repository.unload("a", "3");
  await repository.load("a");
  assert.deepEqual([...source.opened], ["4"]);
});

Deno.test("a version whose files are replaced is loaded anew", async () => {
  const source = new FakeSource("a", ["1"]);
  const { repository, told } = repositoryOf([source]);
  await using _repository = repository;
  await repository.loadAll();
  const held = repository.find("a");
  source.now = { versions: [{ version: "1", revision: "other" }], latest: "1" };
  await repository.load("a");
  {
    using found = repository.find("a");
    assert.notEqual(found.predictor, held.predictor);
  }
  assert.equal(source.opens, 2);
  assert.deepEqual(told().slice(2), ["loaded a 1", "in-service a 1"]);
  held[Symbol.dispose]();
});

Deno.test("loadAll() says what is wrong with each model that has no version", async () => {
  const [a, b, c] = ["a", "b", "c"].map((name) => new FakeSource(name, ["1"]));
  a!.other["1"] = new DataError("a is damaged");
  b!.put([]);
  const { repository } = repositoryOf([a!, b!, c!]);
  await using _repository = repository;
  await assert.rejects(repository.loadAll(), {
    name: "AggregateError",
    message: "a is damaged\nCannot load b as there is no version to serve yet",
  });
  assert.equal(versionFound(repository, "c"), "1");
  assert.equal(repository.ready(), false);
});

Deno.test("a disposed repository has closed what it opened, after the last requests", async () => {
  const source = new FakeSource("a", ["1", "2"]);
  const { repository } = repositoryOf([source], { keep: 2 });
  await repository.loadAll();
  repository.follow();
  const held = repository.find("a");
  const disposed = repository[Symbol.asyncDispose]();
  assert.equal((await held.predictor.predict(new Uint8Array(6))).probabilities.length, 10);
  held[Symbol.dispose]();
  await disposed;
  assert.deepEqual([...source.opened], []);
});

Deno.test("versions swapped while requests run fail none of them", async () => {
  const source = new FakeSource("a", ["0"]);
  const { repository, once } = repositoryOf([source]);
  await using _repository = repository;
  await repository.loadAll();
  repository.follow();
  const seen = new Set<string>();
  let stop = false;
  const asking = Array.from({ length: 8 }, async () => {
    while (!stop) {
      using model = repository.find("a");
      const { version } = model.predictor;
      await new Promise<void>((resolve) => setImmediate(resolve)); // As a body is read.
      assert(source.opened.has(version), `version ${version} was closed under a request`);
      await model.predictor.predict(new Uint8Array(6));
      assert(source.opened.has(version), `version ${version} was closed under a request`);
      seen.add(version);
    }
  });
  for (let version = 1; version <= 50; version++) {
    source.put([String(version - 1), String(version)]);
    await once(`in-service a ${version}`);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  stop = true;
  await Promise.all(asking);
  assert(seen.size > 10, `${seen.size} versions answered`);
});

Deno.test("a repository refuses names that can't be in a path, and two of one name", () => {
  const make = (...names: string[]) =>
    repositoryOf(names.map((name) => new FakeSource(name, ["1"])));
  assert.throws(() => make("a/b"), RangeError);
  assert.throws(() => make("a", "a"), new RangeError('Cannot serve two models as "a"'));
});
