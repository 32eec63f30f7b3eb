import assert from "node:assert/strict";
import { deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import * as v from "valibot";
import { concatBytes } from "../../lib/base/bytes.ts";
import { Random } from "../../lib/base/random.ts";
import { createHandler } from "../../lib/serve/handler.ts";
import { fuzzCount } from "../fuzz_count.ts";
import { sumClass, sumPredictor } from "./fake_predictor.ts";

const BODIES = fuzzCount(2_000);
const SHAPES = ["2,3", "2,3,1", "1,2,3", "6"];
const ITEM_BYTES: Readonly<Record<string, number>> = {
  ...{ UINT8: 1, UINT16: 2, UINT32: 4, UINT64: 8, INT16: 2, INT32: 4, INT64: 8 },
  ...{ FP16: 2, BF16: 2, FP32: 4, FP64: 8 },
};
const READERS: Readonly<Record<string, (view: DataView, at: number) => number>> = {
  UINT8: (view, at) => view.getUint8(at),
  UINT16: (view, at) => view.getUint16(at, true),
  UINT32: (view, at) => view.getUint32(at, true),
  UINT64: (view, at) => Number(view.getBigUint64(at, true)),
  INT16: (view, at) => view.getInt16(at, true),
  INT32: (view, at) => view.getInt32(at, true),
  INT64: (view, at) => Number(view.getBigInt64(at, true)),
  FP16: (view, at) => view.getFloat16(at, true),
  FP32: (view, at) => view.getFloat32(at, true),
  FP64: (view, at) => view.getFloat64(at, true),
  BF16(view, at) {
    const wide = new DataView(new ArrayBuffer(4));
    wide.setUint16(2, view.getUint16(at, true), true);
    return wide.getFloat32(0, true);
  },
};

/** A request as it is sent. */
interface Sent {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

function unpack({ body, headers }: Sent): Uint8Array {
  const encoding = headers["content-encoding"];
  return encoding === "gzip" ? gunzipSync(body) : encoding === "deflate" ? inflateSync(body) : body;
}

/** A request in a message. */
function show(sent: Sent): string {
  const text = new TextDecoder();
  try {
    return `${JSON.stringify(sent.headers)} ${text.decode(unpack(sent))}`;
  } catch {
    return `${JSON.stringify(sent.headers)} ${text.decode(sent.body)}, which can't be unpacked`;
  }
}

/** The classes that a request must be answered with, or `undefined` for a refusal. Slow and obvious. */
function rightAnswer({ body, headers }: Sent): readonly number[] | undefined {
  try {
    const plain = unpack({ body, headers });
    const length = headers["inference-header-content-length"];
    assert(length === undefined || /^[0-9]+$/.test(length) && Number(length) <= plain.length);
    const head = plain.subarray(0, length === undefined ? plain.length : Number(length));
    const rest = plain.subarray(head.length);
    const request = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(head));
    return classesOf(request, rest, length !== undefined);
  } catch {
    return undefined;
  }
}

const flag = v.optional(v.boolean());
const count = v.pipe(v.number(), v.safeInteger());

const RequestJson = v.object({
  id: v.nullish(v.string()),
  parameters: v.nullish(v.object({ binary_data_output: flag })),
  inputs: v.tuple([v.object({
    name: v.literal("image"),
    datatype: v.picklist(Object.keys(ITEM_BYTES)),
    shape: v.array(count),
    data: v.optional(v.unknown()),
    parameters: v.nullish(v.object({ binary_data_size: v.optional(v.pipe(count, v.minValue(1))) })),
  })]),
  outputs: v.nullish(v.array(v.object({
    name: v.picklist(["probabilities", "class", "label"]),
    parameters: v.nullish(v.object({
      binary_data: flag,
      classification: v.optional(v.pipe(count, v.minValue(0)), 0),
    })),
  }))),
});

/** @throws whatever it likes, when the request is wrong */
function classesOf(request: unknown, rest: Uint8Array, isBinary: boolean): readonly number[] {
  assert(!hasListForObject(request));
  const { inputs: [input, ...more], outputs } = v.parse(RequestJson, request);
  assert((request as { inputs: unknown[] }).inputs.length === 1 && more.length === 0);
  const names = (outputs ?? []).map(({ name }) => name);
  assert(new Set(names).size === names.length);
  for (const { name, parameters } of outputs ?? []) {
    assert(name === "probabilities" || !parameters?.classification);
  }
  const { datatype, shape, data, parameters } = input;
  const [count, ...form] = shape;
  assert(count! > 0 && SHAPES.includes(`${form}`));
  const size = parameters?.binary_data_size;
  assert.equal(size ?? 0, isBinary ? rest.length : 0);
  const numbers: unknown[] = size === undefined
    ? numbersInJson(data, shape)
    : numbersInBytes(rest, datatype);
  assert(numbers.length === count! * 6 && (size === undefined || data === undefined));
  const isFloat = datatype.includes("F");
  assert(
    numbers.every((x) =>
      typeof x === "number" && x >= 0 && x <= (isFloat ? 1 : 255) &&
      (isFloat || Number.isInteger(x))
    ),
  );
  const pixels = (numbers as number[]).map((x) => isFloat ? Math.round(Math.fround(x) * 255) : x);
  return Array.from({ length: count! }, (_, i) => sumClass(pixels.slice(6 * i, 6 * i + 6)));
}

function numbersInJson(data: unknown, shape: readonly number[]): unknown[] {
  const isNested = Array.isArray(data) && Array.isArray(data[0]);
  assert(hasShape(data, isNested ? shape : [shape[0]! * 6]));
  return (data as unknown[]).flat(9);
}

function numbersInBytes(bytes: Uint8Array, datatype: string): number[] {
  const size = ITEM_BYTES[datatype]!;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from(
    { length: bytes.length / size },
    (_, i) => READERS[datatype]!(view, i * size),
  );
}

/** Valibot takes a list for an object. */
function hasListForObject(request: unknown): boolean {
  const { parameters, inputs, outputs } = request as Record<string, unknown>;
  const objects = [inputs, outputs].filter(Array.isArray).flat().filter((each) => each !== null);
  return [request, parameters, ...objects, ...objects.map((each) => each.parameters)]
    .some(Array.isArray);
}

function hasShape(value: unknown, [length, ...rest]: readonly number[]): boolean {
  if (length === undefined) return !Array.isArray(value);
  return Array.isArray(value) && value.length === length &&
    value.every((item) => hasShape(item, rest));
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)]!;
}

