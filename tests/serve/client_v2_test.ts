import assert from "node:assert/strict";
import { DataError } from "../../lib/base/errors.ts";
import { connect, type Fetch, type ModelMetadata } from "../../lib/serve/client.ts";

const METADATA = {
  name: "m",
  versions: ["1", "2"],
  platform: "onnx",
  inputs: [{ name: "x", datatype: "UINT8", shape: [-1, 2, 2] }],
  outputs: [
    { name: "label", datatype: "BYTES", shape: [-1] },
    { name: "probabilities", datatype: "FP32", shape: [-1, 2] },
    { name: "class", datatype: "INT64", shape: [-1] },
  ],
} satisfies ModelMetadata;

const IMAGES = [Uint8Array.of(0, 51, 102, 255), Uint8Array.of(255, 0, 0, 0)];

/** What a request has in its JSON, and behind it. */
interface Asked {
  readonly url: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly rest: Uint8Array;
}

/** A V2 server for one model, whose answers are given. */
function v2Server(
  asked: Asked[],
  answer: (asked: Asked) => Response,
  metadata: unknown = METADATA,
): Fetch {
  return async (url, init) => {
    const request = new Request(url, init);
    if (request.method === "GET") return Response.json(metadata);
    const body = await request.bytes();
    const length = Number(request.headers.get("inference-header-content-length") ?? body.length);
    const json = JSON.parse(new TextDecoder().decode(body.subarray(0, length)));
    asked.push({ url, json, rest: body.subarray(length) });
    return answer(asked.at(-1)!);
  };
}

/** An answer with numbers behind its JSON. */
function binaryAnswer(outputs: unknown, numbers: readonly ArrayBufferView<ArrayBuffer>[]) {
  const head = new TextEncoder().encode(JSON.stringify({ model_name: "m", outputs }));
  return new Response(new Blob([head, ...numbers]), {
    headers: { "inference-header-content-length": `${head.length}` },
  });
}

const rightAnswer = () =>
  binaryAnswer([
    { name: "label", datatype: "BYTES", shape: [2], data: ["no", "yes"] },
    {
      name: "probabilities",
      datatype: "FP32",
      shape: [2, 2],
      parameters: { binary_data_size: 16 },
    },
  ], [Float32Array.of(0.75, 0.25, 0.5, 0.5)]);

Deno.test("connect() sends and reads numbers as bytes where the server speaks V2", async () => {
  const asked: Asked[] = [];
  const fetch = v2Server(asked, rightAnswer);
  const predictions = await connect("http://x", { model: "m", fetch }).predict(IMAGES);
  assert.deepEqual(predictions, [
    { label: "no", class: 0, probabilities: [0.75, 0.25] },
    { label: "yes", class: 0, probabilities: [0.5, 0.5] },
  ]);
  assert.equal(asked[0]!.url, "http://x/v2/models/m/infer");
  assert.deepEqual(asked[0]!.json, {
    inputs: [{
      name: "x",
      datatype: "UINT8",
      shape: [2, 2, 2],
      parameters: { binary_data_size: 8 },
    }],
    outputs: [
      { name: "label", parameters: { binary_data: false } },
      { name: "probabilities", parameters: { binary_data: true } },
    ],
  });
  assert.deepEqual([...asked[0]!.rest], IMAGES.flatMap((image) => [...image]));
});

Deno.test("connect() asks for the version that was chosen, and for the metadata once", async () => {
  const asked: Asked[] = [];
  let gets = 0;
  const server = v2Server(asked, rightAnswer);
  const fetch: Fetch = (url, init) => {
    if (init.method === "GET") gets++;
    return server(url, init);
  };
  const client = connect("http://x", { model: "m", version: "2", fetch });
  await client.predict(IMAGES);
  await client.predict(IMAGES);
  assert.deepEqual(await client.metadata(), METADATA);
  assert.equal(asked[1]!.url, "http://x/v2/models/m/versions/2/infer");
  assert.equal(gets, 1);
});

Deno.test("connect() sends pixels in the datatype that the model takes", async () => {
  for (
    const [datatype, TypedArray] of [["FP32", Float32Array], ["FP64", Float64Array]] as const
  ) {
    const asked: Asked[] = [];
    const inputs = [{ name: "x", datatype, shape: [-1, 1, 2, 2] }];
    const fetch = v2Server(asked, rightAnswer, { ...METADATA, inputs });
    const client = connect("http://x", { model: "m", fetch });
    await client.predict([IMAGES[0]!, Float32Array.of(1, 0.25, 0, 0.5)]);
    const sent = new TypedArray(asked[0]!.rest.slice().buffer);
    const expected = [0, 51 / 255, 102 / 255, 1, 1, 0.25, 0, 0.5].map(Math.fround);
    assert.deepEqual([...sent], expected);
  }
  const asked: Asked[] = [];
  const client = connect("http://x", { model: "m", fetch: v2Server(asked, rightAnswer) });
  await client.predict([Float32Array.of(0, 0.2, 0.999, 1), IMAGES[1]!]);
  assert.deepEqual([...asked[0]!.rest.subarray(0, 4)], [0, 51, 255, 255]);
});

