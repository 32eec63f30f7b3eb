/**
 * What the V1 protocol of KServe has beside predictions.
 *
 * @module
 */
import { Hono } from "hono";
import type { ModelLookup } from "./repository.ts";
import { refuseMethod } from "./refuse.ts";

/** `GET /`, `GET /v1/models` and `GET /v1/models/NAME`. */
export function v1Routes(models: ModelLookup): Hono {
  return new Hono()
    .get("/", (context) => context.json({ status: "alive" }))
    .all(refuseMethod("GET, HEAD"))
    .get("/v1/models", (context) => context.json({ models: modelNames(models) }))
    .all(refuseMethod("GET, HEAD"))
    .all("/v1/models/:action{.+(?::|%3[Aa])predict}", refuseMethod("POST"))
    .get("/v1/models/:name", (context) => {
      using model = models.find(context.req.param("name"));
      return context.json({ name: model.predictor.name, ready: true });
    })
    .all(refuseMethod("GET, HEAD"));
}

/** Every model once. */
export function modelNames(models: ModelLookup): readonly string[] {
  return [...new Set(models.index().map(({ name }) => name))];
}
