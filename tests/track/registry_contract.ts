/** What every model registry has to do. */
import { deepStrictEqual, notStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { DataError } from "../../lib/base/errors.ts";
import { digestFiles, type ModelInterface, type ModelRegistry } from "../../lib/pipeline/mod.ts";

/** A registry of its own for one test. */
export interface ContractRegistry extends AsyncDisposable {
  readonly registry: ModelRegistry;
}

const bytes = (text: string) => new TextEncoder().encode(text);

export const someInterface: ModelInterface = {
  inputs: [{ name: "image", dtype: "float32", shape: [-1, 1, 2, 2] }],
  outputs: [{ name: "probabilities", dtype: "float32", shape: [-1, 10] }],
  inputExample: [[[[0, 0.5], [1, 0.25]]]],
};

/** A clock that goes on by a millisecond whenever it is read. */
export function tickingClock(from = 1000): { now(): number } {
  let time = from;
  return { now: () => time++ };
}

/** Registers the contract's tests for one implementation. `open` gets the registry its clock. */
export function testRegistry(
  name: string,
  open: (clock: { now(): number }) => Promise<ContractRegistry>,
): void {
  const test = (what: string, body: (registry: ModelRegistry) => Promise<void>) =>
    Deno.test(`${name} ${what}`, async () => {
      await using contract = await open(tickingClock());
      await body(contract.registry);
    });

  test("makes model versions, and none twice of the same files", async (registry) => {
    const [one, two] = [{ "model.onnx": bytes("1") }, { "model.onnx": bytes("2") }];
    const tags = { dataset: "mnist" };
    const first = await registry.register("digits", one, { runId: "f".repeat(32), tags });
    const { uri, createdAt, ...rest } = first;
    ok(uri !== "" && createdAt >= 1000);
    deepStrictEqual(rest, {
      name: "digits",
      version: 1,
      sha256: digestFiles(one),
      runId: "f".repeat(32),
      tags,
      interface: null,
    });
    const second = await registry.register("digits", two, { runId: "f".repeat(32), tags: {} });
    strictEqual(second.version, 2);
    notStrictEqual(second.uri, uri);
    deepStrictEqual(await registry.register("digits", one, { runId: "x", tags: {} }), first);
    strictEqual((await registry.register("other", one, { runId: "x", tags: {} })).version, 1);
    deepStrictEqual(await registry.versions("digits"), [first, second]);
    deepStrictEqual(await registry.versions("missing"), []);
    deepStrictEqual(await registry.names(), ["digits", "other"]);
    deepStrictEqual(await registry.find("digits", digestFiles(two)), second);
    strictEqual(await registry.find("other", digestFiles(two)), undefined);
    deepStrictEqual(await registry.files(second), two);
    await rejects(registry.files({ ...second, version: 3 }), DataError);
    await rejects(registry.files({ ...second, sha256: first.sha256 }), DataError);
  });

  test("keeps what a model takes and gives", async (registry) => {
    const options = { runId: "", tags: {}, interface: someInterface };
    const version = await registry.register("digits", { "": bytes("1") }, options);
    deepStrictEqual(version.interface, someInterface);
    deepStrictEqual(await registry.versions("digits"), [version]);
    const bad = { ...someInterface, inputExample: [NaN] };
    await rejects(
      registry.register("digits", { "": bytes("2") }, { ...options, interface: bad }),
      TypeError,
    );
    deepStrictEqual(await registry.versions("digits"), [version]);
  });

  test("keeps lone files and folders as models", async (registry) => {
    const options = { runId: "", tags: {} };
    const lone = await registry.register("lone", { "": bytes("1") }, options);
    deepStrictEqual(await registry.files(lone), { "": bytes("1") });
    const files = { "1/model.onnx": bytes("1"), "version.json": bytes("own") };
    const folder = await registry.register("folder", files, options);
    strictEqual(digestFiles(await registry.files(folder)), digestFiles(files));
  });

  test("moves aliases and remembers where they have pointed", async (registry) => {
    for (const text of ["1", "2"]) {
      await registry.register("digits", { "": bytes(text) }, { runId: "", tags: {} });
    }
    strictEqual(await registry.alias("digits", "champion"), undefined);
    deepStrictEqual(await registry.aliasHistory("digits", "champion"), []);
    for (const version of [1, 2, 2, 1]) await registry.setAlias("digits", "champion", version);
    await registry.setAlias("digits", "challenger", 2);
    strictEqual((await registry.alias("digits", "champion"))?.version, 1);
    deepStrictEqual(await registry.aliasHistory("digits", "champion"), [1, 2, 1]);
    deepStrictEqual(await registry.aliasHistory("digits", "challenger"), [2]);
    await rejects(
      registry.setAlias("digits", "champion", 3),
      new DataError('Cannot set alias "champion" of model "digits" to version 3: there are 1, 2'),
    );
    await rejects(registry.setAlias("missing", "champion", 1), DataError);
    deepStrictEqual(await registry.names(), ["digits"]);
  });

  test("gives many that register at once each a version of their own", async (registry) => {
    const versions = await Promise.all(
      Array.from(
        { length: 9 },
        (_, i) =>
          registry.register("digits", { "": bytes(String(i % 3)) }, {
            runId: "",
            tags: {},
          }),
      ),
    );
    deepStrictEqual(new Set(versions.map(({ version }) => version)), new Set([1, 2, 3]));
    deepStrictEqual((await registry.versions("digits")).map(({ version }) => version), [
      1,
      2,
      3,
    ]);
  });

  test("refuses names that lead elsewhere", async (registry) => {
    const options = { runId: "", tags: {} };
    for (const name of ["", "..", "a/b", ".a", "a b", "a".repeat(129)]) {
      await rejects(registry.register(name, {}, options), /^TypeError: Cannot name a model/);
      await rejects(registry.versions(name), TypeError);
      await rejects(registry.setAlias("digits", name, 1), /^TypeError: Cannot name an alias/);
    }
    await rejects(registry.register("digits", { "../x": bytes("") }, options), TypeError);
    deepStrictEqual(await registry.names(), []);
  });
}
