/**
 * The inference server as a function from request to response. It needs no
 * socket: tests and the pipeline's own proof call it directly.
 *
 * @module
 */
import { Hono, type MiddlewareHandler } from "hono";
import { inferenceHandler } from "./inference.ts";
import { matchInference } from "./inference_route.ts";
import { ModelStatistics } from "./model_statistics.ts";
import type { RequestObserver } from "./observer.ts";
import { drawingPage } from "./page/page.ts";
import type { Predictor } from "./predictor.ts";
import { refusal } from "./refuse.ts";
import { fixedModels, type ModelLookup } from "./repository.ts";
import { RequestError } from "./request_error.ts";
import { v1Routes } from "./v1_routes.ts";
import { v2Routes } from "./v2_routes.ts";

/** Answers a request. Never rejects. */
export type Handler = (request: Request) => Promise<Response>;

/** Some paths, and what answers them. An app made with Hono is such. */
export interface Routes {
  /** In the order in which they are tried. */
  readonly routes: readonly {
    readonly method: string;
    readonly path: string;
    /** Hono's kind of handler. */
    readonly handler: (...args: never[]) => unknown;
  }[];
}

/** What to serve, and within which bounds. */
export interface HandlerOptions {
  /** Models that stay as they are, each of another name; or a repository, whose models come and go. */
  readonly models: readonly Predictor[] | ModelLookup;
  /**
   * Larger bodies are refused, packed or unpacked.
   * @default 4 MiB
   */
  readonly maxBodyBytes?: number;
  /**
   * Told of what went wrong inside; the client only learns that something did.
   * @default console.error
   */
  readonly onError?: (error: unknown) => void;
  /** Told of each request for predictions. */
  readonly observer?: RequestObserver;
  /** Answers beside those for models. What they throw is answered as everywhere. */
  readonly routes?: readonly Routes[];
  /**
   * What `GET /v2` says of the server.
   * @default digits-recognizer, of no version
   */
  readonly server?: { readonly name: string; readonly version: string };
}

/**
 * Makes the server. It speaks the Open Inference Protocol (V2), KServe's V1, and to
 * browsers it shows a page to draw digits on. Every answer to a program is JSON, with
 * numbers as bytes behind it where that was asked for; one that isn't 2xx is
 * `{"error": "…"}`.
 *
 * @example Ask a model in this process
 * ```ts
 * import { connect, createHandler, type Predictor } from "@fourdotinfinity/digits-recognizer";
 *
 * const inkwell: Predictor = {
 *   name: "inkwell",
 *   version: "1",
 *   imageShape: [1, 1, 1],
 *   classNames: ["paper", "ink"],
 *   predict: (images) =>
 *     Promise.resolve({
 *       probabilities: Float32Array.from([...images].flatMap((ink) => [1 - ink / 255, ink / 255])),
 *     }),
 * };
 * const client = connect(createHandler({ models: [inkwell] }), { model: "inkwell" });
 * const [prediction] = await client.predict([Uint8Array.of(255)]);
 * console.assert(prediction?.label === "ink");
 * ```
 * @throws {RangeError} when a name can't be part of a path, or two models have one name.
 */
export function createHandler(options: HandlerOptions): Handler {
  const {
    maxBodyBytes = 4 << 20, // 1,000 digits as JSON integers are about 3 MB; more is a mistake or an attack.
    onError = console.error,
    observer = deaf,
    routes = [],
    server = { name: "digits-recognizer", version: "" },
  } = options;
  const models = "find" in options.models && "ready" in options.models
    ? options.models
    : fixedModels(options.models);
  const statistics = new ModelStatistics();
  const refuse = (error: unknown): Response => refusal(error, onError);
  const infer = inferenceHandler({
    models,
    maxBodyBytes,
    observer: {
      now: () => observer.now(),
      answered(report) {
        statistics.answered(report);
        observer.answered(report);
      },
    },
    refuse,
  });

  const app = new Hono();
  const own = [drawingPage(), v1Routes(models), v2Routes({ models, statistics, server })];
  for (const { method, path, handler } of [...routes, ...own].flatMap(({ routes }) => routes)) {
    app.on(method, path, handler as MiddlewareHandler);
  }
  app
    .notFound(({ req }) => {
      const shown = JSON.stringify(req.path.slice(0, 100));
      throw new RequestError(
        404,
        `Cannot find ${shown}: models are under /v1/models and /v2/models`,
      );
    })
    .onError((error) => {
      throw error;
    });

  return async (request) => {
    // Before all else, and without Hono, which takes as long as reading a picture.
    const route = matchInference(request);
    if (route) return await infer(request, route);
    try {
      return await app.fetch(request);
    } catch (error) {
      return refuse(error);
    }
  };
}

/** Without anyone to tell there is no need of a clock. */
const deaf: RequestObserver = { now: () => 0, answered() {} };
