/** A server of a model that anyone can check, over HTTP and gRPC, for clients that nobody here wrote. */
import { createHandler } from "../../lib/serve/handler.ts";
import { grpcMethods } from "../../lib/serve/grpc_service.ts";
import { listen } from "../../lib/serve/listen.ts";
import { listenGrpc } from "../../lib/serve/listen_grpc.ts";
import { Metrics } from "../../lib/serve/metrics.ts";
import { ModelRepository } from "../../lib/serve/model_repository.ts";
import { repositoryRoutes } from "../../lib/serve/repository_routes.ts";
import { FakeSource } from "../serve/fake_source.ts";

/** Where it answers. */
export interface InferenceServer extends AsyncDisposable {
  readonly http: string;
  readonly grpc: string;
}

/** Serves versions 1 and 2 of model `sum` (a picture's class is the sum of its 6 bytes, modulo 10), and `slow`, which never answers. */
export async function startInferenceServer(): Promise<InferenceServer> {
  await using stack = new AsyncDisposableStack();
  const slow = new FakeSource("slow", ["1"]);
  let proving = true;
  const { predict } = (await slow.open("1")).predictor;
  slow.other["1"] = {
    predict: (images) => proving ? predict(images) : new Promise(() => {}),
  };
  const sources = [new FakeSource("sum", ["1", "2"]), slow];
  const repository = new ModelRepository(sources, {
    host: { now: Date.now },
    onEvent() {},
    keep: 2,
  });
  await repository.loadAll();
  proving = false;
  const metrics = new Metrics({
    now: () => performance.now(),
    usage: () => ({ cpuSeconds: 1, residentBytes: 1e8, startedAt: 1.8e9 }),
  });
  const server = { name: "digits", version: "1" };
  const routes = [metrics.routes(), repositoryRoutes(repository, { control: true })];
  const handler = createHandler({ models: repository, routes, observer: metrics, server });
  const http = stack.use(listen(handler, { port: 0, drainMs: 100 }));
  const methods = grpcMethods({
    models: repository,
    server,
    repository,
    isRightToken: undefined,
    observer: metrics,
    onError: console.error,
  });
  const grpc = stack.use(await listenGrpc(methods, { port: 0, drainMs: 100 }));
  const held = stack.move();
  return {
    http: http.url.replace("http://", ""),
    grpc: grpc.url,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
