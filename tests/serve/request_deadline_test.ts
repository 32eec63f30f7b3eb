import assert from "node:assert/strict";
import { listen } from "../../lib/serve/listen.ts";
import { withDeadline } from "../../lib/serve/request_deadline.ts";

const request = () => new Request("http://localhost/");

Deno.test("withDeadline() passes answers and failures on", async () => {
  const answer = new Response("it");
  const good = withDeadline(() => Promise.resolve(answer), { ticks: 2 });
  assert.equal(await good.handler(request()), answer);
  const bad = withDeadline(() => Promise.reject(new Error("no")), { ticks: 2 });
  await assert.rejects(bad.handler(request()), new Error("no"));
});

Deno.test("withDeadline() answers 408 for what hangs longer than its ticks, and for nothing else", async () => {
  const first = Promise.withResolvers<Response>();
  const second = Promise.withResolvers<Response>();
  const answers = [first.promise, second.promise];
  const { handler, tick } = withDeadline(() => answers.shift()!, { ticks: 2 });
  const hanging = handler(request());
  tick();
  tick();
  const slow = handler(request());
  tick();
  const late = await hanging;
  assert.equal(late.status, 408);
  assert.equal(late.headers.get("connection"), "close");
  assert.match((await late.json()).error, /^Cannot wait longer for the request to end/);
  second.resolve(new Response("slow, but in time"));
  assert.equal(await (await slow).text(), "slow, but in time");
  first.resolve(new Response("too late"));
  tick();
});

Deno.test("listen() answers 408 when a body never comes, and goes on", async () => {
  await using server = listen(
    async (request) => new Response(request.method === "GET" ? "fine" : await request.text()),
    { port: 0, requestMs: 100 },
  );
  const { hostname, port } = new URL(server.url);
  using slow = await Deno.connect({ hostname, port: Number(port) });
  await slow.write(new TextEncoder().encode(
    "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nonly this",
  ));
  const chunk = new Uint8Array(1000);
  const length = await slow.read(chunk);
  assert.match(new TextDecoder().decode(chunk.subarray(0, length!)), /^HTTP\/1\.1 408 /);
  assert.equal(await (await fetch(server.url)).text(), "fine");
});

Deno.test("listen() answers others while many clients never finish their headers", async () => {
  await using server = listen(() => Promise.resolve(new Response("fine")), { port: 0 });
  const { hostname, port } = new URL(server.url);
  await using slow = new AsyncDisposableStack();
  for (let i = 0; i < 100; i++) {
    const connection = slow.use(await Deno.connect({ hostname, port: Number(port) }));
    await connection.write(new TextEncoder().encode("POST / HTTP/1.1\r\nhost: x\r\n"));
  }
  assert.equal(await (await fetch(server.url)).text(), "fine");
});
