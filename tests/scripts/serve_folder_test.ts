import assert from "node:assert/strict";
import { join } from "node:path";
import { generateDigits } from "../../lib/digits/synthetic.ts";
import { imageAt } from "../../lib/digits/digits.ts";
import { encodeModel } from "../../lib/model/model_codec.ts";
import { connect } from "../../lib/serve/client.ts";
import { GrpcClient, inferMessage, textOf } from "../serve/grpc_call.ts";
import { smallModel } from "../steps/small_models.ts";
import { Desk } from "./command_line.ts";

const digits = generateDigits(10, { seed: 9 });
const images = Array.from(digits.labels, (_, i) => imageAt(digits, i));

/** Puts a model of a few milliseconds' training into a folder, with or without `model.json`. */
async function bringModel(desk: Desk, folder: string, { json = true, seed = 1 } = {}) {
  const files = encodeModel(await smallModel({ train: generateDigits(500), seed }));
  await Deno.mkdir(join(desk.path, folder), { recursive: true });
  for (const [name, bytes] of Object.entries(files)) {
    if (name === "model.onnx" || json) await Deno.writeFile(join(desk.path, folder, name), bytes);
  }
}

/** A server that has said where it answers. */
async function startServer(
  desk: Desk,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const child = desk.start(["serve", "--port", "0", ...args], env);
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes("Draw at")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The server ended: ${said}`);
    said += value;
  }
  const stdout = new Response(child.stdout).text();
  return {
    url: said.match(/http:\/\/127\.0\.0\.1:\d+/)![0],
    said,
    /** Asks it to end; gives what it wrote to stdout. */
    async end(): Promise<{ readonly code: number; readonly lines: readonly unknown[] }> {
      child.kill("SIGTERM");
      const lines = (await stdout).split("\n").filter((line) => line !== "");
      while (!(await reader.read()).done);
      const { code } = await child.status;
      return { code, lines: lines.map((line) => JSON.parse(line)) };
    },
  };
}

Deno.test("serve --model answers with a plain ONNX file over V1, V2 and gRPC", async () => {
  await using desk = new Desk();
  await bringModel(desk, "models", { json: false });
  const server = await startServer(desk, [
    ...["--model", join(desk.path, "models"), "--name", "digits-recognizer", "--grpc-port", "0"],
  ]);
  const predictions = await connect(server.url, { model: "digits-recognizer", fetch })
    .predict(images);
  const metadata = await (await fetch(`${server.url}/v2/models/digits-recognizer`)).json();
  assert.deepEqual(metadata.versions, ["1"]);
  const text = await (await fetch(`${server.url}/metrics`)).text();
  assert.match(text, /^digits_model_info\{model_name="digits-recognizer",version="1"\} 1$/m);

  {
    using client = new GrpcClient(/gRPC at (\S+)/.exec(server.said)![1]!);
    const request = inferMessage("digits-recognizer", images[0]!, { shape: [1, 784] });
    const { code, bytes } = await client.call("ModelInfer", request);
    assert.deepEqual([code, textOf(bytes, 1)], [0, "digits-recognizer"]);
  }
  assert.equal(predictions.length, 10);
  assert.equal((await server.end()).code, 0);
});

Deno.test("serve swaps versions under load, and after SIGTERM answers everything, without one failure", async () => {
  await using desk = new Desk();
  await bringModel(desk, "models/1", { seed: 1 });
  const server = await startServer(desk, ["--model", "models", "--name", "m", "--linger", "1"]);
  const load = `${server.url}/v2/repository/models/m/load`;
  const infer = `${server.url}/v2/models/m/infer`;
  const body = JSON.stringify({
    inputs: [{ name: "image", datatype: "UINT8", shape: [1, 784], data: [...images[0]!] }],
    outputs: [{ name: "class" }],
  });
  const versions = new Set<string>();
  let answered = 0;
  let stop = false;
  async function ask(): Promise<void> {
    const response = await fetch(infer, { method: "POST", body });
    const answer = await response.json();
    assert.equal(response.status, 200, JSON.stringify(answer));
    versions.add(answer.model_version);
    answered++;
  }
  const asking = Array.from({ length: 4 }, async () => {
    while (!stop) await ask();
  });
  for (const version of [2, 3, 4, 5]) {
    await bringModel(desk, `models/${version}`, { seed: version });
    const response = await fetch(load, { method: "POST" });
    assert.deepEqual(await response.json(), { name: "m", load: true });
    await ask();
  }
  stop = true;
  await Promise.all(asking);
  assert.deepEqual([...versions].sort(), ["1", "2", "3", "4", "5"]);
  assert(answered > 20, `${answered} were answered`);

  const last = Array.from({ length: 50 }, ask);
  const ended = server.end();
  await Promise.all(last);
  assert.equal((await ended).code, 0);
});

Deno.test("serve goes on with the version it has when the next one is damaged", async () => {
  await using desk = new Desk();
  await bringModel(desk, "models/1");
  const server = await startServer(desk, ["--model", "models", "--name", "m"]);
  await Deno.mkdir(join(desk.path, "models/2"));
  await Deno.writeTextFile(join(desk.path, "models/2/model.onnx"), "no model");
  const refused = await fetch(`${server.url}/v2/repository/models/m/load`, { method: "POST" });
  assert.equal(refused.status, 400);
  assert.match(
    (await refused.json()).error,
    /^Cannot serve m version 2: Cannot load the model as /,
  );
  const [first] = await connect(server.url, { model: "m", fetch }).predict(images.slice(0, 1));
  assert(first);
  const { lines } = await server.end();
  const events = lines.map((line) => line as Record<string, string>);
  assert(events.some(({ event, version }) => event === "failed" && version === "2"));
});

Deno.test("serve asks for the token, logs requests, and keeps samples of them", async () => {
  await using desk = new Desk();
  await bringModel(desk, "models");
  await Deno.writeTextFile(join(desk.path, "token"), "s3cret\n");
  const server = await startServer(
    desk,
    ["--model", "models", "--log", "requests", "--log-requests", "--cors", "https://a.example"],
    { DIGITS_SERVE_TOKEN: "s3cret" },
  );
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${server.url}${path}`, { headers });
    await response.body?.cancel();
    return response;
  };
  assert.equal((await ask("/metrics")).status, 401);
  assert.equal((await ask("/v2/health/ready")).status, 200);
  const known = { authorization: "Bearer s3cret" };
  const page = await ask("/v2/models", { ...known, origin: "https://a.example" });
  assert.equal(page.headers.get("access-control-allow-origin"), "https://a.example");
  const predicted = await fetch(`${server.url}/v1/models/models:predict`, {
    method: "POST",
    headers: { ...known, "x-request-id": "mine" },
    body: JSON.stringify({ instances: images.map((image) => [...image]) }),
  });
  assert.equal(predicted.headers.get("x-request-id"), "mine");
  assert.equal((await predicted.json()).predictions.length, 10);
  const { code, lines } = await server.end();
  assert.equal(code, 0);
  const mine = lines.find((line) => (line as Record<string, string>)["request_id"] === "mine");
  const { method, path, status } = mine as Record<string, unknown>;
  assert.deepEqual([method, path, status], ["POST", "/v1/models/models:predict", 200]);
  assert.doesNotMatch(JSON.stringify(lines), /s3cret/);
  assert(await desk.has(".digits/artifacts/requests/models/1"));
});

