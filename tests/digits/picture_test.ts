import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { DataError } from "../../lib/base/errors.ts";
import { Random } from "../../lib/base/random.ts";
import { digitFromPicture, type Picture } from "../../lib/digits/picture.ts";
import { colour, drawDigit } from "./drawn_digit.ts";
import { fuzzCount } from "../fuzz_count.ts";

const plain = { width: 200, height: 200, size: 120, left: 40, top: 40 };
const expected = digitFromPicture(drawDigit(plain));

Deno.test("digitFromPicture() fits the ink into 20 pixels and balances it in the middle of 28", () => {
  const { left, top, right, bottom, x, y } = measure(expected);
  assert.equal(Math.max(right - left, bottom - top), 20);
  assert.ok(Math.hypot(x - 14, y - 14) < 0.2, `centre of mass at pixel ${x}, ${y}`);
  assert.equal(Math.max(...expected), 255);
  assert.equal(expected.filter((value) => value === 0).length > 500, true);
});

Deno.test("digitFromPicture() keeps the pixels of a picture that is like MNIST already", () => {
  assertAlike(pictureOf(expected), 1);
  assertAlike(pictureOf(expected.map((value) => 255 - value)), 1);
});

Deno.test("digitFromPicture() reads dark on light and light on dark alike", () => {
  assertAlike(drawDigit({ ...plain, paper: 0, ink: 255 }), 1);
  assertAlike(drawDigit({ ...plain, paper: 60, ink: 190 }), 1);
  assertAlike(drawDigit({ ...plain, paper: 200, ink: 120 }), 1);
});

Deno.test("digitFromPicture() reads a digit of any size", () => {
  for (const size of [30, 60, 400, 800]) {
    const side = Math.round(1.5 * size);
    assertAlike(drawDigit({ width: side, height: side, size, left: size >> 2, top: size >> 2 }), 8);
  }
});

Deno.test("digitFromPicture() reads a digit anywhere in a picture, and from edge to edge", () => {
  assertAlike(drawDigit({ ...plain, width: 500, left: 370, top: 5 }), 3);
  assertAlike(drawDigit({ ...plain, width: 140, height: 400, left: 3, top: 270 }), 3);
  assertAlike(drawDigit({ width: 108, height: 120, size: 120, left: 0, top: 0 }), 8);
});

Deno.test("digitFromPicture() sees through transparent paper", () => {
  const drawn = drawDigit(plain);
  assertAlike(colour(drawn, (value) => [value, value, value, 255]), 0);
  assertAlike(colour(drawn, (value) => [0, 0, 0, 255 - value]), 1);
  assertAlike(colour(drawn, (value) => [255, 255, 255, 255 - value]), 1);
  const roundedCorner = colour(drawn, (value) => [value, value, value, 255]);
  roundedCorner.data.fill(0, 0, 4 * 20);
  assertAlike(roundedCorner, 0);
});

Deno.test("digitFromPicture() reads coloured ink on tinted paper", () => {
  assertAlike(
    colour(drawDigit(plain), (value) => value < 128 ? [40, 60, 150, 255] : [240, 220, 170, 255]),
    6,
  );
});

Deno.test("digitFromPicture() reads unevenly lit, noisy and faint pictures", () => {
  const random = new Random(1);
  assertAlike(drawDigit({ ...plain, change: (value, x, y) => value * (1 - x / 500 - y / 700) }), 5);
  assertAlike(
    drawDigit({ ...plain, change: (v, x, y) => v * (1 - ((x - 90) ** 2 + (y - 70) ** 2) / 5e4) }),
    8,
  );
  assertAlike(drawDigit({ ...plain, change: (value) => value + random.normal(0, 30) }), 10);
  assertAlike(
    drawDigit({ ...plain, paper: 210, ink: 170, change: (v) => v + random.normal(0, 3) }),
    10,
  );
});

Deno.test("digitFromPicture() leaves out specks, ruled lines and shadows that reach in", () => {
  const isSpeck = (x: number, y: number) => Math.hypot(x - 20, y - 180) < 4;
  assertAlike(drawDigit({ ...plain, change: (v, x, y) => isSpeck(x, y) ? 0 : v }), 1);
  assertAlike(drawDigit({ ...plain, change: (v, _, y) => y % 25 === 0 ? Math.min(v, 200) : v }), 1);
  assertAlike(drawDigit({ ...plain, change: (v, x, y) => x + y < 40 ? 40 : v }), 1);
});

Deno.test("digitFromPicture() finds the sheet of paper on a dark table", () => {
  const isTable = (x: number, y: number) => Math.min(x, y, 199 - x, 199 - y) < 15;
  assertAlike(drawDigit({ ...plain, change: (v, x, y) => isTable(x, y) ? 70 : v }), 1);
});

