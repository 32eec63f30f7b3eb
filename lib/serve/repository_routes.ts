/**
 * The repository extension of the Open Inference Protocol: which models there are, and
 * loading and unloading them.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import * as v from "valibot";
import { DataError, UnavailableError } from "../base/errors.ts";
import { readText } from "./body.ts";
import type { ModelRepository } from "./model_repository.ts";
import type { ModelLookup } from "./repository.ts";
import { refuseMethod } from "./refuse.ts";
import { RequestError } from "./request_error.ts";

const MAX_BYTES = 10_000;

const indexSchema = v.object({ ready: v.optional(v.boolean(), false) });
const loadSchema = v.object({
  parameters: v.optional(v.object({ version: v.optional(v.string()) }), {}),
});

/** Who may load and unload. */
export interface RepositoryRouteOptions {
  /** Otherwise both are refused with 403. */
  readonly control: boolean;
}

/** `POST /v2/repository/index`: every version there is, or with `{"ready": true}` those that answer. */
export function indexRoute(models: Pick<ModelLookup, "index">): Hono {
  return new Hono()
    .post("/v2/repository/index", async (context) => {
      const { ready } = await readJson(context.req.raw, indexSchema);
      return context.json(repositoryIndex(models, ready));
    })
    .all(refuseMethod("POST"));
}

/**
 * `POST /v2/repository/models/NAME/load` and `/unload`.
 * `{"parameters": {"version": "3"}}` means one version, beside the one in service.
 */
export function repositoryRoutes(
  repository: Pick<ModelRepository, "load" | "unload">,
  { control }: RepositoryRouteOptions,
): Hono {
  async function change(
    context: Context,
    verb: "load" | "unload",
  ): Promise<Response> {
    checkMayChange(context.req.raw, control);
    const name = context.req.param("name") ?? "";
    const { parameters: { version } } = await readJson(context.req.raw, loadSchema);
    await changeModel(repository, verb, { name, version });
    return context.json({ name, [verb]: true });
  }

  return new Hono()
    .post("/v2/repository/models/:name/load", (context) => change(context, "load"))
    .all(refuseMethod("POST"))
    .post("/v2/repository/models/:name/unload", (context) => change(context, "unload"))
    .all(refuseMethod("POST"));
}

/**
 * Loads or unloads a model.
 * @throws {RequestError} when that can't be done, whatever the reason.
 */
export async function changeModel(
  repository: Pick<ModelRepository, "load" | "unload">,
  verb: "load" | "unload",
  { name, version }: { readonly name: string; readonly version: string | undefined },
): Promise<void> {
  try {
    await repository[verb](name, version);
  } catch (error) {
    if (error instanceof DataError) throw new RequestError(400, error.message);
    if (error instanceof UnavailableError) throw new RequestError(503, error.message);
    throw error;
  }
}

/** The index as the protocol has it. */
export function repositoryIndex(
  repository: Pick<ModelRepository, "index">,
  onlyReady: boolean,
): readonly { name: string; version: string; state: string; reason: string }[] {
  return repository.index()
    .filter(({ state }) => !onlyReady || state === "READY")
    .map(({ name, version, state, reason }) => ({ name, version, state, reason }));
}

/** Any page in a browser can post to a server on its machine: not this. */
function checkMayChange({ headers, url }: Request, control: boolean): void {
  if (!control) {
    throw new RequestError(
      403,
      "Cannot load or unload models here: start the server with --model-control or a token",
    );
  }
  const origin = headers.get("origin");
  if (origin !== null && origin !== new URL(url).origin && !headers.has("authorization")) {
    throw new RequestError(403, "Cannot load or unload models for a page of another origin");
  }
}

/** An empty body is an empty object. */
async function readJson<T>(request: Request, schema: v.GenericSchema<unknown, T>): Promise<T> {
  const text = await readText(request, MAX_BYTES);
  let json: unknown;
  try {
    json = text.trim() === "" ? {} : JSON.parse(text);
  } catch {
    throw new RequestError(400, "Cannot parse the body as JSON");
  }
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new RequestError(
    400,
    `Cannot read ${v.getDotPath(issue) ?? "the body"}: ${issue.message}`,
  );
}
