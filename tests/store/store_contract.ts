/** What every artifact store has to do. */
import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { Random } from "../../lib/base/random.ts";
import { BusyError, DataError } from "../../lib/base/errors.ts";
import { type ArtifactStore, digestFiles, type Files } from "../../lib/pipeline/mod.ts";

/** A store of its own for one test. */
export interface ContractStore extends AsyncDisposable {
  readonly store: ArtifactStore;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const keyOf = (store: ArtifactStore, uri: string) => uri.slice(store.uri("x").length - 1);

/** Registers the contract's tests for one implementation. */
export function testStore(name: string, open: () => Promise<ContractStore>): void {
  const test = (what: string, body: (store: ArtifactStore) => Promise<void>) =>
    Deno.test(`${name} ${what}`, async () => {
      await using contract = await open();
      await body(contract.store);
    });

  const shapes: [what: string, files: Files][] = [
    ["a lone file", { "": bytes("abc") }],
    ["an empty file", { "empty.bin": new Uint8Array() }],
    ["no files at all", {}],
    ["folders", { "a.txt": bytes("a"), "b/c/d.bin": Uint8Array.of(0, 255), "b/e": bytes("e") }],
    ["names like its own", {
      "manifest.json": bytes("{}"),
      file: bytes(""),
      "files/x": bytes("x"),
    }],
    ["unusual names", {
      "ünï code (1).txt": bytes("ü"),
      ".hidden": bytes("h"),
      __proto__x: bytes("p"),
    }],
  ];
  for (const [what, files] of shapes) {
    test(`gives back ${what}`, async (store) => {
      const info = await store.put("steps/one", files);
      deepStrictEqual(info, {
        uri: store.uri("steps/one"),
        size: Object.values(files).reduce((sum, { length }) => sum + length, 0),
        sha256: digestFiles(files),
      });
      deepStrictEqual(await store.info(info.uri), info);
      const got = await store.get(info.uri);
      deepStrictEqual(Object.keys(got).sort(), Object.keys(files).sort());
      for (const name of Object.keys(files)) {
        deepStrictEqual([...got[name]!], [...files[name]!]);
      }
    });
  }

  test("gives back megabytes", async (store) => {
    const random = new Random(1);
    const large = Uint8Array.from({ length: 3 << 20 }, () => random.integer(256));
    const { uri, size } = await store.put("large", { "": large });
    strictEqual(size, 3 << 20);
    ok((await store.get(uri))[""]!.every((byte, i) => byte === large[i]));
  });

  test("stores the same files twice without a word, and refuses others", async (store) => {
    const info = await store.put("a", { x: bytes("1"), y: bytes("2") });
    deepStrictEqual(await store.put("a", { y: bytes("2"), x: bytes("1") }), info);
    await rejects(store.put("a", { x: bytes("1") }), BusyError);
    await rejects(store.put("a", { x: bytes("1"), y: bytes("3") }), BusyError);
    deepStrictEqual(await store.info(info.uri), info);
  });

  test("is not changed by who writes into arrays that it took or gave", async (store) => {
    const given = { "": bytes("abc") };
    const { uri } = await store.put("a", given);
    given[""].fill(0);
    (await store.get(uri))[""]!.fill(1);
    deepStrictEqual([...(await store.get(uri))[""]!], [...bytes("abc")]);
  });

  test("knows nothing of what is missing", async (store) => {
    const uri = store.uri("missing/one");
    strictEqual(await store.info(uri), undefined);
    await rejects(store.get(uri), DataError);
    await store.remove(uri);
    deepStrictEqual(await Array.fromAsync(store.list("missing/")), []);
  });

  test("knows nothing of URIs that are not its own", async (store) => {
    await store.put("a", { "": bytes("a") });
    const own = store.uri("a");
    for (
      const uri of ["", "a", "memory", "s3://bucket/a", "file:///", `${own}/../a`, `${own}%2e`]
    ) {
      strictEqual(await store.info(uri), undefined);
      await rejects(store.get(uri), DataError);
      await store.remove(uri);
    }
    ok(await store.info(own));
  });

  test("forgets what is removed, and takes other files then", async (store) => {
    const { uri } = await store.put("a/b/c", { x: bytes("1") });
    const kept = await store.put("a/d", { x: bytes("2") });
    await store.remove(uri);
    strictEqual(await store.info(uri), undefined);
    await rejects(store.get(uri), DataError);
    await store.remove(uri);
    deepStrictEqual(await store.info(kept.uri), kept);
    await store.put("a/b/c", { x: bytes("3") });
    deepStrictEqual(await store.get(uri), { x: bytes("3") });
  });

  test("lists what starts with a prefix, by key", async (store) => {
    const keys = ["steps/b", "steps/a/2", "steps/a/10", "steps-a", "step", "Steps/a"];
    for (const key of keys) await store.put(key, { "": bytes(key) });
    const list = async (prefix: string) =>
      (await Array.fromAsync(store.list(prefix))).map(({ uri }) => keyOf(store, uri));
    deepStrictEqual(await list(""), keys.toSorted());
    deepStrictEqual(await list("steps/"), ["steps/a/10", "steps/a/2", "steps/b"]);
    deepStrictEqual(await list("steps/a/1"), ["steps/a/10"]);
    deepStrictEqual(await list("steps"), ["steps-a", "steps/a/10", "steps/a/2", "steps/b"]);
    deepStrictEqual(await list("steps/b/"), []);
    const [first] = await Array.fromAsync(store.list("steps/a/2"));
    deepStrictEqual(first, await store.info(store.uri("steps/a/2")));
  });

  test("can be changed while it is listed", async (store) => {
    for (const key of ["a", "b", "c"]) await store.put(key, { "": bytes(key) });
    for await (const { uri } of store.list("")) await store.remove(uri);
    deepStrictEqual(await Array.fromAsync(store.list("")), []);
  });

  test("refuses keys and names that lead elsewhere", async (store) => {
    for (const key of ["", "/a", "../a", "a/../../b", "a//b", "a\\b", ".a", "a/."]) {
      throws(() => store.uri(key), TypeError);
      await rejects(store.put(key, { "": bytes("") }), TypeError);
    }
    for (const file of ["../x", "/x", "a/../x", "a//x", "a\\x"]) {
      await rejects(store.put("a", { [file]: bytes("") }), TypeError);
    }
    await rejects(store.put("a", { "": bytes(""), x: bytes("") }), TypeError);
    deepStrictEqual(await Array.fromAsync(store.list("")), []);
  });

  test("lets one of many win who store under one key at once", async (store) => {
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => store.put("a", { "": bytes(String(i % 2)) })),
    );
    const won = new TextDecoder().decode((await store.get(store.uri("a")))[""]);
    for (const [i, result] of results.entries()) {
      if (String(i % 2) === won) strictEqual(result.status, "fulfilled");
      else ok(result.status === "rejected" && result.reason instanceof BusyError);
    }
  });

  test("does nothing for a signal that is aborted", async (store) => {
    const reason = new Error("stopped");
    const signal = AbortSignal.abort(reason);
    const { uri } = await store.put("a", { "": bytes("a") });
    await rejects(store.put("b", { "": bytes("b") }, { signal }), reason);
    await rejects(store.get(uri, { signal }), reason);
    await rejects(store.info(uri, { signal }), reason);
    await rejects(Array.fromAsync(store.list("", { signal })), reason);
    await rejects(store.remove(uri, { signal }), reason);
    deepStrictEqual((await Array.fromAsync(store.list(""))).map((info) => info.uri), [uri]);
  });
}
