import { match, strictEqual } from "node:assert/strict";
import { Desk, ended } from "./command_line.ts";
import { datasetCodec } from "../../lib/digits/digits_codec.ts";
import { syntheticDataset } from "../../lib/digits/synthetic.ts";

Deno.test("pipeline fetches through the proxy that HTTP_PROXY names, and no more the second time", async () => {
  const files: Record<string, Uint8Array> = datasetCodec.encode(
    syntheticDataset({ train: 300, test: 50 }),
  );
  const asked: string[] = [];
  await using proxy = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    asked.push(request.url);
    const bytes = files[new URL(request.url).pathname.slice("/digits/".length)];
    return bytes ? new Response(bytes.slice()) : new Response("none", { status: 404 });
  });
  await using desk = new Desk();
  const run = () =>
    ended(desk.start(
      ["pipeline", "--data", "http://mirror.test/digits/", "--epochs", "1", "--min-accuracy", "0"],
      { HTTP_PROXY: `http://127.0.0.1:${proxy.addr.port}` },
    ));
  const { code, stderr } = await run();
  strictEqual(code, 0, stderr);
  match(asked[0]!, /^http:\/\/mirror\.test\/digits\//);
  const count = asked.length;
  strictEqual((await run()).code, 0);
  strictEqual(asked.length, count);
});
