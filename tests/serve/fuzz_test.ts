import assert from "node:assert/strict";
import { Random } from "../../lib/base/random.ts";
import { createHandler } from "../../lib/serve/handler.ts";
import { sumClass, sumPredictor } from "./fake_predictor.ts";
import { fuzzCount } from "../fuzz_count.ts";

const BODIES = fuzzCount(2_000);

/** What a body must be answered with: one class a picture, or `undefined` for a refusal. Slow and obvious. */
function rightAnswer(body: Uint8Array): readonly number[] | undefined {
  let request;
  try {
    request = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
  const pictures = request?.instances ?? request?.inputs;
  if (request?.instances !== undefined && request?.inputs !== undefined) return undefined;
  if (!Array.isArray(pictures) || pictures.length === 0) return undefined;
  const flat = pictures.map(flatten).filter((picture) => picture !== undefined);
  if (flat.length < pictures.length) return undefined;
  const numbers = flat.flat();
  const bytes = numbers.every((x) => Number.isInteger(x) && x >= 0 && x <= 255);
  const shares = numbers.every((x) => typeof x === "number" && x >= 0 && x <= 1);
  if (!bytes && !shares) return undefined;
  const scale = shares ? 255 : 1;
  return flat.map((picture) => sumClass(picture.map((x) => Math.round(Math.fround(x) * scale))));
}

/** The six numbers of a picture in one of its three forms, told apart by their JSON. */
function flatten(picture: unknown): number[] | undefined {
  const form = JSON.stringify(picture).replace(/"(?:[^"\\]|\\.)*"|[^[\],]+/g, "x");
  const forms = ["[x,x,x,x,x,x]", "[[x,x,x],[x,x,x]]", "[[[x],[x],[x]],[[x],[x],[x]]]"];
  return forms.includes(form) ? (picture as unknown[]).flat(2) as number[] : undefined;
}

function randomNumber(random: Random): string {
  switch (random.integer(12)) {
    case 0:
      return ["-1", "256", "1e999", "NaN", "-0", "1.5", "null", '"7"', "{}", "[]", "0x1", "007"][
        random.integer(12)
      ]!;
    case 1:
      return String(random.uniform());
    default:
      return String(random.integer(256));
  }
}

function randomPicture(random: Random, number: () => string): string {
  const length = random.integer(30) ? 3 : random.integer(5);
  const list = (count: number, item: () => string) =>
    `[${Array.from({ length: count }, item).join(random.integer(20) ? "," : " ,\n")}]`;
  switch (random.integer(3)) {
    case 0:
      return list(2 * length, number);
    case 1:
      return list(2, () => list(length, number));
    default:
      return list(2, () => list(length, () => list(1, number)));
  }
}

/** A body that is right, nearly right, or has some bytes changed, doubled or lost. */
function randomBody(random: Random): Uint8Array<ArrayBuffer> {
  const kind = random.integer(4);
  const number = [
    () => String(random.integer(256)),
    () => String(random.integer(256) / 255),
    () => String(random.integer(2)),
    () => randomNumber(random),
  ][kind]!;
  const pictures = Array.from(
    { length: random.integer(10) ? 1 + random.integer(3) : 0 },
    () => randomPicture(random, number),
  );
  const name = ["instances", "inputs", "Instances", "inputs"][random.integer(4)];
  let body = new TextEncoder().encode(`{"${name}": [${pictures.join(",")}]}`);
  for (let changes = random.integer(2) ? random.integer(4) : 0; changes > 0; changes--) {
    const at = random.integer(body.length);
    const to = Math.min(body.length, at + random.integer(8));
    const between = [
      Uint8Array.of(random.integer(256)),
      body.slice(at, to),
      new TextEncoder().encode('[],{}:"-.e019 \\'[random.integer(15)]),
    ][random.integer(3)]!;
    const rest = random.integer(2) ? at : to;
    body = Uint8Array.from([...body.subarray(0, at), ...between, ...body.subarray(rest)]);
  }
  return body;
}

Deno.test(`${BODIES} random bodies get the right answer or a 4xx, never anything else`, async () => {
  const random = new Random(11);
  const handler = createHandler({
    models: [sumPredictor()],
    onError: (error) => assert.fail(`${error}`),
  });
  const seen = { right: 0, refused: 0 };
  for (let i = 0; i < BODIES; i++) {
    const body = randomBody(random);
    const response = await handler(
      new Request("http://localhost/v1/models/sum:predict", { method: "POST", body }),
    );
    const answer = await response.json();
    const wanted = rightAnswer(body);
    const shown = new TextDecoder().decode(body);
    if (wanted) {
      assert.equal(response.status, 200, `${shown} was refused: ${answer.error}`);
      const classes = answer.predictions.map((prediction: { class: number }) => prediction.class);
      assert.deepEqual(classes, wanted, shown);
      seen.right++;
    } else {
      assert.equal(response.status, 400, shown);
      assert(answer.error.startsWith("Cannot "), answer.error);
      assert(answer.error.length < 300, answer.error);
      seen.refused++;
    }
  }
  assert(seen.right > BODIES / 5 && seen.refused > BODIES / 5, JSON.stringify(seen));
});

Deno.test("random paths and methods get an answer below 500", async () => {
  const random = new Random(12);
  const handler = createHandler({
    models: [sumPredictor()],
    onError: (error) => assert.fail(`${error}`),
  });
  const parts = [
    "v1",
    "models",
    "sum",
    ":predict",
    "%",
    "%2f",
    "..",
    "/",
    "/",
    "?",
    "\u{1F600}",
    "%ff",
  ];
  for (let i = 0; i < fuzzCount(500); i++) {
    const path = Array.from({ length: random.integer(8) }, () => parts[random.integer(12)]).join(
      "",
    );
    const method = ["GET", "POST", "PUT", "OPTIONS", "HEAD"][random.integer(5)]!;
    const response = await handler(new Request(`http://localhost/${path}`, { method }));
    assert(response.status < 500, `${method} ${path} got ${response.status}`);
    await response.body?.cancel();
  }
});
