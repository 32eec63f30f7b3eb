/**
 * What the Open Inference Protocol (V2) has beside predictions.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import type { ModelStatistics } from "./model_statistics.ts";
import type { ModelLookup, ServedModel } from "./repository.ts";
import { refuseMethod } from "./refuse.ts";
import { indexRoute } from "./repository_routes.ts";
import { modelNames } from "./v1_routes.ts";
import { modelConfig, modelMetadata } from "./v2_description.ts";

const EXTENSIONS = [
  "binary_tensor_data",
  "classification",
  "model_configuration",
  "model_repository",
  "statistics",
];

/** What the routes tell of. */
export interface V2RouteOptions {
  readonly models: ModelLookup;
  readonly statistics: ModelStatistics;
  /** What the server calls itself. */
  readonly server: { readonly name: string; readonly version: string };
}

/** Health, metadata, configuration and statistics. */
export function v2Routes({ models, statistics, server }: V2RouteOptions): Hono {
  const routes = new Hono()
    .get("/v2", (context) => context.json({ ...server, extensions: EXTENSIONS }))
    .all(refuseMethod("GET, HEAD"))
    .get("/v2/health/live", (context) => context.json({ live: true }))
    .all(refuseMethod("GET, HEAD"))
    .get("/v2/health/ready", (context) => {
      const ready = models.ready();
      return context.json({ ready }, ready ? 200 : 503);
    })
    .all(refuseMethod("GET, HEAD"))
    .get("/v2/models", (context) => context.json({ models: modelNames(models) }))
    .all(refuseMethod("GET, HEAD"))
    .get("/v2/models/stats", (context) => {
      const ready = models.index().filter(({ state }) => state === "READY");
      return context.json({
        model_stats: ready.map(({ name, version }) => statistics.of(name, version)),
      });
    })
    .all(refuseMethod("GET, HEAD"));

  /** Answers for a model, with or without a version in the path. */
  function get(path: string, answer: (context: Context, model: ServedModel) => Response): void {
    for (const version of ["", "/versions/:version"]) {
      routes.get(`/v2/models/:name${version}${path}`, (context) => {
        const { name, version } = context.req.param() as { name: string; version?: string };
        using model = models.find(name, version);
        return answer(context, model);
      }).all(refuseMethod("GET, HEAD"));
    }
  }
  get("", (context, { predictor }) => {
    const versions = models.index()
      .filter(({ name, state }) => name === predictor.name && state === "READY")
      .map(({ version }) => version);
    return context.json(modelMetadata(predictor, versions));
  });
  get(
    "/ready",
    (context, { predictor: { name } }) => context.json({ name, ready: true }),
  );
  get("/config", (context, { predictor }) => context.json(modelConfig(predictor)));
  get(
    "/stats",
    (context, { predictor: { name, version } }) =>
      context.json({ model_stats: [statistics.of(name, version)] }),
  );
  return routes
    .route("/", indexRoute(models))
    .all("/v2/models/:name/infer", refuseMethod("POST"))
    .all("/v2/models/:name/versions/:version/infer", refuseMethod("POST"));
}
