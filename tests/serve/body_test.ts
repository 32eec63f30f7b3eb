import assert from "node:assert/strict";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { readBody, readText } from "../../lib/serve/body.ts";
import { RequestError } from "../../lib/serve/request_error.ts";

const PLAIN = new TextEncoder().encode('{"instances": [[1, 2]]}'.repeat(10));

function request(body: BodyInit, headers: Record<string, string> = {}): Request {
  return new Request("http://localhost", { method: "POST", body, headers });
}

function packed(body: Uint8Array, encoding: string): Request {
  return request(Uint8Array.from(body), { "content-encoding": encoding });
}

async function refuses(request: Request, status: number, message: RegExp): Promise<void> {
  await assert.rejects(readBody(request, 1000), (error) => {
    assert(error instanceof RequestError);
    assert.equal(error.status, status);
    assert.match(error.message, message);
    return true;
  });
}

Deno.test("readBody() reads a body plain, packed with gzip, and with deflate", async () => {
  for (
    const [encoding, body] of [
      ["identity", PLAIN],
      ["gzip", gzipSync(PLAIN)],
      ["GZIP", gzipSync(PLAIN)],
      ["x-gzip", gzipSync(PLAIN)],
      ["deflate", deflateSync(PLAIN)],
    ] as const
  ) {
    const read = await readBody(packed(body, encoding), 1000);
    assert.deepEqual(Uint8Array.from(read), PLAIN, encoding);
  }
  assert.deepEqual(await readBody(request(PLAIN, { "content-length": "230" }), 1000), PLAIN);
  assert.deepEqual(await readBody(request(""), 1000), new Uint8Array());
});

Deno.test("readBody() stops unpacking a body that becomes too large", async () => {
  const bomb = new Uint8Array(50_000_000);
  for (
    const [encoding, body] of [["gzip", gzipSync(bomb)], ["deflate", deflateSync(bomb)]] as const
  ) {
    const small = request(Uint8Array.from(body), { "content-encoding": encoding });
    await assert.rejects(readBody(small, 1 << 20), { status: 413 });
  }
  await refuses(packed(gzipSync(new Uint8Array(1001)), "gzip"), 413, /more than 1.00 kB/);
  assert.equal((await readBody(packed(gzipSync(new Uint8Array(1000)), "gzip"), 1000)).length, 1000);
});

Deno.test("readBody() refuses what is packed otherwise than it says", async () => {
  const whole = gzipSync(PLAIN);
  await refuses(packed(PLAIN, "gzip"), 400, /^Cannot unpack the body as gzip: /);
  await refuses(packed(whole.subarray(0, 20), "gzip"), 400, /^Cannot unpack the body as gzip: /);
  await refuses(
    packed(deflateRawSync(PLAIN), "deflate"),
    400,
    /^Cannot unpack the body as deflate/,
  );
  await refuses(packed(new Uint8Array(), "gzip"), 400, /^Cannot unpack the body as gzip: /);
});

Deno.test("readText() refuses what is not UTF-8, and leaves out a byte order mark", async () => {
  assert.equal(await readText(request(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b)), 10), "{");
  await assert.rejects(readText(request(Uint8Array.of(0xff)), 10), { status: 400 });
});

Deno.test("readBody() reserves no memory for what a length only promises", async () => {
  const request = new Request("http://localhost/", {
    method: "POST",
    headers: { "content-length": "3000000" },
    body: "all that came",
  });
  request.bytes = () => assert.fail("Deno reserves it all for this");
  assert.equal(await readText(request, 4_000_000), "all that came");
});
