import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { generateDigits } from "../../lib/digits/synthetic.ts";
import { imageAt } from "../../lib/digits/digits.ts";
import { encodePng } from "../../lib/draw/png.ts";
import { connect } from "../../lib/serve/client.ts";
import { Desk } from "./command_line.ts";

Deno.test("serve answers over HTTP, and predict reads pictures, as the pipeline's model does", async () => {
  await using desk = new Desk();
  await desk.bringDigits({ train: 3_000, test: 100 });
  strictEqual((await desk.pipeline("--min-accuracy", "0.5", "--epochs", "4")).code, 0);
  const digits = generateDigits(5, { seed: 77 });
  const images = Array.from({ length: 5 }, (_, i) => imageAt(digits, i));

  const child = desk.start(["serve", "--port", "0"]);
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes(":predict")) said += (await reader.read()).value ?? "";
  const url = said.match(/http:\/\/127\.0\.0\.1:\d+/)![0];
  const client = connect(url, { model: "digits-recognizer-custom", fetch });
  const answers = await client.predict(images);
  strictEqual(answers.length, 5);

  const taken = await desk.run("serve", "--port", new URL(url).port);
  strictEqual(taken.code, 1);
  match(taken.stderr, /Cannot listen on port \d+ .*--port/);
  child.kill("SIGTERM");
  await reader.cancel();
  await child.stdout.cancel();
  strictEqual((await child.status).code, 0);

  for (const [i, image] of images.entries()) {
    // Dark on light, and large: as a person would draw it.
    const size = 28 * 8;
    const data = new Uint8ClampedArray(size * size * 4);
    for (let at = 0; at < size * size; at++) {
      const pixel = image[Math.floor(Math.floor(at / size) / 8) * 28 + Math.floor(at % size / 8)]!;
      data.set([255 - pixel, 255 - pixel, 255 - pixel, 255], at * 4);
    }
    const png = encodePng(data, [size, size, 4]);
    await Deno.writeFile(join(desk.path, `${i}.png`), png);
  }
  const read = await desk.run("predict", "0.png", "1.png", "2.png", "3.png", "4.png", "--json");
  strictEqual(read.code, 0, read.stderr);
  const { predictions } = JSON.parse(read.stdout);
  deepStrictEqual(
    predictions.map(({ label }: { readonly label: string }) => label),
    answers.map(({ label }) => label),
  );

  const some = await desk.run("predict", "digits", "none.png", "0.png");
  strictEqual(some.code, 1);
  match(some.stdout, /^\d +[\d.]+ % +0\.png\n$/);
  match(some.stderr, /^digits: .* it is a folder, not a file\nnone\.png: .* no such file\n$/);
});

Deno.test("predict without a model says what makes one", async () => {
  await using desk = new Desk();
  const none = await desk.run("predict", "a.png");
  strictEqual(none.code, 1);
  match(none.stderr, /There is no model yet: deno task pipeline makes one/);
});
