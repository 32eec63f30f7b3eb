/**
 * The inference server as a function from request to response. It needs no
 * socket: tests and the pipeline's own proof call it directly.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { DataError } from "../base/errors.ts";
import { readText } from "./body.ts";
import type { Predictor } from "./predictor.ts";
import { RequestError } from "./request_error.ts";
import { parseV1Request, toPredictions } from "./v1.ts";

const MODEL_NAME = /^[a-z0-9][a-z0-9._-]*$/i; // Part of paths and of Kubernetes names.

/** Answers a request. Never rejects. */
export type Handler = (request: Request) => Promise<Response>;

/** What to serve, and within which bounds. */
export interface HandlerOptions {
  /** Their names must differ. */
  readonly models: readonly Predictor[];
  /**
   * Larger bodies are refused.
   * @default 4 MiB
   */
  readonly maxBodyBytes?: number;
  /**
   * Told of what went wrong inside; the client only learns that something did.
   * @default console.error
   */
  readonly onError?: (error: unknown) => void;
}

/**
 * Makes the server: `GET /`, `GET /v1/models`, `GET /v1/models/NAME`,
 * `POST /v1/models/NAME:predict`. Every answer is JSON; one that isn't 2xx is
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
    models,
    maxBodyBytes = 4 << 20, // 1,000 digits as JSON integers are about 3 MB; more is a mistake or an attack.
    onError = console.error,
  } = options;
  const byName = indexByName(models);

  function find(name: string): Predictor {
    const model = byName.get(name);
    if (model) return model;
    const shown = JSON.stringify(name.slice(0, 100));
    throw new RequestError(404, `Cannot find model ${shown}: GET /v1/models lists them`);
  }

  async function predict(context: Context, name: string): Promise<Response> {
    const model = find(name);
    const images = parseRequest(await readText(context.req.raw, maxBodyBytes), model);
    const { probabilities } = await model.predict(images);
    return context.json({ predictions: toPredictions(probabilities, model.classNames) });
  }

  const app = new Hono()
    .get("/", (context) => context.json({ status: "alive" }))
    .all(refuseMethod("GET, HEAD"))
    .get("/v1/models", (context) => context.json({ models: [...byName.keys()] }))
    .all(refuseMethod("GET, HEAD"))
    .post("/v1/models/:action{.*(?::|%3A)predict}", (context) => {
      return predict(context, context.req.param("action").slice(0, -":predict".length));
    })
    .all(refuseMethod("POST"))
    .get("/v1/models/:name", (context) => {
      const { name } = find(context.req.param("name"));
      return context.json({ name, ready: true });
    })
    .all(refuseMethod("GET, HEAD"))
    .notFound(({ req }) => {
      const shown = JSON.stringify(req.path.slice(0, 100));
      throw new RequestError(404, `Cannot find ${shown}: models are under /v1/models`);
    })
    .onError((error) => {
      throw error;
    });

  return async (request) => {
    try {
      return await app.fetch(request);
    } catch (error) {
      if (error instanceof RequestError) {
        const { message, status, headers } = error;
        return Response.json({ error: message }, { status, headers });
      }
      onError(error);
      return Response.json({ error: "The server failed; its log says why" }, { status: 500 });
    }
  };
}

function indexByName(models: readonly Predictor[]): ReadonlyMap<string, Predictor> {
  const byName = new Map<string, Predictor>();
  for (const model of models) {
    const shown = JSON.stringify(model.name);
    if (!MODEL_NAME.test(model.name)) {
      throw new RangeError(
        `Cannot serve a model as ${shown}: a name is letters, digits, ".", "_" and "-"`,
      );
    }
    if (byName.has(model.name)) throw new RangeError(`Cannot serve two models as ${shown}`);
    byName.set(model.name, model);
  }
  return byName;
}

function parseRequest(body: string, { imageShape }: Predictor): Uint8Array | Float32Array {
  try {
    return parseV1Request(body, imageShape);
  } catch (error) {
    throw error instanceof DataError ? new RequestError(400, error.message) : error;
  }
}

function refuseMethod(allow: string): (context: Context) => never {
  return ({ req }) => {
    throw new RequestError(405, `Cannot ${req.method} ${req.path}: use ${allow}`, { allow });
  };
}