Deno.test("connect() asks in JSON where the server has no binary extension, and knows it then", async () => {
  for (const status of [400, 415, 500]) {
    const asked: Asked[] = [];
    const outputs = [{
      name: "out",
      datatype: "FP32",
      shape: [2, 2],
      parameters: null,
      data: [[0.25, 0.75], [1, 0]],
    }];
    const fetch = v2Server(
      asked,
      ({ rest }) =>
        rest.length > 0
          ? Response.json({ error: "Cannot parse" }, { status })
          : Response.json({ outputs }),
      { name: "m", versions: null, inputs: METADATA.inputs },
    );
    const client = connect("http://x", { model: "m", fetch });
    for (let i = 0; i < 2; i++) {
      assert.deepEqual(await client.predict(IMAGES), [
        { label: "1", class: 1, probabilities: [0.25, 0.75] },
        { label: "0", class: 0, probabilities: [1, 0] },
      ]);
    }
    assert.equal(asked.length, 3);
    assert.deepEqual(asked[1]!.json, {
      inputs: [{ name: "x", datatype: "UINT8", shape: [2, 2, 2], data: [...asked[0]!.rest] }],
    });
  }
});

Deno.test("connect() tells a V2 server without the model from one that speaks V1 only", async () => {
  const urls: string[] = [];
  const fetch: Fetch = (url) => {
    urls.push(url);
    const isLive = url.endsWith("/v2/health/live");
    return Promise.resolve(
      isLive ? Response.json({ live: true }) : Response.json({ error: "none" }, { status: 404 }),
    );
  };
  await assert.rejects(connect("http://x", { model: "m", fetch }).predict(IMAGES), {
    name: "DataError",
    message: "Cannot ask http://x/v2/models/m: status 404, none",
  });
  assert.deepEqual(urls, ["http://x/v2/models/m", "http://x/v2/health/live"]);
});

Deno.test("connect() refuses to ask a server that speaks V1 only for a version", async () => {
  const fetch: Fetch = () => Promise.resolve(new Response(null, { status: 404 }));
  await assert.rejects(connect("http://x", { model: "m", version: "2", fetch }).predict(IMAGES), {
    name: "DataError",
    message: "Cannot ask for version 2 of m as the server speaks V1 only, which has no versions",
  });
});

Deno.test("connect() refuses metadata and answers that it can't use, and says why", async () => {
  const refuses = async (
    message: RegExp,
    answer: () => Response,
    metadata: unknown = METADATA,
  ): Promise<void> => {
    const client = connect("http://x", { model: "m", fetch: v2Server([], answer, metadata) });
    await assert.rejects(client.predict(IMAGES), (error: Error) => {
      assert.match(error.message, message);
      return error instanceof DataError;
    });
  };
  const output = { name: "probabilities", datatype: "FP32", shape: [2, 2] };
  const json = (output: unknown) => () => Response.json({ outputs: [output] });
  const inputs = (...inputs: readonly unknown[]) => ({ ...METADATA, inputs });
  const [input] = METADATA.inputs;

  await refuses(/at name, Invalid/, rightAnswer, {});
  await refuses(/the model takes 0 tensors, not one/, rightAnswer, { name: "m" });
  await refuses(/the model takes 2 tensors/, rightAnswer, inputs(input, input));
  await refuses(/pictures as INT8, which/, rightAnswer, inputs({ ...input, datatype: "INT8" }));
  await refuses(
    /of 4 pixels: .*\[-1,28,28\]/,
    rightAnswer,
    inputs({ ...input, shape: [-1, 28, 28] }),
  );
  await refuses(/at the body/, () => new Response("<html>"));
  await refuses(/has 3 values for its shape \[2,2\]/, json({ ...output, data: [1, 0, 1] }));
  await refuses(/has probabilities \[1,2\]/, json({ ...output, shape: [1, 2], data: [1, 0] }));
  await refuses(/it has no outputs/, () => Response.json({ outputs: [] }));
  await refuses(/Expected number/, json({ ...output, data: [1, 0, "1", 0] }));
  await refuses(
    /has 2 values/,
    () =>
      binaryAnswer([{ ...output, parameters: { binary_data_size: 16 } }], [Float32Array.of(1, 0)]),
  );
  await refuses(
    /Cannot use the answer/,
    () =>
      binaryAnswer([{ ...output, parameters: { binary_data_size: 16 } }], [
        Float32Array.of(NaN, 0, 1, 0),
      ]),
  );
});
