import assert from "node:assert/strict";
import { DataError, UnavailableError } from "../../lib/base/errors.ts";
import { createHandler } from "../../lib/serve/handler.ts";
import { ModelRepository } from "../../lib/serve/model_repository.ts";
import { repositoryRoutes } from "../../lib/serve/repository_routes.ts";
import { FakeSource } from "./fake_source.ts";

/** A server with versions 1 to 3 of model a, of which 3 is in service. */
async function serverOf({ control = true } = {}) {
  const source = new FakeSource("a", ["1", "2", "3"]);
  const repository = new ModelRepository([source], { host: { now: () => 0 }, onEvent() {} });
  await repository.loadAll();
  const handler = createHandler({
    models: repository,
    routes: [repositoryRoutes(repository, { control })],
  });
  return {
    source,
    async ask(path: string, body?: unknown, headers: Record<string, string> = {}) {
      const response = await handler(
        new Request(`http://localhost${path}`, {
          method: "POST",
          headers,
          ...(body !== undefined &&
            { body: typeof body === "string" ? body : JSON.stringify(body) }),
        }),
      );
      return { status: response.status, json: await response.json() };
    },
    [Symbol.asyncDispose]: () => repository[Symbol.asyncDispose](),
  };
}

const LOAD = "/v2/repository/models/a/load";
const UNLOAD = "/v2/repository/models/a/unload";

Deno.test("the index lists every version and its state, or the ready ones", async () => {
  await using server = await serverOf();
  await server.ask(LOAD, { parameters: { version: "1" } });
  assert.deepEqual(await server.ask("/v2/repository/index"), {
    status: 200,
    json: [
      { name: "a", version: "1", state: "READY", reason: "" },
      { name: "a", version: "3", state: "READY", reason: "" },
    ],
  });
  await server.ask(UNLOAD);
  assert.deepEqual((await server.ask("/v2/repository/index", { ready: true })).json, []);
  const { json } = await server.ask("/v2/repository/index", {});
  assert.deepEqual(json.map(({ state }: { state: string }) => state), ["UNAVAILABLE"]);
});

Deno.test("a model is unloaded and loaded again, and versions beside it", async () => {
  await using server = await serverOf();
  assert.deepEqual(await server.ask(UNLOAD), { status: 200, json: { name: "a", unload: true } });
  const predict = () => server.ask("/v1/models/a:predict", { instances: [[1, 2, 3, 4, 5, 6]] });
  assert.equal((await predict()).status, 503);
  assert.deepEqual(await server.ask(LOAD, "null "), {
    status: 400,
    json: { error: "Cannot read the body: Invalid type: Expected Object but received null" },
  });
  assert.deepEqual(await server.ask(LOAD, ""), { status: 200, json: { name: "a", load: true } });
  assert.equal((await predict()).status, 200);
  const version = { parameters: { version: "2", config: "ignored" } };
  assert.equal((await server.ask(LOAD, version)).status, 200);
  assert.equal((await server.ask(UNLOAD, version)).status, 200);
  assert.equal((await server.ask(UNLOAD, version)).status, 404);
  assert.equal((await server.ask(UNLOAD, { parameters: { version: "3" } })).status, 409);
});

Deno.test("a version that can't be loaded is the caller's error or the store's, never a 500", async () => {
  await using server = await serverOf();
  const load = (version: string) => server.ask(LOAD, { parameters: { version } });
  server.source.other["1"] = new DataError("it is damaged");
  server.source.other["2"] = new UnavailableError("the store is away");
  assert.deepEqual(await load("1"), { status: 400, json: { error: "it is damaged" } });
  assert.deepEqual(await load("2"), { status: 503, json: { error: "the store is away" } });
  assert.equal((await load("9")).status, 404);
  assert.equal((await server.ask("/v2/repository/models/..%2fa/load")).status, 404);
  const bad = { parameters: { version: 1 } };
  assert.deepEqual(await server.ask(LOAD, bad), {
    status: 400,
    json: {
      error: "Cannot read parameters.version: Invalid type: Expected string but received 1",
    },
  });
  assert.equal((await server.ask(LOAD, " ".repeat(20_000))).status, 413);
});

Deno.test("nobody loads or unloads where that is off, and no page of another origin where it is on", async () => {
  await using off = await serverOf({ control: false });
  for (const path of [LOAD, UNLOAD]) {
    const { status, json } = await off.ask(path);
    assert.equal(status, 403);
    assert.match(json.error, /start the server with --model-control or a token$/);
  }
  assert.equal((await off.ask("/v2/repository/index")).status, 200);
  await using on = await serverOf();
  assert.equal((await on.ask(UNLOAD, "", { origin: "https://evil.example" })).status, 403);
  assert.equal((await on.ask(UNLOAD, "", { origin: "http://localhost" })).status, 200);
});
