import assert from "node:assert/strict";
import { concatBytes } from "../../lib/base/bytes.ts";
import { DataError } from "../../lib/base/errors.ts";
import type { ImageShape } from "../../lib/digits/digits.ts";
import { NumberScanner } from "../../lib/serve/number_scanner.ts";
import { type InferRequest, parseInferRequest } from "../../lib/serve/v2_request.ts";

const GREY: ImageShape = [2, 3, 1];
const scanner = new NumberScanner();
const NUMBERS = [0, 51, 255, 1, 2, 3];
const SHARES = [0, 0.5, 1, 0.25, 0.125, 0.75];

type Tensor = Record<string, unknown>;

function tensor(changes: Tensor = {}): Tensor {
  return { name: "image", datatype: "UINT8", shape: [1, 2, 3], data: NUMBERS, ...changes };
}

function parse(request: unknown, imageShape = GREY): InferRequest {
  const text = typeof request === "string" ? request : JSON.stringify(request);
  const body = new TextEncoder().encode(text);
  return parseInferRequest(body, { imageShape, jsonLength: null, scanner });
}

function images(input: Tensor, imageShape = GREY): Uint8Array | Float32Array {
  return parse({ inputs: [input] }, imageShape).images;
}

/** The bytes of a tensor behind its JSON. */
function parseBinary(
  input: Tensor,
  bytes: Uint8Array,
  jsonLength?: string,
  imageShape = GREY,
): Uint8Array | Float32Array {
  const { data: _, ...head } = tensor({ parameters: { binary_data_size: bytes.length }, ...input });
  const json = new TextEncoder().encode(JSON.stringify({ inputs: [head] }));
  return parseInferRequest(concatBytes([json, bytes]), {
    imageShape,
    jsonLength: jsonLength ?? String(json.length),
    scanner,
  }).images;
}

