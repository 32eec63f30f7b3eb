import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { UnavailableError } from "../../lib/base/errors.ts";
import { PeerProcess } from "../../scripts/bench/peer_process.ts";

const FAKE = fileURLToPath(new URL("./fake_peer.ts", import.meta.url));

function start(
  options: { args?: readonly string[]; timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<PeerProcess> {
  return PeerProcess.start({
    program: "deno",
    args: ["run", "--no-lock", FAKE],
    timeoutMs: 30_000,
    ...options,
  });
}

async function fails(answer: Promise<unknown>, message: string | RegExp): Promise<void> {
  await assert.rejects(answer, (error) => {
    assert(error instanceof UnavailableError, `${error}`);
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}

Deno.test("a peer says who it is and measures again and again", async () => {
  await using peer = await start();
  assert.equal(peer.name, "Fake");
  assert.equal(peer.version, "fake 1.0");
  for (const images of [10, 20]) {
    assert.deepEqual(await peer.train(images, { batchSize: 4 }), {
      imagesPerSecond: images * 4,
      form: "train",
    });
    assert.deepEqual(await peer.predict(images, { batchSize: 8 }), {
      imagesPerSecond: images * 8,
      form: "predict",
    });
    assert.deepEqual(await peer.latency(images), {
      medianMs: images,
      p99Ms: 2 * images,
      form: "latency",
    });
  }
});

Deno.test("a peer may say that it can't, or nonsense, and be asked again", async () => {
  await using peer = await start();
  const options = { batchSize: 1 };
  await fails(peer.train(1, options), "Cannot measure Fake: ValueError: one is too few");
  await fails(peer.train(2, options), 'Cannot measure Fake: it answered "not JSON"');
  await fails(peer.train(3, options), /^Cannot measure Fake: it answered "\{\\"imagesPerSecond/);
  assert.equal((await peer.train(10, options)).imagesPerSecond, 10);
});

Deno.test("a peer may write any amount to its standard error", async () => {
  await using peer = await start();
  assert.equal((await peer.train(6, { batchSize: 1 })).form, "loud");
});

Deno.test("a peer that ends is refused with its last words, now and later", async () => {
  await using peer = await start();
  const ended = "Cannot go on as deno ended: MemoryError: no room";
  await fails(peer.train(4, { batchSize: 1 }), ended);
  await fails(peer.train(10, { batchSize: 1 }), ended);
});

Deno.test("a peer that says nothing is waited for no longer than its time", async () => {
  const args = ["eval", "setInterval(() => {}, 1000)"];
  await fails(start({ args, timeoutMs: 1 }), "Cannot wait for deno any longer than 1 ms");
});

Deno.test("a peer is killed when its signal is aborted", async () => {
  const stop = new AbortController();
  await using peer = await start({ signal: stop.signal });
  const answer = peer.train(5, { batchSize: 1 });
  const reason = new Error("enough");
  stop.abort(reason);
  await assert.rejects(answer, reason);
  await assert.rejects(start({ signal: stop.signal }), reason);
});

Deno.test("a program that is not there, is none, or says something else is no peer", async () => {
  await fails(
    PeerProcess.start({ program: "no-such-python", args: [], timeoutMs: 1_000 }),
    "Cannot start no-such-python: there is no such program",
  );
  await fails(
    start({ args: ["eval", "console.error('ModuleNotFoundError: x'); Deno.exit(1)"] }),
    "Cannot go on as deno ended: ModuleNotFoundError: x",
  );
  await fails(start({ args: ["eval", ""] }), "Cannot go on as deno ended: it does not say why");
  await fails(
    start({ args: ["eval", "console.log('hello')"] }),
    'Cannot measure deno: it answered "hello"',
  );
});
