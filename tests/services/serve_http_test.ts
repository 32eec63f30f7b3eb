import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { generateDigits } from "../../lib/digits/synthetic.ts";
import { loadEngine } from "../../lib/model/engines.ts";
import { conv2d, dense, maxPooling2d } from "../../lib/model/layers.ts";
import { adam } from "../../lib/model/optimizers.ts";
import { createHandler } from "../../lib/serve/handler.ts";
import { listen } from "../../lib/serve/listen.ts";
import { sharedPredictor } from "../../lib/serve/shared_predictor.ts";
import { installInferenceClients } from "../../scripts/services/inference_clients.ts";

Deno.test("KServe's and Triton's clients, requests and curl read our answers over HTTP", async () => {
  const python = await installInferenceClients();
  const engine = await loadEngine("onnx", { threads: 1 });
  const { images, imageShape, classNames } = generateDigits(5, { seed: 3 });
  await using trainer = await engine.trainer(
    [conv2d(4, 3, { activation: "relu" }), maxPooling2d(2), dense(10)],
    { imageShape, optimizer: adam(), batchSize: 1, seed: 1, emaMomentum: 0 },
  );
  await using classifier = await trainer.classifier();
  await using model = sharedPredictor(
    classifier,
    { name: "digits-recognizer", version: "1", description: { imageShape, classNames } },
    { batch: { now: () => performance.now() } },
  );
  await using server = listen(createHandler({ models: [model.predictor] }), { port: 0 });
  const { success, stdout, stderr } = await new Deno.Command(python, {
    args: [
      fileURLToPath(new URL("./kserve_clients.py", import.meta.url)),
      JSON.stringify({
        url: server.url,
        model: "digits-recognizer",
        pictures: [...images],
        probabilities: [...await classifier.predict(images)],
      }),
    ],
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  const checks = text.decode(stdout).trim().split("\n");
  assert(success, `After ${checks.at(-1)}:\n${text.decode(stderr)}`);
  assert.equal(checks.length, 21);
});
