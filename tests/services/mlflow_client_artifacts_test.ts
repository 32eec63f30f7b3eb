/** Artifacts of a real MLflow: large ones, and those that it keeps on S3. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DataError, UsageError } from "../../lib/base/errors.ts";
import { localHost } from "../../lib/base/local_host.ts";
import { s3Transfer } from "../../lib/store/s3_transfer.ts";
import { MlflowClient } from "../../lib/track/mlflow/mod.ts";
import { LineProcess } from "../../scripts/bench/line_process.ts";
import { makeBucket, type S3Server, startMinio, startMlflow } from "../../scripts/services/mod.ts";
import { runPython } from "./python.ts";

let s3: S3Server;
Deno.test.beforeAll(async () => {
  s3 = await startMinio();
  await makeBucket(s3, "runs");
});
Deno.test.afterAll(async () => {
  await s3[Symbol.asyncDispose]();
});

const FILES = { "a.txt": "größe", "plots/con fusion é+%&.svg": "<svg/>", "empty": "" };

const READ = `
import json, sys, mlflow
root = json.loads(sys.argv[1])
def read(path):
    return open(mlflow.artifacts.download_artifacts(f"{root}/{path}")).read()
def walk(path=None):
    for entry in mlflow.artifacts.list_artifacts(f"{root}/{path}" if path else root):
        name = entry.path.split("/")[-1]
        full = f"{path}/{name}" if path else name
        if entry.is_dir: yield from walk(full)
        else: yield full
print(json.dumps({path: read(path) for path in walk()}))
`;

for (const direct of [false, true]) {
  const way = direct ? "straight to S3" : "through the server, which keeps them on S3";
  Deno.test(`artifacts go ${way}`, async () => {
    await using server = await startMlflow({ artifacts: { s3, bucket: "runs", direct } });
    const host = localHost({ cacheFolder: "" });
    const { url: endpoint, accessKey, secretKey } = s3;
    const transfer = s3Transfer({ endpoint, accessKey, secretKey, host });
    const client = new MlflowClient({ trackingUri: server.url, transfer });
    const { info } = await client.runs.create({ experimentId: "0" });
    const { artifactUri: root } = info;
    assert.equal(root.startsWith("s3://runs/"), direct);
    for (const [path, text] of Object.entries(FILES)) {
      await client.artifacts.upload(root, path, text);
    }
    const entries = await Array.fromAsync(client.artifacts.walk(root));
    assert.deepEqual(
      new Map(entries.map(({ path, size }) => [path, size])),
      new Map([["a.txt", 7], ["empty", 0], ["plots/con fusion é+%&.svg", 6]]),
    );
    const bytes = await client.artifacts.read(root, "a.txt", { size: 7 });
    assert.equal(new TextDecoder().decode(bytes), "größe");
    await assert.rejects(client.artifacts.read(root, "none.txt"), DataError);
    const options = { trackingUri: server.url, input: root, ...(direct && { s3 }) };
    assert.deepEqual(await runPython(READ, options), FILES);
    await client.artifacts.delete(root, "a.txt");
    await client.artifacts.delete(root, "a.txt");
    await assert.rejects(client.artifacts.read(root, "a.txt"), DataError);
    if (direct) {
      const without = new MlflowClient({ trackingUri: server.url });
      await assert.rejects(without.artifacts.read(root, "a.txt"), UsageError);
    }
  });
}

const MEGABYTES = 1000;

Deno.test("an artifact of 1 GB goes up and down in less than 200 MB of memory", async () => {
  await using server = await startMlflow();
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "digits-large-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const file = join(folder, "large.bin");
  const down = join(folder, "down");
  await Deno.mkdir(down);
  const block = new Uint8Array(1_000_000).map((_, i) => (i * 7919) >> 3);
  for (let i = 0; i < MEGABYTES; i++) await Deno.writeFile(file, block, { append: true });
  const script = fileURLToPath(new URL("../../scripts/bench/mlflow_own.ts", import.meta.url));
  await using own = new LineProcess({
    program: Deno.execPath(),
    args: ["run", "--quiet", "-A", script, server.url],
    timeoutMs: 300_000,
  });
  await own.hear();
  const up = JSON.parse(await own.ask(JSON.stringify({ measure: "upload", file })));
  const question = { measure: "download", artifact: up.artifact, folder: down };
  const got = JSON.parse(await own.ask(JSON.stringify(question)));
  assert.equal((await Deno.stat(join(down, "large.bin"))).size, MEGABYTES * 1_000_000);
  for (const { peakBytes } of [up, got]) assert(peakBytes < 200e6, `${peakBytes} bytes`);
});
