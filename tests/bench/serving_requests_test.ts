import assert from "node:assert/strict";
import { generateDigits } from "../../lib/digits/synthetic.ts";
import { createHandler } from "../../lib/serve/handler.ts";
import type { Predictor } from "../../lib/serve/predictor.ts";
import { firstClass, loadRequest } from "../../scripts/bench/serving_requests.ts";

/** Writes down what it is asked, and takes every picture for a 3. */
function three(asked: (Uint8Array | Float32Array)[]): Predictor {
  return {
    name: "m",
    version: "1",
    imageShape: [28, 28, 1],
    classNames: Array.from("0123456789"),
    predict(images) {
      asked.push(images);
      const probabilities = new Float32Array(10 * images.length / 784).fill(0.01);
      for (let i = 3; i < probabilities.length; i += 10) probabilities[i] = 0.91;
      return Promise.resolve({ probabilities });
    },
  };
}

Deno.test("loadRequest() asks the same in every form, and firstClass() reads every answer", async () => {
  const digits = generateDigits(16);
  for (const form of ["V1 JSON", "V2 JSON", "V2 binary"] as const) {
    for (const images of [1, 16]) {
      const asked: (Uint8Array | Float32Array)[] = [];
      const handler = createHandler({ models: [three(asked)] });
      const { path, headers, body } = loadRequest(form, digits, { model: "m", images });
      const response = await handler(
        new Request(`http://localhost${path}`, { method: "POST", headers, body }),
      );
      assert.equal(response.status, 200, `${form}: ${await response.clone().text()}`);
      assert.equal(firstClass(await response.bytes(), response.headers), 3);
      const scale = asked[0] instanceof Float32Array ? 255 : 1;
      assert.deepEqual(
        Uint8Array.from(asked[0]!, (pixel) => Math.round(pixel * scale)),
        digits.images.slice(0, images * 784),
        form,
      );
    }
  }
});
