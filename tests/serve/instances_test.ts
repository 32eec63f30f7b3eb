import assert from "node:assert/strict";
import { DataError } from "../../lib/base/errors.ts";
import type { ImageShape } from "../../lib/digits/digits.ts";
import { parseInstances } from "../../lib/serve/instances.ts";

const GREY: ImageShape = [2, 3, 1];
const COLOUR: ImageShape = [2, 2, 3];

function read(instances: unknown, shape = GREY): Uint8Array | Float32Array {
  return parseInstances(instances, "instances", shape);
}

function refuses(instances: unknown, message: string, shape = GREY): void {
  assert.throws(() => read(instances, shape), (error) => {
    assert(error instanceof DataError);
    assert.equal(error.message, message);
    return true;
  });
}

Deno.test("parseInstances() reads flat, [h][w], [h][w][1] and [1][h][w] lists alike, also side by side", () => {
  const flat = [0, 51, 255, 1, 2, 3];
  const rows = [[0, 51, 255], [1, 2, 3]];
  const deep = [[[0], [51], [255]], [[1], [2], [3]]];
  const forms = [flat, rows, deep, [rows]];
  for (const picture of forms) assert.deepEqual(read([picture]), Uint8Array.from(flat));
  assert.deepEqual(read(forms), Uint8Array.from(forms.flatMap(() => flat)));
});

Deno.test("parseInstances() reads pictures of three channels flat and nested", () => {
  const flat = Array.from({ length: 12 }, (_, i) => i * 20);
  const nested = [[[0, 20, 40], [60, 80, 100]], [[120, 140, 160], [180, 200, 220]]];
  assert.deepEqual(read([flat, nested], COLOUR), Uint8Array.from([...flat, ...flat]));
});

Deno.test("parseInstances() takes numbers up to 1 as 0..1", () => {
  assert.deepEqual(
    read([[0, 0.25, 0.5, 1, 1e-9, -0]]),
    Float32Array.of(0, 0.25, 0.5, 1, 1e-9, -0),
  );
});

Deno.test("parseInstances() takes a request of only 0 and 1 as 0..1, black and white", () => {
  assert.deepEqual(read([[0, 1, 1, 0, 1, 0]]), Float32Array.of(0, 1, 1, 0, 1, 0));
});

Deno.test("parseInstances() takes 0 and 1 as bytes when another picture has more than 1", () => {
  assert.deepEqual(
    read([[0, 1, 1, 0, 1, 0], [0, 0, 0, 0, 0, 2]]),
    Uint8Array.of(0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 2),
  );
});

Deno.test("parseInstances() refuses a fraction in a request of bytes, wherever it stands", () => {
  const message = (path: string) =>
    `Cannot read ${path} as an integer 0 to 255, as this request has numbers above 1: got 0.5`;
  refuses([[0, 0.5, 0, 0, 0, 0], [[2, 0, 0], [0, 0, 0]]], message("instances[0][1]"));
  refuses([[2, 0, 0, 0, 0, 0], [[0, 0, 0], [0, 0, 0.5]]], message("instances[1][1][2]"));
});

Deno.test("parseInstances() names the path and the value of what is no pixel", () => {
  const pixel = "an integer 0 to 255 or a number 0 to 1";
  for (
    const [value, shown] of [
      [-1, "-1"],
      [256, "256"],
      [1.02, "1.02"],
      [127.5, "127.5"],
      [-1e-9, "-1e-9"],
      [NaN, "NaN"],
      [Infinity, "Infinity"],
      [null, "null"],
      [true, "true"],
      ["7", '"7"'],
      ["x".repeat(1000), `"${"x".repeat(20)}…"`],
      [{ b64: "AA==" }, "an object"],
      [[3], "a list of 1"],
    ]
  ) {
    refuses([[0, 0, 0, 0, value, 0]], `Cannot read instances[0][4] as ${pixel}: got ${shown}`);
    refuses(
      [[0, 0, 0, 0, 0, 0], [[0, 0, 0], [0, 0, value]]],
      `Cannot read instances[1][1][2] as ${pixel}: got ${shown}`,
    );
  }
  refuses(
    [[[[0], [0], [0]], [[0], [0], [-3]]]],
    `Cannot read instances[0][1][2][0] as ${pixel}: got -3`,
  );
});

Deno.test("parseInstances() refuses pictures of another size or form", () => {
  const picture = "a picture, which is 6 numbers or lists [2][3], [2][3][1] or [1][2][3]";
  const refusesPicture = (value: unknown, shown: string) =>
    refuses([[0, 0, 0, 0, 0, 0], value], `Cannot read instances[1] as ${picture}: got ${shown}`);
  refusesPicture([], "a list of 0");
  refusesPicture([0, 0, 0, 0, 0], "a list of 5");
  refusesPicture([0, 0, 0, 0, 0, 0, 0], "a list of 7");
  refusesPicture([[0, 0, 0]], "a list of 1");
  refusesPicture(7, "7");
  refusesPicture({ image: [] }, "an object");
  refuses([[[0, 0, 0], [0, 0]]], "Cannot read instances[0][1] as a list of 3: got a list of 2");
  refuses([[[0, 0, 0], 5]], "Cannot read instances[0][1] as a list of 3: got 5");
  refuses(
    [[[[0], [0], [0]], [[0], [], [0]]]],
    "Cannot read instances[0][1][1] as a list of 1: got a list of 0",
  );
  refuses(
    [[1, 2, 3]],
    "Cannot read instances[0] as a picture, which is 12 numbers or lists [2][2][3]: got a list of 3",
    COLOUR,
  );
});

Deno.test("parseInstances() refuses what is no list of pictures", () => {
  for (const [value, shown] of [[[], "a list of 0"], [{}, "an object"], [null, "null"]]) {
    refuses(value, `Cannot read instances as a list of pictures: got ${shown}`);
  }
});

Deno.test("parseInstances() refuses a million lists, and lists in lists, without running out of anything", () => {
  const many = JSON.parse(`[${"[],".repeat(1_000_000)}[]]`);
  assert.throws(() => read(many), /instances\[0\] as a picture/);
  const deep = JSON.parse("[".repeat(1_000_000) + "]".repeat(1_000_000));
  assert.throws(
    () => read(deep),
    /Cannot read instances\[0\]\[0\] as a list of 2: got a list of 1/,
  );
});
