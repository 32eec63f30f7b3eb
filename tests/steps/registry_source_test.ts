import assert from "node:assert/strict";
import type { ModelEvent } from "../../lib/serve/model_event.ts";
import { encodeModel } from "../../lib/model/model_codec.ts";
import { ModelRepository } from "../../lib/serve/model_repository.ts";
import { CHAMPION } from "../../lib/steps/champion.ts";
import { registrySource, type RegistrySourceOptions } from "../../lib/steps/registry_source.ts";
import { memoryTracker } from "../../lib/track/memory_tracker.ts";
import { sumPredictor } from "../serve/fake_predictor.ts";
import { smallModel } from "./small_models.ts";

const { signal } = new AbortController();

/** A registry with three versions of a model, the first being served. */
async function registryOf() {
  const { registry } = memoryTracker({ now: () => 0 });
  const files = encodeModel(await smallModel());
  for (const byte of [1, 2, 3]) {
    const onnx = Uint8Array.of(byte);
    await registry.register("m", { ...files, "model.onnx": onnx }, { runId: "", tags: {} });
  }
  await registry.setAlias("m", CHAMPION, 1);
  return registry;
}

const open: RegistrySourceOptions["open"] = (_files, { name, version }) =>
  Promise.resolve({
    predictor: sumPredictor({ name, version }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });

Deno.test("registrySource() has every version, and the champion is the latest", async () => {
  const registry = await registryOf();
  const host = { sleep: () => Promise.resolve() };
  const source = registrySource(registry, "m", { host, open });
  const { versions, latest } = await source.current({ signal });
  assert.deepEqual([versions.map(({ version }) => version), latest], [["1", "2", "3"], "1"]);
  assert.equal((await source.open("2", { signal })).predictor.version, "2");
  await assert.rejects(source.open("4", { signal }), {
    name: "DataError",
    message: "Cannot serve m version 4: there is none",
  });
  const fixed = registrySource(registry, "m", { host, open, version: 3 });
  assert.equal((await fixed.current({ signal })).latest, "3");
});

Deno.test("a server follows the champion wherever it goes", async () => {
  const registry = await registryOf();
  let wake = Promise.withResolvers<void>();
  const host = {
    now: () => 0,
    sleep: (_ms: number, options: { readonly signal?: AbortSignal } = {}) => {
      options.signal?.addEventListener("abort", () => wake.resolve());
      return wake.promise;
    },
  };
  let told = Promise.withResolvers<ModelEvent>();
  const repository = new ModelRepository([registrySource(registry, "m", { host, open })], {
    host,
    onEvent: (event) => event.type === "in-service" && told.resolve(event),
  });
  await using _repository = repository;
  await repository.loadAll();
  repository.follow();
  for (const version of [3, 2]) {
    told = Promise.withResolvers();
    await registry.setAlias("m", CHAMPION, version);
    const { resolve } = wake;
    wake = Promise.withResolvers();
    resolve();
    await told.promise;
    using model = repository.find("m");
    assert.equal(model.predictor.version, String(version));
  }
});