/** Mostly the first, now and then one of the others. */
function mostly<T>(random: Random, right: T, wrong: readonly T[]): T {
  return random.integer(25) ? right : pick(random, wrong);
}

/** Numbers in the lists that a shape has. */
function nest(numbers: readonly unknown[], shape: readonly number[]): unknown {
  return shape.slice(1).reduceRight<readonly unknown[]>(
    (items, length) =>
      Array.from(
        { length: items.length / length },
        (_, i) => items.slice(i * length, (i + 1) * length),
      ),
    numbers,
  );
}

/** A request that is right, nearly right, or has some bytes changed, doubled or lost. */
function randomRequest(random: Random): Sent {
  const count = mostly(random, 1 + random.integer(3), [0, -1, 1.5, 1e9]);
  const shape = [count, ...pick(random, SHAPES).split(",").map(Number)];
  if (!random.integer(25)) shape.splice(random.integer(shape.length), 1, random.integer(9) - 3);
  const datatype = mostly(random, pick(random, Object.keys(ITEM_BYTES)), [
    "INT8",
    "BYTES",
    "",
    "x",
  ]);
  const most = datatype.includes("F") ? 1 : 255;
  const numbers = Array.from(
    { length: 6 * Math.max(1, Math.min(9, count | 0)) },
    () => most === 1 ? random.uniform() : random.integer(256),
  );
  if (!random.integer(20)) {
    numbers[random.integer(numbers.length)] = pick(random, [-1, 256, 0.5, 1e40, -0]);
  }
  const isBinary = random.integer(2) === 0;
  const bytes = isBinary ? binaryOf(numbers, datatype) : new Uint8Array();
  const whole = `${shape.slice(1)}`.split(",").reduce(
    (product, length) => product * Number(length),
    1,
  );
  const canNest = Number.isInteger(numbers.length / whole) && whole > 0;
  const values = canNest && random.integer(2) ? nest(numbers, shape) : numbers;
  const input = {
    name: mostly(random, "image", ["x", ""]),
    shape: mostly<unknown>(random, shape, [null, "1,6", [], [[1, 6]]]),
    datatype,
    ...(isBinary
      ? {
        parameters: {
          binary_data_size: mostly<unknown>(random, bytes.length, [0, -1, "6", bytes.length + 1]),
        },
      }
      : { data: values }),
  };
  const request = {
    ...(random.integer(2) && { id: mostly<unknown>(random, "some-id", [7, null, "\u{1F600}"]) }),
    inputs: mostly<unknown>(random, [input], [[], [input, input], input, null]),
    ...(random.integer(2) && {
      outputs: mostly<unknown>(random, [
        { name: "class", parameters: { binary_data: false } },
        ...(random.integer(2)
          ? [{ name: "probabilities", parameters: { classification: 2 } }]
          : []),
      ], [[], null, [{ name: "class" }, { name: "class" }], [{ name: "scores" }], {}]),
    }),
    ...(random.integer(4) === 0 && {
      parameters: mostly<unknown>(random, { binary_data_output: true }, [null, [], {
        binary_data_output: 1,
      }]),
    }),
  };
  const space = random.integer(8) ? undefined : 1;
  const head = mutate(random, new TextEncoder().encode(JSON.stringify(request, null, space)));
  const body = mutate(random, concatBytes([head, bytes]));
  const length = String(mostly(random, head.length, [0, 1, -1, head.length + 1, 1e9, NaN]));
  return pack(
    random,
    body,
    isBinary || !random.integer(25) ? { "inference-header-content-length": length } : {},
  );
}