Deno.test("serve says in one sentence why it can't start", async () => {
  await using desk = new Desk();
  await Deno.mkdir(join(desk.path, "models"));
  await Deno.writeTextFile(join(desk.path, "models/model.onnx"), "no model");
  await Deno.mkdir(join(desk.path, "empty"));
  await Deno.writeTextFile(join(desk.path, "token"), "two words");
  const cases: [args: readonly string[], code: number, message: RegExp][] = [
    [[], 1, /^error: There is no model yet: deno task pipeline makes one$/m],
    [["--model", "models"], 1, /^error: Cannot serve models version 1: Cannot load the model as /m],
    [["--model", "empty"], 1, /^error: Cannot serve from empty: it has no model\.onnx, and no /m],
    [["--model", "none"], 1, /^error: Cannot serve from none: there is no such folder$/m],
    [
      ["--token-file", "none"],
      2,
      /^error: Cannot read the token in "none": there is no such file$/m,
    ],
    [["--token-file", "token"], 2, /^error: Cannot use the token in "token": it must be one word/m],
    [["--cors", "a.example"], 2, /^error: --cors takes an origin such as https:\/\/example\.org/m],
  ];
  for (const [args, code, message] of cases) {
    const ended = await desk.run("serve", "--port", "0", ...args);
    assert.match(ended.stderr, message);
    assert.equal(ended.code, code, ended.stderr);
  }
});
