import assert from "node:assert/strict";
import { createHandler } from "../../lib/serve/handler.ts";
import {
  type ListedModel,
  listModels,
  readDigits,
  Refusal,
  type Send,
} from "../../lib/serve/page/browser/inference.ts";
import { troubleOf, troubleWith } from "../../lib/serve/page/browser/trouble.ts";
import { Watch } from "../../lib/serve/page/browser/watch.ts";
import type { Predictor } from "../../lib/serve/predictor.ts";

const model: ListedModel = { name: "m", versions: ["1"], ready: true, protocol: "V2" };

/** Takes a picture for the class whose number its first pixel is; the classes have odd names. */
const firstPixel: Predictor = {
  name: "m",
  version: "3",
  imageShape: [28, 28, 1],
  classNames: ["a:b", "", "c"],
  predict(images) {
    const probabilities = new Float32Array(images.length / 784 * 3).fill(0.125);
    for (let i = 0; i < images.length / 784; i++) {
      const pixel = images[784 * i]!;
      probabilities[3 * i + (images instanceof Uint8Array ? pixel : Math.round(255 * pixel))] =
        0.75;
    }
    return Promise.resolve({ probabilities });
  },
};

const digits = [2, 0].map((pixel) => new Uint8Array(784).fill(pixel, 0, 1).fill(255, 1, 9));

/** Sends to a handler; paths that begin with one of `without` are not found. */
function sendTo(...without: readonly string[]): Send {
  const handler = createHandler({ models: [firstPixel] });
  return async (path, init) =>
    without.some((start) => path.startsWith(start))
      ? new Response(null, { status: 404 })
      : await handler(new Request(`http://localhost/${path}`, init));
}

Deno.test("the page reads by V2, with every class's name", async () => {
  const send = sendTo("v1");
  const [listed] = await listModels(send);
  assert.deepEqual(listed, { name: "m", versions: ["3"], ready: true, protocol: "V2" });
  for (const version of [undefined, "3"]) {
    assert.deepEqual(await readDigits(send, digits, { ...listed!, version }), {
      readings: [
        { class: 2, label: "c", probabilities: [0.125, 0.125, 0.75] },
        { class: 0, label: "a:b", probabilities: [0.75, 0.125, 0.125] },
      ],
      classNames: ["a:b", "", "c"],
    });
  }
  await assert.rejects(readDigits(send, digits, { ...listed!, version: "4" }), { status: 404 });
});

Deno.test("the page reads by V1 where there is no V2", async () => {
  const send = sendTo("v2");
  const [listed] = await listModels(send);
  assert.deepEqual(listed, { name: "m", versions: [], ready: true, protocol: "V1" });
  const { readings, classNames } = await readDigits(send, digits, {
    ...listed!,
    version: undefined,
  });
  assert.deepEqual(readings.map(({ label }) => label), ["c", "a:b"]);
  assert.equal(classNames, undefined);
});

Deno.test("troubleOf() knows what time cures, what a token does, and what neither", () => {
  const cureOf = (status: number) => troubleOf(new Refusal(status, "no")).cure;
  assert.deepEqual([0, 404, 429, 500, 502, 503].map(cureOf), Array(6).fill("time"));
  assert.deepEqual([401, 403].map(cureOf), ["token", "token"]);
  assert.deepEqual([400, 413, 415].map(cureOf), ["change", "change", "change"]);
  assert.deepEqual(troubleOf(new TypeError("a bug")), {
    words: "Something went wrong: TypeError: a bug",
    cure: "change",
  });
});

/** A watch on a server whose answers to a listing are given; waits pass at once. */
function watchOn(answers: readonly (readonly ListedModel[] | Error)[]) {
  const left = [...answers];
  const waits: number[] = [];
  const shown: (string | undefined)[] = [];
  let readyCount = 0;
  const watch: Watch = new Watch({
    list: () => {
      const answer = left.shift()!;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    take: ([first]) => troubleWith(first),
    sleep: (milliseconds) => Promise.resolve(waits.push(milliseconds)),
    onTrouble: () => shown.push(watch.trouble?.words),
    onReady: () => readyCount++,
  });
  return { watch, waits, shown, readyCount: () => readyCount };
}

Deno.test("Watch looks again, ever more seldom, until the model is ready", async () => {
  const gone = new Refusal(0, "The server does not answer.");
  const { watch, waits, shown, readyCount } = watchOn([
    ...Array(6).fill(gone),
    [],
    [{ ...model, ready: false }],
    [model],
  ]);
  await watch.look();
  assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000]);
  assert.equal(readyCount(), 1);
  watch.succeeded();
  assert.deepEqual(shown, [
    "The server does not answer. Trying again…",
    "The server has no model yet: deno task pipeline makes one.",
    "m is not ready yet. Trying again…",
    undefined,
  ]);
});

Deno.test("Watch does not hurry a server that lists its models and fails to read", async () => {
  const { watch, waits } = watchOn(Array(4).fill([model]));
  const failure = troubleOf(new Refusal(500, "The server failed"));
  for (let i = 0; i < 3; i++) await watch.failed(failure);
  assert.deepEqual(waits, [500, 1_000, 2_000]);
  watch.succeeded();
  await watch.failed(failure);
  assert.equal(waits.at(-1), 500);
});

Deno.test("Watch leaves alone what time does not cure, and looks once at a time", async () => {
  const { watch, waits, readyCount } = watchOn([[model], new Refusal(401, "no")]);
  await watch.failed({ words: "no", cure: "change" });
  assert.deepEqual([waits.length, readyCount(), watch.isWell], [0, 0, true]);
  const looking = watch.look();
  assert.equal(watch.isWell, false);
  await watch.look();
  await looking;
  assert.equal(readyCount(), 1);
  await watch.look();
  assert.deepEqual([watch.trouble?.cure, watch.isWell, waits.length], ["token", true, 0]);
});
