/**
 * What the server answers to, as OpenAPI 3.1 describes it.
 *
 * @module
 */

import { isOpenPath } from "./auth.ts";

/** What is to be described. */
export interface OpenApiOptions {
  /** What the server calls itself. */
  readonly server: { readonly name: string; readonly version: string };
  /** Whether requests must carry a token. */
  readonly token: boolean;
}

/** A route as it is described. */
export interface Operation {
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly unknown[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security?: readonly unknown[];
}

/** The description, of which these parts matter to us; it is plain JSON. */
export interface OpenApi {
  readonly openapi: string;
  readonly info: Readonly<Record<"title" | "version" | "description", string>>;
  readonly paths: Readonly<
    Record<string, Readonly<Partial<Record<"get" | "post", Operation>>>>
  >;
  readonly components: Readonly<Record<string, unknown>>;
}

const pictures = "Pictures of digits: whole numbers 0..255, or numbers 0..1, where 0 is paper.";

const numbers = { type: "array", items: {} };
const text = { type: "string" };
const flagText = { type: "boolean" };
const object = (properties: Record<string, unknown>, required: readonly string[] = []) => ({
  type: "object",
  properties,
  ...(required.length > 0 && { required }),
});
const list = (items: unknown) => ({ type: "array", items });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const parameters = { type: "object", additionalProperties: true };

const schemas = {
  Error: object({ error: { ...text, description: "What was wrong, and where" } }, ["error"]),
  PredictRequest: {
    ...object({
      instances: { ...numbers, description: pictures },
      inputs: { ...numbers, description: "The same, under its other name" },
    }),
    examples: [{ instances: [["28 rows of 28 numbers"]] }],
  },
  PredictAnswer: object({
    predictions: list(object({
      label: text,
      class: { type: "integer" },
      probabilities: list({ type: "number" }),
    }, ["label", "class", "probabilities"])),
  }, ["predictions"]),
  Tensor: object({
    name: text,
    datatype: { ...text, examples: ["FP32", "UINT8", "INT64", "BYTES"] },
    shape: list({ type: "integer" }),
    data: { ...numbers, description: "Flat or nested; none where the numbers are sent as bytes" },
    parameters,
  }, ["name", "datatype", "shape"]),
  InferRequest: object({
    id: text,
    inputs: { ...list(ref("Tensor")), description: `One tensor named "image". ${pictures}` },
    outputs: {
      ...list(object({ name: text, parameters }, ["name"])),
      description: `"probabilities", "class" and "label"; all of them where none is named`,
    },
    parameters,
  }, ["inputs"]),
  InferAnswer: object({
    model_name: text,
    model_version: text,
    id: text,
    outputs: list(ref("Tensor")),
  }, ["model_name", "outputs"]),
  ModelMetadata: object({
    name: text,
    versions: list(text),
    platform: text,
    inputs: list(ref("Tensor")),
    outputs: list(ref("Tensor")),
  }, ["name", "platform", "inputs", "outputs"]),
  ChangeRequest: object({ parameters: object({ version: text }) }),
};

const json = (schema: unknown) => ({ "application/json": { schema } });
const answer = (description: string, schema: unknown) => ({ description, content: json(schema) });
const failure = (description: string) => answer(description, ref("Error"));

const NOT_FOUND = { "404": failure("There is no such model or version") };
const NOT_READY = { "503": failure("It is not loaded, or too much is waiting; try again later") };
const FAILURES = {
  "400": failure("The request can't be read: the error names the place and the value"),
  ...NOT_FOUND,
  "408": failure("The request took too long to come"),
  "413": failure("The request is too large"),
  "415": failure("The body is packed in a way that is not known"),
  "500": failure("The server failed"),
  ...NOT_READY,
  "504": failure("Its turn did not come in time"),
};

const pathParameter = (name: string) => ({ name, in: "path", required: true, schema: text });

function get(summary: string, schema: unknown, responses: Record<string, unknown> = {}): Operation {
  return {
    summary,
    parameters: [],
    responses: { "200": answer("As asked", schema), ...responses },
  };
}

function getModel(summary: string, schema: unknown): Operation {
  return get(summary, schema, { ...NOT_FOUND, ...NOT_READY });
}

function post(
  summary: string,
  { request, schema, responses }: {
    readonly request: unknown;
    readonly schema: unknown;
    readonly responses: Record<string, unknown>;
  },
): Operation {
  return {
    summary,
    parameters: [],
    requestBody: { content: json(request) },
    responses: { "200": answer("As asked", schema), ...responses },
  };
}

const infer: Operation = {
  summary: "Predicts",
  description: "Tensors may be sent as little-endian bytes behind the JSON, whose length is then " +
    "in the header inference-header-content-length; asked for with the parameter binary_data, " +
    "answers are sent so too.",
  parameters: [{
    name: "inference-header-content-length",
    in: "header",
    required: false,
    schema: { type: "integer" },
  }],
  requestBody: {
    required: true,
    content: {
      ...json(ref("InferRequest")),
      "application/octet-stream": { schema: { type: "string", format: "binary" } },
    },
  },
  responses: {
    "200": {
      description: "The answer",
      content: {
        ...json(ref("InferAnswer")),
        "application/octet-stream": { schema: { type: "string", format: "binary" } },
      },
    },
    ...FAILURES,
  },
};

const changes = (verb: "load" | "unload") =>
  post(`${verb === "load" ? "Loads" : "Unloads"} a model, or one version of it`, {
    request: ref("ChangeRequest"),
    schema: object({ name: text, [verb]: flagText }),
    responses: {
      "400": failure("It can't be loaded"),
      "403": failure("Nobody may do that here"),
      ...NOT_FOUND,
      "409": failure("That version is in service"),
      ...NOT_READY,
    },
  });

/** Each path once; a model's also with `/versions/{version}` behind it. */
const PATHS: Readonly<Record<string, Partial<Record<"get" | "post", Operation>>>> = {
  "/": {
    get: {
      summary: "Says that it is alive; shows browsers a page to draw on",
      parameters: [],
      responses: {
        "200": {
          description: "It is alive",
          content: { ...json(object({ status: text })), "text/html": { schema: text } },
        },
      },
    },
  },
  "/v1/models": { get: get("Lists the models", object({ models: list(text) })) },
  "/v1/models/{name}": {
    get: getModel("Says whether a model is ready", object({ name: text, ready: flagText })),
  },
  "/v1/models/{name}:predict": {
    post: post("Predicts", {
      request: ref("PredictRequest"),
      schema: ref("PredictAnswer"),
      responses: FAILURES,
    }),
  },
  "/v2": {
    get: get(
      "Says what the server is",
      object({ name: text, version: text, extensions: list(text) }),
    ),
  },
  "/v2/health/live": { get: get("Says that it is alive", object({ live: flagText })) },
  "/v2/health/ready": {
    get: get("Says whether every model is ready", object({ ready: flagText }), {
      "503": answer("Not yet, or no longer", object({ ready: flagText })),
    }),
  },
  "/v2/models": { get: get("Lists the models", object({ models: list(text) })) },
  "/v2/models/stats": {
    get: get("Tells what the models have done", object({ model_stats: list({}) })),
  },
  ...withVersion("", { get: getModel("Describes a model", ref("ModelMetadata")) }),
  ...withVersion("/ready", {
    get: getModel("Says whether a model is ready", object({ name: text, ready: flagText })),
  }),
  ...withVersion("/config", {
    get: getModel("Describes a model in Triton's words", { type: "object" }),
  }),
  ...withVersion("/stats", {
    get: getModel("Tells what a model has done", object({ model_stats: list({}) })),
  }),
  ...withVersion("/infer", { post: infer }),
  "/v2/repository/index": {
    post: post("Lists every version and its state", {
      request: object({ ready: flagText }),
      schema: list(object({ name: text, version: text, state: text, reason: text })),
      responses: { "400": failure("The body can't be read") },
    }),
  },
  "/v2/repository/models/{name}/load": { post: changes("load") },
  "/v2/repository/models/{name}/unload": { post: changes("unload") },
  "/metrics": {
    get: {
      summary: "Numbers for Prometheus",
      parameters: [],
      responses: { "200": { description: "All of them", content: { "text/plain": {} } } },
    },
  },
  "/openapi.json": { get: get("This description", { type: "object" }) },
  "/docs": {
    get: {
      summary: "This description, to read",
      parameters: [],
      responses: { "200": { description: "A page", content: { "text/html": {} } } },
    },
  },
};

/** Describes the server. */
export function openApi({ server, token }: OpenApiOptions): OpenApi {
  return {
    openapi: "3.1.0",
    info: {
      title: server.name,
      version: server.version || "0",
      description: "Reads digits in pictures: the Open Inference Protocol (V2) and KServe's V1. " +
        `Every answer that is not 2xx is {"error": "…"}.`,
    },
    paths: Object.fromEntries(
      Object.entries(PATHS).map((
        [path, operations],
      ) => [path, describePath(path, operations, token)]),
    ),
    components: {
      schemas,
      ...(token && { securitySchemes: { token: { type: "http", scheme: "bearer" } } }),
    },
  };
}

function withVersion<T>(path: string, operations: T): Readonly<Record<string, T>> {
  return {
    [`/v2/models/{name}${path}`]: operations,
    [`/v2/models/{name}/versions/{version}${path}`]: operations,
  };
}

function describePath(
  path: string,
  operations: Partial<Record<"get" | "post", Operation>>,
  token: boolean,
): Partial<Record<"get" | "post", Operation>> {
  const names = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => pathParameter(name!));
  return Object.fromEntries(
    Object.entries(operations).map(([method, operation]) => [method, {
      ...operation,
      parameters: [...names, ...operation.parameters],
      ...(token && {
        security: isOpenPath(path) ? [] : [{ token: [] }],
        responses: {
          ...operation.responses,
          ...(!isOpenPath(path) && { "401": failure("The token is missing, or another one") }),
        },
      }),
    }]),
  );
}
