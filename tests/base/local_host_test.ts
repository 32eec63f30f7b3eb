import assert from "node:assert/strict";
import { localHost } from "../../lib/base/local_host.ts";
import { failureOnFullDisk, noFullDisk } from "./full_disk.ts";

interface Folder extends AsyncDisposable {
  readonly path: string;
}

async function temporaryFolder(): Promise<Folder> {
  const path = await Deno.makeTempDir({ prefix: "digits-test-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

const { disk, ...host } = localHost({ cacheFolder: "unused" });
const bytes = new Uint8Array([1, 2, 3]);

Deno.test("localHost() writes whole files, in folders it makes, and reads them back", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a/b/file`;
  await disk.write(path, bytes);
  await disk.write(path, new Uint8Array([9]));
  assert.deepEqual(await disk.read(path), new Uint8Array([9]));
  assert.deepEqual(await disk.stat(path), { size: 1, isFolder: false });
  assert.deepEqual(await disk.list(`${folder.path}/a/b`), ["file"], "no draft stays behind");
});

Deno.test("localHost() appends to a file", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a/file`;
  await disk.append(path, bytes);
  await disk.append(path, bytes);
  assert.deepEqual(await disk.read(path), new Uint8Array([1, 2, 3, 1, 2, 3]));
});

Deno.test("localHost() takes a missing file for what it is", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/none`;
  assert.equal(await disk.read(path), undefined);
  assert.equal(await disk.stat(path), undefined);
  assert.deepEqual(await disk.list(path), []);
  await disk.remove(path);
});

Deno.test("localHost() lists, renames and removes", async () => {
  await using folder = await temporaryFolder();
  await disk.write(`${folder.path}/b`, bytes);
  await disk.write(`${folder.path}/a/x`, bytes);
  assert.deepEqual(await disk.list(folder.path), ["a", "b"]);
  assert.equal((await disk.stat(`${folder.path}/a`))?.isFolder, true);
  await disk.rename(`${folder.path}/b`, `${folder.path}/a/x`);
  assert.deepEqual(await disk.list(folder.path), ["a"]);
  await disk.remove(`${folder.path}/a`);
  assert.deepEqual(await disk.list(folder.path), []);
});

Deno.test("localHost() says why a file can't be written, and leaves no half of it", async () => {
  await using folder = await temporaryFolder();
  await disk.write(`${folder.path}/file`, bytes);
  await assert.rejects(disk.write(`${folder.path}/file/x`, bytes), {
    name: "UnavailableError",
    message: `Cannot write ${folder.path}/file/x: ` +
      "a part of that path is a file: choose another folder",
  });
  await disk.write(`${folder.path}/taken/x`, bytes);
  await assert.rejects(disk.write(`${folder.path}/taken`, bytes), { name: "UnavailableError" });
  assert.deepEqual(await disk.list(folder.path), ["file", "taken"]);
  await assert.rejects(disk.read(folder.path), {
    message: `Cannot read ${folder.path}: it is a folder, not a file`,
  });
});

Deno.test({
  name: "localHost() says when the disk is full",
  ignore: noFullDisk,
  async fn() {
    const error = await failureOnFullDisk(
      `import { localHost } from "lib/base/local_host.ts";`,
      `localHost({ cacheFolder: "" }).disk.append("/dev/full", new Uint8Array(1))`,
    );
    assert.deepEqual(error, {
      name: "UnavailableError",
      message: "Cannot write /dev/full: the disk is full: " +
        "free some space or choose a folder on another disk",
    });
  },
});

Deno.test("localHost() ends a sleep at the signal", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  const asleep = host.sleep(1e6, { signal: stop.signal });
  stop.abort(reason);
  await assert.rejects(asleep, reason);
  await assert.rejects(host.sleep(0, { signal: stop.signal }), reason);
  await host.sleep(0);
});

Deno.test("localHost() knows the machine", () => {
  assert.ok(host.cores >= 1);
  assert.ok(Math.abs(host.now() - Date.now()) < 1e6);
  const seed = host.randomSeed();
  assert.ok(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32);
});
