import assert from "node:assert/strict";
import { withCors } from "../../lib/serve/cors.ts";

const PAGE = "https://page.example";

function ask(init: RequestInit, origin = PAGE): Promise<Response> {
  const handler = withCors(() => Promise.resolve(new Response("answer")), origin);
  return handler(new Request("http://localhost/v2/models", init));
}

Deno.test("withCors() lets pages of its origin read answers, and no others", async () => {
  const own = await ask({ headers: { origin: PAGE } });
  assert.equal(own.headers.get("access-control-allow-origin"), PAGE);
  assert.equal(own.headers.get("vary"), "origin");
  assert.equal(await own.text(), "answer");
  for (const origin of ["https://evil.example", "null", `${PAGE}.evil.example`]) {
    const other = await ask({ headers: { origin } });
    assert.equal(other.headers.get("access-control-allow-origin"), null);
    assert.equal(other.headers.get("vary"), "origin");
  }
  const any = await ask({ headers: { origin: "https://evil.example" } }, "*");
  assert.equal(any.headers.get("access-control-allow-origin"), "*");
});

Deno.test("withCors() answers a preflight itself, for its origin only", async () => {
  const preflight = (origin: string) =>
    ask({
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
  const own = await preflight(PAGE);
  assert.equal(own.status, 204);
  assert.equal(own.headers.get("access-control-allow-methods"), "GET, HEAD, POST");
  assert.match(own.headers.get("access-control-allow-headers")!, /content-type/);
  assert.equal((await preflight("https://evil.example")).status, 200); // The handler's business.
});

Deno.test("withCors() leaves requests without an origin alone", async () => {
  const response = await ask({});
  assert.equal(response.headers.get("vary"), null);
});
