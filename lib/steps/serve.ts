/**
 * The last stage: lets others use the model.
 *
 * @module
 */
import type { Host } from "../base/host.ts";
import { loadEngine } from "../model/engines.ts";
import type { TrainedModel } from "../model/trained_model.ts";
import { withCors } from "../serve/cors.ts";
import { createHandler } from "../serve/handler.ts";
import { listen, type ListenOptions, type Server } from "../serve/listen.ts";
import { openModel } from "../serve/open_model.ts";
import { serveOnKserve, type ServeOnKserveOptions, type Service } from "./serve_on_kserve.ts";

export type { ServeOnKserveOptions, Service } from "./serve_on_kserve.ts";

/** Where and as what to serve in this process. */
export interface ServeOptions extends Omit<ListenOptions, "port"> {
  /** `local` is this process. @default "local" */
  readonly target?: "local";
  /** Says how many cores may compute, and what time it is. */
  readonly host: Pick<Host, "cores" | "now">;
  /** What clients call the model. @default "digits-recognizer" */
  readonly name?: string;
  /** Which version of that name it is. @default "1" */
  readonly version?: string;
  /** 0 is any free one; see the server's `url`. @default 8080 */
  readonly port?: number;
  /** `auto`, `onnx` or `onnx-wasm`. @default "auto" */
  readonly engine?: string;
  /** Origin whose pages may ask, such as `http://127.0.0.1:8888`; `*` is every one. @default none */
  readonly cors?: string;
}

/**
 * Starts an HTTP server on this machine that answers V1 and V2 requests with the
 * model. Dispose of it to end it: what it has accepted is answered first.
 *
 * @throws {DataError} when the bytes are not a model; {BusyError} when the port is in use;
 * {UnavailableError} when no engine works here.
 */
export function serve(model: TrainedModel, options: ServeOptions): Promise<Server>;
/**
 * Stores the model where a cluster reads it, makes a KServe service of it or gives the service this
 * model, waits until it is ready, and proves it by predictions. Where that fails, what was served
 * before stays in service.
 *
 * @throws {UsageError} when the store is on this machine, or the cluster refuses the service;
 * {UnavailableError} when the cluster can't be reached or does not get the service ready;
 * {DataError} when the bytes are not a model, or the service says something else than the model.
 */
export function serve(model: TrainedModel, options: ServeOnKserveOptions): Promise<Service>;
export async function serve(
  model: TrainedModel,
  options: ServeOptions | ServeOnKserveOptions,
): Promise<Server | Service> {
  return options.target === "kserve"
    ? await serveOnKserve(model, options)
    : await serveHere(model, options);
}

async function serveHere(model: TrainedModel, options: ServeOptions): Promise<Server> {
  const { host, name = "digits-recognizer", version = "1", port = 8080, cors, ...where } = options;
  const engine = await loadEngine(options.engine ?? "auto", { threads: host.cores });
  await using stack = new AsyncDisposableStack();
  const sharing = { batch: { now: () => host.now() } };
  const { predictor } = stack.use(await openModel(model, { name, version, engine, sharing }));
  const handler = createHandler({ models: [predictor] });
  const server = listen(cors === undefined ? handler : withCors(handler, cors), { ...where, port });
  const held = stack.move();
  return {
    url: server.url,
    finished: server.finished,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await held.disposeAsync();
    },
  };
}
