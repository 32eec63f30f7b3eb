import assert from "node:assert/strict";
import { Random } from "../../lib/base/random.ts";
import { NumberScanner } from "../../lib/serve/number_scanner.ts";
import { fuzzCount } from "../fuzz_count.ts";

const encoder = new TextEncoder();

function scan(text: string, start = 0) {
  return new NumberScanner().scan(encoder.encode(text), start);
}

function reads(text: string, values: readonly number[], shape: readonly number[]): void {
  const list = scan(text);
  assert(list, text);
  assert.deepEqual([...list.values], values.map(Math.fround), text);
  assert.deepEqual(list.shape, shape, text);
}

Deno.test("NumberScanner reads flat and nested lists of numbers, with space anywhere", () => {
  reads("[7]", [7], [1]);
  reads("[0,1,255]", [0, 1, 255], [3]);
  reads("[[1,2],[3,4],[5,6]]", [1, 2, 3, 4, 5, 6], [3, 2]);
  reads("[[[[1]]],[[[2]]]]", [1, 2], [2, 1, 1, 1]);
  reads(" \n[\t[ 1 ,\r2 ] , [ 3 , 4 ] ] ", [1, 2, 3, 4], [2, 2]);
  reads("[0.5,1e-3,2.5E+1,1e0,0.0,255.0]", [0.5, 0.001, 25, 1, 0, 255], [6]);
});

Deno.test("NumberScanner tells the largest, whether all are integers, and where the list ends", () => {
  const list = scan('{"data": [3, 250, 7.0] , "x": [1.5]}', 9)!;
  assert.equal(list.max, 250);
  assert.equal(list.integers, true);
  assert.equal(list.end, 22);
  assert.equal(scan("[0, 0.25]")!.integers, false);
  assert.equal(scan("[0.0, 2e0]")!.integers, true);
});

Deno.test("NumberScanner leaves everything else to JSON.parse", () => {
  for (
    const text of [
      ...[
        "",
        " ",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "1",
        "x",
        "]",
        "[]",
        "[[]]",
        "[[],[1]]",
      ],
      ...["[[1],[2,3]]", "[1,[2]]", "[[1],2]", "[[1,2],[3]]", "[[[[[1]]]]]", "[[1],[[2]]]"],
      ...[
        "[01]",
        "[00]",
        "[.5]",
        "[1.]",
        "[1e]",
        "[1e+]",
        "[+1]",
        "[-1]",
        "[-0]",
        "[1.5.5]",
        "[1ee1]",
      ],
      ...[
        "[256]",
        "[255.1]",
        "[1e999]",
        "[1e3]",
        "[NaN]",
        "[Infinity]",
        "[null]",
        '["1"]',
        "[0x1]",
      ],
      ...[`[0.${"1".repeat(200)}]`, `[${"9".repeat(400)}.5]`, "[1;2]", "[1]".slice(0, 2)],
    ]
  ) assert.equal(scan(text), undefined, text);
});

Deno.test("NumberScanner reads numbers between two float32 numbers as JSON.parse does", () => {
  const random = new Random(3);
  const numbers: string[] = [];
  for (let i = 0; i < fuzzCount(2_000); i++) {
    const low = Math.fround(random.uniform());
    const next = new Float32Array(
      new Uint32Array(Float32Array.of(low).buffer).map((x) => x + 1).buffer,
    )[0]!;
    const middle = (low + next) / 2; // Exact in float64: the last digits decide which way it is rounded.
    for (const digits of [16, 17, 18, 20]) numbers.push(middle.toFixed(digits));
    numbers.push(String(middle), middle.toFixed(17) + "1", (middle - 2e-17).toFixed(20));
  }
  const text = `[${numbers.filter((number) => Number(number) < 1).join()}]`;
  assert.deepEqual(scan(text)!.values, Float32Array.from(JSON.parse(text) as number[]));
});

/** Numbers as programs write them, and now and then as they don't. */
function randomNumber(random: Random): string {
  switch (random.integer(9)) {
    case 0:
      return String(random.integer(256));
    case 1:
      return String(random.integer(256) / 255);
    case 2:
      return String(Math.fround(random.uniform()));
    case 3:
      return random.uniform().toFixed(random.integer(30));
    case 4:
      return random.uniform().toExponential(random.integer(20));
    case 5:
      return `${random.integer(300)}.${"0".repeat(random.integer(30))}`;
    case 6:
      return `0.${"0".repeat(random.integer(25))}${random.integer(1e9)}`;
    case 7:
      return `${random.integer(3)}e${random.integer(9) - 4}`;
    default:
      return ["-0", "-1", "1.", ".5", "00", "1e", "null", "", "1e999", "256"][random.integer(10)]!;
  }
}

Deno.test("NumberScanner reads what it reads as JSON.parse and Float32Array.from do", () => {
  const random = new Random(5);
  const scanner = new NumberScanner();
  let read = 0;
  for (let i = 0; i < fuzzCount(3_000); i++) {
    const item = (depth: number): string => {
      if (depth === 0) return randomNumber(random);
      const length = random.integer(20) ? 2 : random.integer(4);
      return `[${
        Array.from({ length }, () => item(depth - 1)).join(random.integer(9) ? "," : " , ")
      }]`;
    };
    const text = item(1 + random.integer(3));
    const bytes = encoder.encode(text);
    if (!random.integer(4)) bytes[random.integer(bytes.length)] = random.integer(256);
    const list = scanner.scan(bytes, 0);
    if (!list) continue;
    read++;
    const head = new TextDecoder().decode(bytes.subarray(0, list.end));
    const numbers = (JSON.parse(head) as unknown[]).flat(9) as number[];
    assert.deepEqual(list.values, Float32Array.from(numbers), head);
    assert.equal(list.integers, numbers.every(Number.isInteger), head);
    assert.equal(Math.fround(list.max), Math.fround(Math.max(...numbers)), head);
    assert.deepEqual(list.shape, shapeOf(JSON.parse(head)), head);
  }
  assert(read > fuzzCount(3_000) / 5, `only ${read} were read`);
});

function shapeOf(value: unknown): number[] {
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];
}

Deno.test("NumberScanner never reads beyond the bytes it was given", () => {
  const whole = encoder.encode("[[0.5,12,1e-2],[3,4,5]]");
  for (let length = 0; length < whole.length; length++) {
    assert.equal(new NumberScanner().scan(whole.subarray(0, length), 0), undefined);
  }
  assert.equal(new NumberScanner().scan(whole, whole.length), undefined);
});
