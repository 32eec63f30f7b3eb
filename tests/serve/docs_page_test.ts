import assert from "node:assert/strict";
import { docsRoutes } from "../../lib/serve/docs_page.ts";
import { createHandler } from "../../lib/serve/handler.ts";
import { Metrics } from "../../lib/serve/metrics.ts";
import { ModelRepository } from "../../lib/serve/model_repository.ts";
import { ModelStatistics } from "../../lib/serve/model_statistics.ts";
import { openApi } from "../../lib/serve/openapi.ts";
import { repositoryRoutes } from "../../lib/serve/repository_routes.ts";
import { v1Routes } from "../../lib/serve/v1_routes.ts";
import { v2Routes } from "../../lib/serve/v2_routes.ts";
import { FakeSource } from "./fake_source.ts";

const server = { name: "digits", version: "1.2" };
const description = openApi({ server, token: false });
const metrics = new Metrics({
  now: () => 0,
  usage: () => ({ cpuSeconds: 0, residentBytes: 0, startedAt: 0 }),
});

async function openRepository(): Promise<ModelRepository> {
  const source = new FakeSource("sum", ["1"]);
  const repository = new ModelRepository([source], { host: { now: () => 0 }, onEvent() {} });
  await repository.loadAll();
  return repository;
}

/** `GET /v2/models/{name}` and so on, of what is described. */
const described = Object.entries(description.paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, operation]) => ({ path, method, operation }))
);

Deno.test("what the server answers to is what openapi.json describes", async () => {
  await using repository = await openRepository();
  const apps = [
    v1Routes(repository),
    v2Routes({ models: repository, statistics: new ModelStatistics(), server }),
    repositoryRoutes(repository, { control: true }),
    docsRoutes({ server, token: false }),
    metrics.routes(),
  ];
  const routes = apps.flatMap(({ routes }) => routes)
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  const inferences = [
    "POST /v1/models/{name}:predict",
    "POST /v2/models/{name}/infer",
    "POST /v2/models/{name}/versions/{version}/infer",
  ];
  assert.deepEqual(
    described.map(({ path, method }) => `${method.toUpperCase()} ${path}`).sort(),
    [...new Set([...routes, ...inferences])].sort(),
  );
});

Deno.test("every described route answers as described, and other methods get 405", async () => {
  for (const { path, method, operation } of described) {
    await using repository = await openRepository();
    const handler = createHandler({
      models: repository,
      routes: [
        repositoryRoutes(repository, { control: true }),
        docsRoutes({ server, token: false }),
        metrics.routes(),
      ],
    });
    const address = `http://localhost${path.replace("{name}", "sum").replace("{version}", "1")}`;
    const ask = (method: string, body?: string) =>
      handler(new Request(address, { method, body: body ?? null }));
    const data = '{"name": "image", "datatype": "UINT8", "shape": [1, 6], "data": [1,2,3,4,5,6]}';
    const body = path.endsWith("infer")
      ? `{"inputs": [${data}]}`
      : path.endsWith("predict")
      ? '{"instances": [[1, 2, 3, 4, 5, 6]]}'
      : "{}";
    const response = await ask(method.toUpperCase(), method === "post" ? body : undefined);
    assert.equal(response.status, 200, path);
    const { content } = operation.responses["200"] as { content: object };
    const [type] = response.headers.get("content-type")!.split(";");
    assert(Object.keys(content).includes(type!), `${path} answers with ${type}`);
    await response.body?.cancel();
    const wrong = await ask("DELETE");
    assert.equal(wrong.status, 405, path);
    assert(wrong.headers.get("allow")!.includes(method.toUpperCase()));
    await wrong.body?.cancel();
  }
});

Deno.test("every status that a route may answer with beside 200 is described as an error", () => {
  for (const { path, operation: { responses } } of described) {
    for (const status of Object.keys(responses)) assert.match(status, /^[2-5]\d\d$/, path);
  }
  const predict = description.paths["/v1/models/{name}:predict"]!.post!;
  assert.deepEqual(
    Object.keys(predict.responses),
    ["200", "400", "404", "408", "413", "415", "500", "503", "504"],
  );
});

Deno.test("openapi.json says which routes need the token", () => {
  const { paths } = openApi({ server, token: true });
  assert.deepEqual(paths["/v2/health/ready"]!.get!.security, []);
  assert.deepEqual(paths["/metrics"]!.get!.security, [{ token: [] }]);
  assert("401" in paths["/metrics"]!.get!.responses);
  assert(!("401" in paths["/v2/health/ready"]!.get!.responses));
});

Deno.test("/docs is a page that loads nothing and shows every route", async () => {
  const routes = docsRoutes({ server: { name: "<script>", version: "1" }, token: false });
  const response = await routes.request("/docs");
  const page = await response.text();
  assert.match(response.headers.get("content-security-policy")!, /^default-src 'none'/);
  assert.doesNotMatch(page, /<script|src=|https?:\/\//);
  for (const { path, method } of described) {
    assert(page.includes(`${method.toUpperCase()} ${path}`));
  }
});
