/** What every artifact store has to do. */
import { Buffer } from "node:buffer";
import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { concatBytes } from "../../lib/base/bytes.ts";
import { Random } from "../../lib/base/random.ts";
import { BusyError, DataError } from "../../lib/base/errors.ts";
import {
  type ArtifactStore,
  digestFiles,
  type Files,
  type FileSource,
} from "../../lib/pipeline/mod.ts";

/** A store of its own for one test. */
export interface ContractStore extends AsyncDisposable {
  readonly store: ArtifactStore;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const keyOf = (store: ArtifactStore, uri: string) => uri.slice(store.uri("x").length - 1);

/** Random bytes in pieces of random sizes, the same each time it is read. */
export function randomSource(seed: number, size: number): FileSource {
  return {
    stream() {
      const random = new Random(seed);
      let left = size;
      return new ReadableStream({
        pull(controller) {
          const length = Math.min(left, 1 + random.integer(200_000));
          left -= length;
          const words = new Int32Array(Math.ceil(length / 4)).map(() => random.bits());
          if (length > 0) controller.enqueue(new Uint8Array(words.buffer, 0, length));
          if (left === 0) controller.close();
        },
      });
    },
  };
}

/** All bytes of a stream. */
export async function bytesIn(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return concatBytes(await Array.fromAsync(stream));
}

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

  test("streams large files in and out, as if they were bytes", async (store) => {
    const large = randomSource(1, 12_345_678);
    const whole = await bytesIn(large.stream());
    const files = { "a/large.bin": large, "small.txt": new Blob(["small"]), "bytes": bytes("b") };
    const info = await store.put("large", files);
    const same = { "a/large.bin": whole, "small.txt": bytes("small"), "bytes": bytes("b") };
    strictEqual(info.sha256, digestFiles(same));
    deepStrictEqual(await store.put("large", same), info);
    const streamed = await bytesIn(await store.open(info.uri, "a/large.bin"));
    ok(Buffer.from(streamed).equals(whole));
    ok(Buffer.from((await store.get(info.uri))["a/large.bin"]!).equals(whole));
    deepStrictEqual(await bytesIn(await store.open(info.uri, "small.txt")), bytes("small"));
  });

  test("streams empty and lone files", async (store) => {
    const { uri } = await store.put("one", { "": new Blob([]) });
    deepStrictEqual(await bytesIn(await store.open(uri, "")), new Uint8Array());
    deepStrictEqual(await store.get(uri), { "": new Uint8Array() });
  });

  test("opens nothing that is missing", async (store) => {
    const { uri } = await store.put("a", { x: bytes("1") });
    await rejects(store.open(uri, "y"), DataError);
    await rejects(store.open(uri, ""), DataError);
    await rejects(store.open(uri, "__proto__"), DataError);
    await rejects(store.open(store.uri("b"), "x"), DataError);
    await rejects(store.open("s3://elsewhere/a", "x"), DataError);
  });

  test("opens a stream that nobody has to read to its end", async (store) => {
    const { uri } = await store.put("a", { x: randomSource(2, 6_000_000), y: bytes("1") });
    await store.open(uri, "y");
    const reader = (await store.open(uri, "x")).getReader();
    ok((await reader.read()).value!.length > 0);
    await reader.cancel();
    for await (const _ of await store.open(uri, "x")) break;
  });

  test("shows nothing of what a source did not give whole", async (store) => {
    const broken = new Error("the source broke");
    for (const fails of [1, 2]) { // while it is hashed, and while it is stored
      let opened = 0;
      const source: FileSource = {
        stream() {
          if (++opened < fails) return randomSource(3, 7_000_000).stream();
          return ReadableStream.from(async function* () {
            let size = 0;
            for await (const chunk of randomSource(3, 7_000_000).stream()) {
              yield chunk;
              if ((size += chunk.length) > 6_000_000) throw broken;
            }
          }());
        },
      };
      await rejects(store.put("a", { x: bytes("1"), y: source }), broken);
      strictEqual(await store.info(store.uri("a")), undefined);
    }
    deepStrictEqual(await Array.fromAsync(store.list("")), []);
    await store.put("a", { y: bytes("2") });
  });

  test("refuses a source that is another one the second time", async (store) => {
    for (const sizes of [[10, 11], [11, 10], [6_000_000, 6_000_001], [6_000_001, 6_000_000]]) {
      const source = { stream: () => randomSource(4, sizes.shift()!).stream() };
      await rejects(store.put("a", { x: source }), DataError);
      strictEqual(await store.info(store.uri("a")), undefined);
    }
  });

  test("stops storing and reading when told to", async (store) => {
    const stop = new AbortController();
    const reason = new Error("stopped");
    const source: FileSource = {
      stream: () =>
        ReadableStream.from(async function* () {
          for await (const chunk of randomSource(5, 7_000_000).stream()) {
            yield chunk;
            stop.abort(reason);
          }
        }()),
    };
    await rejects(store.put("a", { x: source }, { signal: stop.signal }), reason);
    strictEqual(await store.info(store.uri("a")), undefined);

    const { uri } = await store.put("b", { x: randomSource(6, 7_000_000) });
    const later = new AbortController();
    const stream = await store.open(uri, "x", { signal: later.signal });
    await rejects(async () => {
      for await (const _ of stream) later.abort(reason);
    }, reason);
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

  test("says where the files are", async (store) => {
    const { uri } = await store.put("a/b", { "m/1/x": bytes("1") });
    const files = await store.filesUri(uri);
    ok(files.startsWith(uri) && !files.endsWith("/"), files);
    strictEqual(await store.filesUri(uri), files);
  });

  test("knows nothing of what is missing", async (store) => {
    const uri = store.uri("missing/one");
    strictEqual(await store.info(uri), undefined);
    await rejects(store.get(uri), DataError);
    await rejects(store.filesUri(uri), DataError);
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
    await rejects(store.open(uri, "", { signal }), reason);
    await rejects(store.info(uri, { signal }), reason);
    await rejects(Array.fromAsync(store.list("", { signal })), reason);
    await rejects(store.remove(uri, { signal }), reason);
    deepStrictEqual((await Array.fromAsync(store.list(""))).map((info) => info.uri), [uri]);
  });
}
