import assert from "node:assert/strict";
import { type AccessLine, withAccessLog } from "../../lib/serve/access_log.ts";

function logged(what: "errors" | "requests", status: number) {
  const lines: AccessLine[] = [];
  const times = [1_000, 1_250];
  const handler = withAccessLog(() => Promise.resolve(new Response("it", { status })), {
    what,
    log: (line) => lines.push(line),
    now: () => times.shift()!,
    newId: () => "made-up",
  });
  return { handler, lines };
}

Deno.test("withAccessLog() logs a request, and says its id in the answer", async () => {
  const { handler, lines } = logged("requests", 200);
  const request = new Request("http://localhost/v2/models?secret=1", {
    headers: { "x-request-id": "abc-1" },
  });
  const response = await handler(request);
  assert.equal(response.headers.get("x-request-id"), "abc-1");
  assert.equal(await response.text(), "it");
  assert.deepEqual(lines, [{
    time: "1970-01-01T00:00:01.250Z",
    level: "info",
    request_id: "abc-1",
    method: "GET",
    path: "/v2/models",
    status: 200,
    ms: 250,
  }]);
});

Deno.test("withAccessLog() makes an id where there is none, or one that is no id", async () => {
  for (const id of ["", "a b", '"}', "x".repeat(129)]) {
    const { handler, lines } = logged("requests", 200);
    const headers = id === "" ? {} : { "x-request-id": id };
    const response = await handler(new Request("http://localhost/", { headers }));
    assert.equal(response.headers.get("x-request-id"), "made-up");
    assert.equal(lines[0]!.request_id, "made-up");
  }
});

Deno.test("withAccessLog() of errors logs only what the server failed to answer", async () => {
  for (const [status, count] of [[200, 0], [404, 0], [500, 1], [503, 1]] as const) {
    const { handler, lines } = logged("errors", status);
    const response = await handler(new Request("http://localhost/v2/models"));
    assert.equal(lines.length, count, `${status}`);
    assert.equal(response.headers.has("x-request-id"), count === 1);
    if (count === 1) assert.equal(lines[0]!.level, "error");
  }
});

Deno.test("withAccessLog() of errors says nothing of a server that is not ready yet", async () => {
  const { handler, lines } = logged("errors", 503);
  await handler(new Request("http://localhost/v2/health/ready"));
  assert.deepEqual(lines, []);
});