function pack(
  random: Random,
  body: Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Sent {
  const encode = [gzipSync, deflateSync][random.integer(8)];
  if (!encode) return { body, headers };
  const encoding = mostly(random, encode === gzipSync ? "gzip" : "deflate", ["gzip", "deflate"]);
  return {
    body: mutate(random, Uint8Array.from(encode(body))),
    headers: { ...headers, "content-encoding": encoding },
  };
}

function binaryOf(numbers: readonly number[], datatype: string): Uint8Array {
  const size = ITEM_BYTES[datatype] ?? 4;
  const view = new DataView(new ArrayBuffer(numbers.length * size));
  for (const [i, number] of numbers.entries()) {
    const at = i * size;
    switch (datatype) {
      case "FP16":
        view.setFloat16(at, number, true);
        break;
      case "FP32":
        view.setFloat32(at, number, true);
        break;
      case "FP64":
        view.setFloat64(at, number, true);
        break;
      case "BF16":
        view.setUint16(at, Math.round(number * 0x80) << 7, true);
        break;
      default:
        if (size === 8) view.setBigInt64(at, BigInt(Math.trunc(Math.min(number, 1e15))), true);
        else if (size === 4) view.setInt32(at, number, true);
        else if (size === 2) view.setInt16(at, number, true);
        else view.setInt8(at, number);
    }
  }
  return new Uint8Array(view.buffer);
}

/** Now and then changes, doubles or loses some bytes. */
function mutate(random: Random, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  let changed = bytes;
  for (let changes = random.integer(8) ? 0 : 1 + random.integer(3); changes > 0; changes--) {
    const at = random.integer(changed.length + 1);
    const to = Math.min(changed.length, at + random.integer(8));
    const between = pick(random, [
      Uint8Array.of(random.integer(256)),
      changed.slice(at, to),
      new TextEncoder().encode(pick(random, [...'[],{}:"-.e019 \\', '"data":[1]', "null", "NaN"])),
    ]);
    const rest = random.integer(2) ? at : to;
    changed = concatBytes([changed.subarray(0, at), between, changed.subarray(rest)]);
  }
  return changed;
}

/** The classes in an answer, from whatever it has of them. */
async function answeredClasses(response: Response): Promise<readonly number[] | undefined> {
  const bytes = await response.bytes();
  let at = Number(response.headers.get("inference-header-content-length") ?? bytes.length);
  const { outputs } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, at)));
  let classes: readonly number[] | undefined;
  for (const { name, data, parameters } of outputs) {
    const size = parameters?.binary_data_size ?? 0;
    if (name === "class") {
      classes = data ?? [...new BigInt64Array(bytes.slice(at, at + size).buffer)].map(Number);
    }
    at += size;
  }
  assert.equal(at, bytes.length);
  return classes;
}

Deno.test(`${BODIES} random V2 requests get the right answer or a 4xx, never anything else`, async () => {
  const random = new Random(21);
  const handler = createHandler({
    models: [sumPredictor()],
    onError: (error) => assert.fail(`${error}`),
  });
  const seen = { right: 0, refused: 0 };
  for (let i = 0; i < BODIES; i++) {
    const sent = randomRequest(random);
    const response = await handler(
      new Request("http://localhost/v2/models/sum/infer", { method: "POST", ...sent }),
    );
    const wanted = rightAnswer(sent);
    const shown = show(sent);
    if (wanted) {
      assert.equal(response.status, 200, `${shown} was refused: ${await response.clone().text()}`);
      const classes = await answeredClasses(response);
      if (classes) assert.deepEqual(classes, wanted, shown);
      seen.right++;
    } else {
      assert.equal(response.status, 400, shown);
      const { error } = await response.json();
      assert(error.startsWith("Cannot "), error);
      assert(error.length < 300, error);
      seen.refused++;
    }
  }
  assert(seen.right > BODIES / 5 && seen.refused > BODIES / 5, JSON.stringify(seen));
});
