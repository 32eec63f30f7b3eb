import assert from "node:assert/strict";
import { freePorts, isFreePort } from "../../scripts/services/ports.ts";

Deno.test("freePorts() gives different ports that nobody listens on", () => {
  const ports = freePorts(100);
  assert.equal(new Set(ports).size, 100);
  const taken = Deno.listen({ hostname: "127.0.0.1", port: ports[0]! });
  assert.equal(isFreePort(ports[0]!), false);
  taken.close();
  assert.equal(isFreePort(ports[0]!), true);
});

Deno.test("freePorts() gives none that the system may give to somebody else", () => {
  const own = Array.from({ length: 20 }, () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    return listener.addr.port;
  });
  assert(Math.max(...freePorts(100)) < Math.min(...own));
});