Deno.test("digitFromPicture() strengthens the strokes of a fine pen", () => {
  const fine = digitFromPicture(
    drawDigit({ width: 1000, height: 1000, size: 700, left: 150, top: 150, pen: 3 }),
  );
  assert.ok(Math.max(...fine) > 200, `at most ${Math.max(...fine)}`);
  assertAlike(pictureOf(fine), 30);
});

Deno.test("digitFromPicture() says that there is no ink on a blank picture", () => {
  const random = new Random(1);
  const blank = (change: () => number): Picture => ({
    data: Uint8Array.from({ length: 90 * 70 }, change),
    width: 90,
    height: 70,
  });
  const pictures = [blank(() => 0), blank(() => 255), blank(() => 190 + random.normal(0, 12))];
  for (const picture of [...pictures, colour(pictures[0]!, () => [9, 9, 9, 0])]) {
    assert.throws(() => digitFromPicture(picture), (error) => {
      return error instanceof DataError && error.message.includes("no ink was found");
    });
  }
});

Deno.test("digitFromPicture() refuses what is too small, or not the pixels it says", () => {
  const tooSmall = { data: new Uint8Array(7 * 7), width: 7, height: 7 };
  assert.throws(() => digitFromPicture(tooSmall), DataError);
  assert.throws(() => digitFromPicture({ ...tooSmall, width: 8 }), RangeError);
  assert.throws(
    () => digitFromPicture({ data: new Uint8Array(), width: 0, height: 0 }),
    RangeError,
  );
});

Deno.test("digitFromPicture() makes a digit or a DataError of any pixels", () => {
  const random = new Random(3);
  for (let i = 0; i < fuzzCount(300); i++) {
    const [width, height, channels] = [1 + random.integer(40), 1 + random.integer(40), 4];
    const levels = 2 + random.integer(5);
    const data = Uint8Array.from(
      { length: width * height * channels },
      () => Math.round(255 * random.integer(levels) / (levels - 1)),
    );
    try {
      const digit = digitFromPicture({ data, width, height });
      assert.equal(digit.length, 784);
      assert.ok(digit.some((value) => value > 0));
    } catch (error) {
      assert.ok(error instanceof DataError, String(error));
    }
  }
});

const folder = Deno.env.get("DIGITS_MNIST");

Deno.test({
  name: "digitFromPicture() gives back real digits from enlarged scans (needs DIGITS_MNIST)",
  ignore: !folder,
  async fn() {
    const file = await Deno.readFile(`${folder}/t10k-images-idx3-ubyte.gz`);
    const images = gunzipSync(file).subarray(16);
    const random = new Random(1);
    let difference = 0;
    const count = 100;
    for (let i = 0; i < count; i++) {
      const original = images.subarray(784 * i, 784 * (i + 1));
      const digit = digitFromPicture(enlarge(original, 2 + random.uniform(0, 6), random));
      difference += meanDifference(digit, original) / count;
    }
    assert.ok(difference < 9, `differs by ${difference} of 255`);
  },
});

/** Dark ink on grey paper, with a margin and noise. */
function enlarge(digit: Uint8Array, scale: number, random: Random): Picture {
  const side = Math.round(34 * scale);
  const at = (x: number, y: number) => x < 0 || y < 0 || x > 27 || y > 27 ? 0 : digit[28 * y + x]!;
  const data = Uint8Array.from({ length: side * side }, (_, i) => {
    const x = (i % side + 0.5) / scale - 3.5, y = (Math.floor(i / side) + 0.5) / scale - 3.5;
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const above = at(column, row) * (column + 1 - x) + at(column + 1, row) * (x - column);
    const below = at(column, row + 1) * (column + 1 - x) + at(column + 1, row + 1) * (x - column);
    const ink = above * (row + 1 - y) + below * (y - row);
    return Math.round(220 - 0.7 * ink + random.uniform(-5, 5));
  });
  return { data, width: side, height: side };
}

function assertAlike(picture: Picture, mostDifference: number): void {
  const difference = meanDifference(digitFromPicture(picture), expected);
  assert.ok(difference <= mostDifference, `differs by ${difference} of 255 on average`);
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

function pictureOf(digit: Uint8Array): Picture {
  return { data: digit, width: 28, height: 28 };
}

/** The box around pixels that are at least half ink, and the centre of mass as a pixel's place. */
function measure(digit: Uint8Array) {
  const pixels = Array.from(digit, (value, i) => ({ value, x: i % 28, y: Math.floor(i / 28) }));
  const dark = pixels.filter(({ value }) => value > 127);
  const mass = pixels.reduce((sum, { value }) => sum + value, 0);
  return {
    left: Math.min(...dark.map(({ x }) => x)),
    top: Math.min(...dark.map(({ y }) => y)),
    right: Math.max(...dark.map(({ x }) => x)) + 1,
    bottom: Math.max(...dark.map(({ y }) => y)) + 1,
    x: pixels.reduce((sum, { value, x }) => sum + value * x, 0) / mass,
    y: pixels.reduce((sum, { value, y }) => sum + value * y, 0) / mass,
  };
}
