import assert from "node:assert/strict";
import { bearerToken, tokenCheck, withToken } from "../../lib/serve/auth.ts";

const guarded = withToken(() => Promise.resolve(new Response("in")), tokenCheck("s3cret"), {
  open: (path) => path.startsWith("/page/"),
});

async function statusOf(path: string, init: RequestInit = {}): Promise<number> {
  return (await guarded(new Request(`http://localhost${path}`, init))).status;
}

Deno.test("withToken() lets in who carries the token, in any case of Bearer", async () => {
  for (const authorization of ["Bearer s3cret", "bearer  s3cret "]) {
    assert.equal(await statusOf("/v2/models", { headers: { authorization } }), 200);
  }
});

Deno.test("withToken() answers 401 to all others, and says how to ask", async () => {
  for (const authorization of ["", "s3cret", "Basic s3cret", "Bearer s3cre", "Bearer s3cret x"]) {
    const response = await guarded(
      new Request("http://localhost/v2/models/a/infer", {
        method: "POST",
        headers: { authorization },
      }),
    );
    assert.equal(response.status, 401);
    assert.equal(response.headers.get("www-authenticate"), 'Bearer realm="digits-recognizer"');
    assert.deepEqual(await response.json(), {
      error: "Cannot answer without the token: send it as authorization: Bearer TOKEN",
    });
  }
});

Deno.test("withToken() leaves health checks and the page open, to read only", async () => {
  const open = [
    "/",
    "/v2/health/live",
    "/v2/health/ready?verbose=1",
    "/v2/models/a/ready",
    "/v2/models/a/versions/1/ready",
    "/page/style.css",
  ];
  for (const path of open) {
    assert.equal(await statusOf(path), 200, path);
    assert.equal(await statusOf(path, { method: "POST" }), 401, path);
  }
  const closed = [
    "/metrics",
    "/v2/models/a",
    "/v2/models/a/b/ready",
    "/v2/health/ready/x",
    "/v2/models/ready",
    "/x/v2/health/live",
  ];
  for (const path of closed) assert.equal(await statusOf(path), 401, path);
});

Deno.test("bearerToken() finds nothing in what is no bearer's header", () => {
  for (const header of [null, undefined, "", "Bearer", "Bearer ", "Bearer a b", "Negotiate a"]) {
    assert.equal(bearerToken(header), "");
  }
  assert.equal(tokenCheck("x")(""), false);
});
