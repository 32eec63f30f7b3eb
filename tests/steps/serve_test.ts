import assert from "node:assert/strict";
import { DataError } from "../../lib/base/errors.ts";
import { imageAt } from "../../lib/digits/digits.ts";
import { generateDigits } from "../../lib/digits/synthetic.ts";
import { connect } from "../../lib/serve/client.ts";
import { serve } from "../../lib/steps/serve.ts";
import { smallModel } from "./small_models.ts";

const host = { cores: 1, now: () => 0 };

Deno.test("serve() answers with a model that was just trained, until it is disposed of", async () => {
  const model = await smallModel({ train: generateDigits(500) });
  const digits = generateDigits(10, { seed: 9 });
  let url: string;
  {
    await using server = await serve(model, { target: "local", host, port: 0, name: "mine" });
    url = server.url;
    const images = Array.from(digits.labels, (_, i) => imageAt(digits, i));
    const predictions = await connect(url, { model: "mine", fetch }).predict(images);
    assert.equal(predictions.length, 10);
    const ready = await fetch(`${url}/v2/models/mine/versions/1/ready`);
    assert.deepEqual(await ready.json(), { name: "mine", ready: true });
  }
  await assert.rejects(fetch(url), TypeError);
});

Deno.test("serve() refuses what is no model", async () => {
  const { description } = await smallModel({ train: generateDigits(50) });
  await assert.rejects(
    serve({ onnx: new Uint8Array(100), description }, { host, port: 0 }),
    (error) => {
      assert(error instanceof DataError);
      assert.match(
        error.message,
        /^Cannot serve digits-recognizer version 1: Cannot load the model/,
      );
      return true;
    },
  );
});

Deno.test("serve() lets pages of another origin in only where it is told to", async () => {
  const model = await smallModel({ train: generateDigits(50) });
  const origin = "http://127.0.0.1:8888";
  const ask = async (options: { readonly cors?: string }) => {
    await using server = await serve(model, { host, port: 0, ...options });
    const response = await fetch(`${server.url}/v2`, { headers: { origin } });
    await response.body?.cancel();
    return response.headers.get("access-control-allow-origin");
  };
  assert.equal(await ask({}), null);
  assert.equal(await ask({ cors: origin }), origin);
});
