import assert from "node:assert/strict";
import { batchPredictor } from "../../lib/serve/batch_predictor.ts";
import { createHandler } from "../../lib/serve/handler.ts";
import { listen } from "../../lib/serve/listen.ts";
import { sumPredictor } from "./fake_predictor.ts";

Deno.test("pictures of a client that has left are not computed, and nobody else waits for them", async () => {
  const begun: number[] = [];
  const first = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const model = sumPredictor({
    async predict(images) {
      begun.push(images[5]!);
      first.resolve();
      await release.promise;
      return await sumPredictor().predict(images);
    },
  });
  const answered: number[] = [];
  const left = Promise.withResolvers<void>();
  const handler = createHandler({
    models: [batchPredictor(model, { maxBatch: 1, now: () => 0 })],
    onError: (error) => assert.fail(`${error}`),
    observer: { now: () => 0, answered: ({ status }) => answered.push(status) },
  });
  await using server = listen((request) => {
    request.signal.addEventListener("abort", () => left.resolve());
    return handler(request);
  }, { port: 0 });
  const stop = new AbortController();
  const ask = (last: number, signal?: AbortSignal) =>
    fetch(`${server.url}/v1/models/sum:predict`, {
      method: "POST",
      body: JSON.stringify({ instances: [[2, 0, 0, 0, 0, last]] }),
      ...(signal && { signal }),
    }).then((response) => response.json());
  /** Answered after all that came before is read. */
  const look = () => fetch(`${server.url}/v1/models`).then((response) => response.text());

  const kept = [ask(1)];
  await first.promise;
  kept.push(ask(2), ask(3));
  await look();
  await look();
  const leaving = assert.rejects(ask(4, stop.signal), { name: "AbortError" });
  await look();
  await look();
  stop.abort();
  await leaving;
  await left.promise;
  release.resolve();
  const answers = await Promise.all(kept);
  assert.deepEqual(answers.map(({ predictions }) => predictions[0].class), [3, 4, 5]);
  assert(!begun.includes(4));
  assert.deepEqual(answered.sort(), [200, 200, 200, 499]);
});
