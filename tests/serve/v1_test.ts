import assert from "node:assert/strict";
import { DataError } from "../../lib/base/errors.ts";
import type { ImageShape } from "../../lib/digits/digits.ts";
import { NumberScanner } from "../../lib/serve/number_scanner.ts";
import { parseV1Request, toPredictions } from "../../lib/serve/v1.ts";

const SHAPE: ImageShape = [1, 2, 1];
const scanner = new NumberScanner();

function parse(body: string, imageShape = SHAPE): Uint8Array | Float32Array {
  return parseV1Request(new TextEncoder().encode(body), { imageShape, scanner });
}

function refuses(body: string, message: string | RegExp): void {
  assert.throws(() => parse(body), (error) => {
    assert(error instanceof DataError);
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}

Deno.test("parseV1Request() reads instances and inputs, and ignores other members", () => {
  for (const name of ["instances", "inputs"]) {
    assert.deepEqual(
      parse(`{"signature_name": "x", "${name}": [[7, 255], [[0, 0]]]}`),
      Uint8Array.of(7, 255, 0, 0),
    );
  }
});

Deno.test("parseV1Request() reads every form the fast way as the slow way does", () => {
  const grey: ImageShape = [2, 3, 1];
  const rows = [[0, 51, 255], [1, 2, 3]];
  const deep = rows.map((row) => row.map((pixel) => [pixel]));
  for (const picture of [rows.flat(), rows, deep, [rows]]) {
    for (const pictures of [[picture], [picture, picture]]) {
      const numbers = JSON.stringify(pictures);
      const wanted = Uint8Array.from((pictures as unknown[]).flat(4) as number[]);
      assert.deepEqual(parse(`{"instances":${numbers}}`, grey), wanted);
      // A backslash anywhere takes the slow way.
      assert.deepEqual(parse(`{"note": "\\n", "instances":${numbers}}`, grey), wanted);
    }
  }
  const shares = Float32Array.of(0.5, 0.1, 1, 0, 0.25, 1);
  assert.deepEqual(parse(`{"inputs":[[${shares}]]}`, grey), shares);
});

Deno.test("parseV1Request() takes no list for the pictures that only looks like them", () => {
  const either = 'Cannot find the pictures: the body must have either "instances" or "inputs", ';
  refuses('{"a": {"instances": [[0, 0]]}}', either + "and has neither");
  refuses('{"note": "\\"instances\\": [[0, 0]]"}', either + "and has neither");
  refuses('[{"instances": [[0, 0]]}]', /^Cannot read the body as/);
  refuses('{"instances": [[0, 0]], "instances": 7}', /^Cannot read instances as a list .*: got 7$/);
  refuses('{"instances": [[0, 0]], "\\u0069nputs": 7}', either + "and has both");
  refuses('{"instances": [[0, 0]]} {}', /^Cannot parse the body as JSON: /);
  refuses('{"instances": [[0, 0]]', /^Cannot parse the body as JSON: /);
});

Deno.test("parseV1Request() names inputs in errors when the pictures came as inputs", () => {
  refuses('{"inputs": [[0, 300]]}', /^Cannot read inputs\[0\]\[1\] as .*: got 300$/);
});

Deno.test("parseV1Request() refuses a body that has no pictures, or has them twice", () => {
  const either = 'Cannot find the pictures: the body must have either "instances" or "inputs", ';
  refuses("{}", either + "and has neither");
  refuses('{"instances": [[0, 0]], "inputs": [[0, 0]]}', either + "and has both");
  refuses("[]", 'Cannot read the body as {"instances": […]}: got a list of 0');
  refuses("null", 'Cannot read the body as {"instances": […]}: got null');
  refuses('"instances"', 'Cannot read the body as {"instances": […]}: got "instances"');
});

Deno.test("parseV1Request() refuses what is not JSON", () => {
  for (const body of ["", "{", "<html>", '{"instances": [[0, 0]]', '{"instances": [[0, 0],]}']) {
    refuses(body, /^Cannot parse the body as JSON: /);
  }
});

Deno.test("parseV1Request() says where a NaN or an infinity is, as Python writes them", () => {
  refuses('{"instances": [[0.5, NaN]]}', /^Cannot read instances\[0\]\[1\] as .*: got "NaN"$/);
  refuses('{"inputs": [[[0, -Infinity]]]}', /^Cannot read inputs\[0\]\[0\]\[1\] .*"-Infinity"$/);
  refuses('{"instances": [[0, 1e999]]}', /^Cannot read instances\[0\]\[1\] .*: got Infinity$/);
  refuses('{"instances": [[0, 1]], "note": [NaN]}', /^Cannot parse the body as JSON: /);
});

Deno.test("toPredictions() gives label, class and probabilities of every picture", () => {
  assert.deepEqual(toPredictions(Float32Array.of(0.25, 0.75, 0.5, 0.5), ["cat", "dog"]), [
    { label: "dog", class: 1, probabilities: [0.25, 0.75] },
    { label: "cat", class: 0, probabilities: [0.5, 0.5] },
  ]);
});