function refuses(action: () => unknown, message: string | RegExp): void {
  assert.throws(action, (error) => {
    assert(error instanceof DataError);
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}

Deno.test("parseInferRequest() reads bytes and shares, flat or nested, in every shape", () => {
  const rows = [NUMBERS.slice(0, 3), NUMBERS.slice(3)];
  const deep = rows.map((row) => row.map((pixel) => [pixel]));
  for (
    const [shape, nested] of [
      [[1, 2, 3], [rows]],
      [[1, 2, 3, 1], [deep]],
      [[1, 1, 2, 3], [[rows]]],
      [[1, 6], [NUMBERS]],
    ]
  ) {
    for (const data of [NUMBERS, nested]) {
      assert.deepEqual(images(tensor({ shape, data })), Uint8Array.from(NUMBERS));
    }
  }
  const shares = images(tensor({ datatype: "FP32", shape: [2, 6], data: [...SHARES, ...SHARES] }));
  assert.deepEqual(shares, Float32Array.from([...SHARES, ...SHARES]));
});

Deno.test("parseInferRequest() reads pictures of three channels, channels last", () => {
  const colour: ImageShape = [1, 2, 3];
  assert.deepEqual(images(tensor({ shape: [1, 1, 2, 3] }), colour), Uint8Array.from(NUMBERS));
  assert.deepEqual(images(tensor({ shape: [1, 6] }), colour), Uint8Array.from(NUMBERS));
  refuses(
    () => images(tensor({ shape: [1, 3, 1, 2] }), colour),
    "Cannot read inputs[0].shape as [n, 1, 2, 3] or [n, 6] with n from 1: got [1, 3, 1, 2]",
  );
});

Deno.test("parseInferRequest() reads every datatype that can hold pixels, in JSON and as bytes", () => {
  const views = {
    UINT8: Uint8Array,
    UINT16: Uint16Array,
    UINT32: Uint32Array,
    INT16: Int16Array,
    INT32: Int32Array,
    FP16: Float16Array,
    FP32: Float32Array,
    FP64: Float64Array,
  };
  for (const [datatype, View] of Object.entries(views)) {
    const isFloat = datatype.startsWith("FP");
    const data = isFloat ? SHARES : NUMBERS;
    const wanted = isFloat ? Float32Array.from(data) : Uint8Array.from(data);
    assert.deepEqual(images(tensor({ datatype, data })), wanted, datatype);
    const bytes = new Uint8Array(View.from(data).buffer);
    assert.deepEqual(parseBinary({ datatype }, bytes), wanted, datatype);
  }
  for (const [datatype, View] of [["UINT64", BigUint64Array], ["INT64", BigInt64Array]] as const) {
    const bytes = new Uint8Array(View.from(NUMBERS.map(BigInt)).buffer);
    assert.deepEqual(parseBinary({ datatype }, bytes), Uint8Array.from(NUMBERS));
  }
  const bf16 = new Uint8Array(Uint16Array.of(0, 0x3f00, 0x3f80, 0x3e80, 0x3e00, 0x3f40).buffer);
  assert.deepEqual(parseBinary({ datatype: "BF16" }, bf16), Float32Array.from(SHARES));
});

Deno.test("parseInferRequest() reads id, outputs and flags", () => {
  const { id, outputs } = parse({
    id: "seven",
    parameters: { binary_data_output: true },
    inputs: [tensor()],
    outputs: [
      { name: "class", parameters: { binary_data: false } },
      { name: "probabilities", parameters: { classification: 3 } },
    ],
  });
  assert.equal(id, "seven");
  assert.deepEqual(outputs, [
    { name: "class", binary: false, topClasses: 0 },
    { name: "probabilities", binary: true, topClasses: 3 },
  ]);
  const all = ["probabilities", "class", "label"];
  for (const outputs of [undefined, null, []]) {
    const request = parse({ inputs: [tensor()], outputs, id: null, parameters: null });
    assert.equal(request.id, undefined);
    assert.deepEqual(
      request.outputs.map(({ name, binary }) => [name, binary]),
      all.map((name) => [name, false]),
    );
  }
  const binary = parse({ inputs: [tensor()], parameters: { binary_data_output: true } });
  assert.deepEqual(binary.outputs.map(({ binary }) => binary), [true, true, true]);
});

Deno.test("parseInferRequest() names what is wrong with a tensor", () => {
  const wrong = (changes: Tensor, message: string | RegExp) =>
    refuses(() => images(tensor(changes)), message);
  wrong({ name: "x" }, 'Cannot read inputs[0].name as "image": got "x"');
  wrong({ name: undefined }, 'Cannot read inputs[0].name as "image": got nothing');
  for (const datatype of ["INT8", "BYTES", "BOOL", "fp32", 7, null, "__proto__"]) {
    wrong({ datatype }, /^Cannot read inputs\[0\]\.datatype as UINT8 .* or FP32 .*: got /);
  }
  const forms = "[n, 2, 3], [n, 1, 2, 3], [n, 2, 3, 1] or [n, 6] with n from 1";
  for (
    const [shape, shown] of [
      [[2, 3], "[2, 3]"],
      [[-1, 2, 3], "[-1, 2, 3]"],
      [[0, 2, 3], "[0, 2, 3]"],
      [[1.5, 2, 3], "[1.5, 2, 3]"],
      [[1, -2, -3], "[1, -2, -3]"],
      [[1, "2", 3], "a list of 3"],
      [[1, [2, 3]], "a list of 2"],
      [[1e300, 2, 3], "[1e+300, 2, 3]"],
      [Array(9).fill(1), "a list of 9"],
      [[], "[]"],
      ["1,2,3", '"1,2,3"'],
      [6, "6"],
      [null, "null"],
    ] as const
  ) wrong({ shape }, `Cannot read inputs[0].shape as ${forms}: got ${shown}`);
});

Deno.test("parseInferRequest() names the path of a number that is no pixel", () => {
  const wrong = (changes: Tensor, message: string) =>
    refuses(() => images(tensor(changes)), message);
  const integer = "an integer 0 to 255";
  const share = "a number 0 to 1 (0 to 255 is for integer datatypes)";
  for (
    const [value, shown] of [[256, "256"], [-1, "-1"], [0.5, "0.5"], [null, "null"], ["7", '"7"']]
  ) {
    wrong(
      { data: [1, 2, value, 4, 5, 6] },
      `Cannot read inputs[0].data[2] as ${integer}: got ${shown}`,
    );
    wrong(
      { data: [[[1, 2, 3], [4, value, 6]]] },
      `Cannot read inputs[0].data[0][1][1] as ${integer}: got ${shown}`,
    );
  }
  for (
    const [value, shown] of [[1.01, "1.01"], [255, "255"], [-0.1, "-0.1"], [[1], "a list of 1"]]
  ) {
    const data = [0, 0, 0, 0, 0, value];
    wrong({ datatype: "FP32", data }, `Cannot read inputs[0].data[5] as ${share}: got ${shown}`);
  }
  const nan = JSON.stringify({
    inputs: [tensor({ datatype: "FP32", data: [0, 0, "?", 0, 0, 0] })],
  });
  refuses(
    () => parse(nan.replace('"?"', "NaN")),
    `Cannot read inputs[0].data[2] as ${share}: got "NaN"`,
  );
});

Deno.test("parseInferRequest() refuses data of another size or form than the shape", () => {
  const wrong = (data: unknown, message: string) =>
    refuses(() => images(tensor({ data })), message);
  wrong([1, 2, 3], "Cannot read inputs[0].data as a list of 6: got a list of 3");
  wrong([...NUMBERS, 7], "Cannot read inputs[0].data as a list of 6: got a list of 7");
  wrong([], "Cannot read inputs[0].data as a list of 6: got a list of 0");
  wrong({}, "Cannot read inputs[0].data as a list of 6: got an object");
  wrong(undefined, "Cannot read inputs[0].data as a list of 6: got nothing");
  wrong(null, "Cannot read inputs[0].data as a list of 6: got null");
  wrong([[1, 2, 3], [4, 5, 6]], "Cannot read inputs[0].data as a list of 1: got a list of 2");
  wrong([[[1, 2, 3], [4, 5]]], "Cannot read inputs[0].data[0][1] as a list of 3: got a list of 2");
  wrong([[[1, 2, 3], 4]], "Cannot read inputs[0].data[0][1] as a list of 3: got 4");
  const huge = tensor({ shape: [Number.MAX_SAFE_INTEGER, 2, 3] });
  refuses(
    () => images(huge),
    /^Cannot read inputs\[0\]\.data as a list of 54043195528445944: got a list of 6$/,
  );
  const deep = `{"inputs":[{"name":"image","datatype":"UINT8","shape":[1,2,3],"data":${
    "[".repeat(1e5)
  }${"]".repeat(1e5)}}]}`;
  refuses(() => parse(deep), "Cannot read inputs[0].data[0] as a list of 2: got a list of 1");
});

Deno.test("parseInferRequest() names what else is wrong", () => {
  const wrong = (request: unknown, message: string | RegExp) =>
    refuses(() => parse(request), message);
  wrong("", /^Cannot parse the body as JSON: /);
  wrong("[]", 'Cannot read the body as {"inputs": […]}: got a list of 0');
  wrong({}, "Cannot read inputs as a list of one tensor: got nothing");
  wrong(
    { inputs: [tensor(), tensor()] },
    "Cannot read inputs as a list of one tensor: got a list of 2",
  );
  wrong({ inputs: [7] }, "Cannot read inputs[0] as a tensor, which is an object: got 7");
  wrong({ inputs: [tensor()], id: 7 }, "Cannot read id as a text: got 7");
  wrong(
    { inputs: [tensor()], parameters: [] },
    "Cannot read parameters as an object: got a list of 0",
  );
  const flag = "Cannot read parameters.binary_data_output as true or false: got 1";
  wrong({ inputs: [tensor()], parameters: { binary_data_output: 1 } }, flag);
  const outputs = (outputs: unknown, message: string) =>
    wrong({ inputs: [tensor()], outputs }, message);
  outputs({}, "Cannot read outputs as a list: got an object");
  outputs(["class"], 'Cannot read outputs[0] as an output, which is an object: got "class"');
  outputs(
    [{ name: "x" }],
    'Cannot read outputs[0].name as "probabilities" or "class" or "label": got "x"',
  );
  outputs(
    Array(4).fill({ name: "class" }),
    "Cannot read outputs as a list of up to 3 outputs: got a list of 4",
  );
  outputs([{ name: "class" }, { name: "class" }], 'Cannot answer with output "class" twice');
  outputs(
    [{ name: "class", parameters: { classification: 2 } }],
    'Cannot use outputs[0].parameters.classification: only "probabilities" can be answered so',
  );
  outputs(
    [{ name: "probabilities", parameters: { classification: -1 } }],
    "Cannot read outputs[0].parameters.classification as a number of classes: got -1",
  );
  outputs(
    [{ name: "class", parameters: { binary_data: "yes" } }],
    'Cannot read outputs[0].parameters.binary_data as true or false: got "yes"',
  );
});

Deno.test("parseInferRequest() refuses lengths that lie", () => {
  const bytes = Uint8Array.from(NUMBERS);
  for (const length of ["-1", "1e2", "0x10", "", " ", "1.5", "10000", "9".repeat(30)]) {
    refuses(
      () => parseBinary({}, bytes, length),
      /^Cannot use the header inference-header-content-length: the body has \d+ bytes, got "/,
    );
  }
  refuses(() => parseBinary({}, bytes, "0"), /^Cannot parse the body as JSON: /);
  for (const size of [-6, 0, 1.5, "6", null]) {
    refuses(
      () => parseBinary({ parameters: { binary_data_size: size } }, bytes),
      /^Cannot read inputs\[0\]\.parameters\.binary_data_size as a number of bytes from 1: got /,
    );
  }
  for (const size of [5, 7, 1e15]) {
    refuses(
      () => parseBinary({ parameters: { binary_data_size: size } }, bytes),
      `Cannot use the 6 bytes behind the JSON: its binary_data_size is ${size} in all`,
    );
  }
  refuses(
    () => parseBinary({ shape: [2, 2, 3] }, bytes),
    "Cannot read inputs[0].data as UINT8 [2,2,3]: it must have 12 bytes, and has 6",
  );
  refuses(
    () => parseBinary({ datatype: "FP32" }, bytes),
    "Cannot read inputs[0].data as FP32 [1,2,3]: it must have 24 bytes, and has 6",
  );
  refuses(
    () => parse({ inputs: [tensor({ parameters: { binary_data_size: 6 } })] }),
    "Cannot find the bytes of inputs[0]: the request has no header inference-header-content-length",
  );
});

Deno.test("parseInferRequest() names the number among the bytes that is no pixel", () => {
  const share = "a number 0 to 1 (0 to 255 is for integer datatypes)";
  for (const value of [NaN, Infinity, -1, 1.5]) {
    const bytes = new Uint8Array(Float32Array.of(0, 1, value, 0, 0, 0).buffer);
    refuses(
      () => parseBinary({ datatype: "FP32" }, bytes),
      `Cannot read inputs[0].data[2] as ${share}: got ${value}`,
    );
  }
  const bytes = new Uint8Array(Int16Array.of(0, 0, 0, 0, 0, -1).buffer);
  refuses(
    () => parseBinary({ datatype: "INT16" }, bytes),
    "Cannot read inputs[0].data[5] as an integer 0 to 255: got -1",
  );
});

Deno.test("parseInferRequest() takes JSON and bytes for the same, and never both", () => {
  const json = new TextEncoder().encode(JSON.stringify({ inputs: [tensor()] }));
  const jsonLength = String(json.length);
  const read = parseInferRequest(json, { imageShape: GREY, jsonLength, scanner });
  assert.deepEqual(read.images, Uint8Array.from(NUMBERS));
  const both = tensor({ parameters: { binary_data_size: 6 } });
  const head = new TextEncoder().encode(JSON.stringify({ inputs: [both] }));
  refuses(
    () =>
      parseInferRequest(concatBytes([head, Uint8Array.from(NUMBERS)]), {
        imageShape: GREY,
        jsonLength: String(head.length),
        scanner,
      }),
    "Cannot read inputs[0]: it has both data and binary_data_size",
  );
});

Deno.test("parseInferRequest() takes no list for the data that only looks like it", () => {
  const head = '"name": "image", "datatype": "UINT8", "shape": [1, 2, 3]';
  const data = '"data": [1, 2, 3, 4, 5, 6]';
  const none = "Cannot read inputs[0].data as a list of 6: got nothing";
  refuses(() => parse(`{"parameters": {${data}}, "inputs": [{${head}}]}`), none);
  refuses(() => parse(`{"inputs": [{${head}, "note": "\\"data\\": [1, 2, 3, 4, 5, 6]"}]}`), none);
  refuses(
    () => parse(`{"inputs": [{${head}, ${data}, "data": null}]}`),
    "Cannot read inputs[0].data as a list of 6: got null",
  );
  refuses(
    () => parse(`{"inputs": [{${head}, ${data}, "d\\u0061ta": [7]}]}`),
    "Cannot read inputs[0].data as a list of 6: got a list of 1",
  );
  assert.deepEqual(
    parse(`{"id": "data", "inputs": [{${data}, ${head}}]}`).images,
    Uint8Array.of(1, 2, 3, 4, 5, 6),
  );
});
