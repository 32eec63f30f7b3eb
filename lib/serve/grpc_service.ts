/**
 * The Open Inference Protocol over gRPC, as functions from request bytes to answer
 * bytes: `inference.GRPCInferenceService`. It needs no socket.
 *
 * @module
 */
import { DataError, messageOf } from "../base/errors.ts";
import type { TokenCheck } from "./auth.ts";
import { imageSize } from "../digits/digits.ts";
import { grpcInferAnswer, readGrpcInfer } from "./grpc_infer.ts";
import {
  decodeMessage,
  encodeMessage,
  type GrpcMessages,
  type InferParameters,
  type RequestName,
  type ResponseName,
} from "./grpc_messages.ts";
import { InferenceReport } from "./inference.ts";
import type { ModelRepository } from "./model_repository.ts";
import type { RequestObserver } from "./observer.ts";
import type { ModelLookup } from "./repository.ts";
import { changeModel, repositoryIndex } from "./repository_routes.ts";
import { RequestError } from "./request_error.ts";
import { modelMetadata } from "./v2_description.ts";

/** What a call comes with beside its message. */
export interface GrpcCall {
  /** Of its `authorization`; empty when it has none. */
  readonly token: string;
  /** Aborted when the caller leaves, or the call's deadline has passed. */
  readonly signal: AbortSignal;
}

/** Answers a call. Rejects with a {@linkcode GrpcError} only. */
export type GrpcMethod = (request: Uint8Array, call: GrpcCall) => Promise<Uint8Array>;

/** What to answer with. */
export interface GrpcServiceOptions {
  readonly models: ModelLookup;
  /** What the server calls itself. */
  readonly server: { readonly name: string; readonly version: string };
  /** Loads and unloads; undefined where nobody may. */
  readonly repository: Pick<ModelRepository, "load" | "unload"> | undefined;
  /** Calls but those for health must carry the token; undefined where none is needed. */
  readonly isRightToken: TokenCheck | undefined;
  /** Hears of requests for predictions. */
  readonly observer: RequestObserver;
  /** Told of what went wrong inside; the caller only learns that something did. */
  readonly onError: (error: unknown) => void;
}

/** The codes of gRPC that we answer with. */
export const grpcCodes = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

const EXTENSIONS = ["classification", "model_repository"];

const CODE_OF_STATUS: Readonly<Record<RequestError["status"], number>> = {
  400: grpcCodes.INVALID_ARGUMENT,
  401: grpcCodes.UNAUTHENTICATED,
  403: grpcCodes.PERMISSION_DENIED,
  404: grpcCodes.NOT_FOUND,
  405: grpcCodes.INVALID_ARGUMENT,
  408: grpcCodes.DEADLINE_EXCEEDED,
  409: grpcCodes.FAILED_PRECONDITION,
  413: grpcCodes.RESOURCE_EXHAUSTED,
  415: grpcCodes.INVALID_ARGUMENT,
  503: grpcCodes.UNAVAILABLE,
  504: grpcCodes.DEADLINE_EXCEEDED,
};

/** Why a call failed, for its caller. */
export class GrpcError extends Error {
  override name = "GrpcError";
  /** One of {@linkcode grpcCodes}. */
  readonly code: number;
  /** The HTTP status that means the same. */
  readonly status: number;

  constructor(code: number, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Every method of the service, by name. */
export function grpcMethods(options: GrpcServiceOptions): Readonly<Record<string, GrpcMethod>> {
  const { models, isRightToken } = options;

  function method<N extends RequestName>(
    requestName: N,
    responseName: ResponseName,
    answer: (request: GrpcMessages[N], call: GrpcCall) => Answer | Promise<Answer>,
    { open = false } = {},
  ): GrpcMethod {
    return async (bytes, call) => {
      try {
        if (!open && isRightToken && !isRightToken(call.token)) {
          throw new RequestError(
            401,
            "Cannot answer without the token: send it as authorization: Bearer TOKEN",
          );
        }
        const request = decode(requestName, bytes);
        return encodeMessage(responseName, await answer(request, call));
      } catch (error) {
        throw toGrpcError(error, call, options.onError);
      }
    };
  }

  async function change(
    verb: "load" | "unload",
    { first, model_name, parameters }: GrpcMessages["RepositoryModelRequest"],
  ): Promise<Answer> {
    if (!options.repository) {
      throw new RequestError(
        403,
        "Cannot load or unload models here: start the server with --model-control or a token",
      );
    }
    const name = model_name || first;
    await changeModel(options.repository, verb, { name, version: versionOf(parameters) });
    return { model_name: name, isLoaded: true };
  }

  return {
    ServerLive: method("Empty", "LiveResponse", () => ({ live: true }), { open: true }),
    ServerReady: method(
      "Empty",
      "ReadyResponse",
      () => ({ ready: models.ready() }),
      { open: true },
    ),
    ModelReady: method("ModelRequest", "ReadyResponse", ({ name, version }) => {
      return { ready: isReady(models, name, version) };
    }, { open: true }),
    ServerMetadata: method(
      "Empty",
      "ServerMetadataResponse",
      () => ({ ...options.server, extensions: EXTENSIONS }),
    ),
    ModelMetadata: method("ModelRequest", "ModelMetadataResponse", ({ name, version }) => {
      using model = models.find(name, version || undefined);
      return modelMetadata(model.predictor, versionsOf(models, name)) as Answer;
    }),
    ModelInfer: observed(
      options.observer,
      (report) =>
        method("ModelInferRequest", "ModelInferResponse", (request, call) => {
          return infer(request, call, { models, report });
        }),
    ),
    RepositoryIndex: method("RepositoryIndexRequest", "RepositoryIndexResponse", ({ ready }) => {
      return { models: repositoryIndex(models, ready) };
    }),
    RepositoryModelLoad: method(
      "RepositoryModelRequest",
      "RepositoryModelResponse",
      (request) => change("load", request),
    ),
    RepositoryModelUnload: method(
      "RepositoryModelRequest",
      "RepositoryModelResponse",
      (request) => change("unload", request),
    ),
  };
}

type Answer = Readonly<Record<string, unknown>>;

/** A method whose calls are reported, each with a report of its own. */
function observed(
  observer: RequestObserver,
  method: (report: InferenceReport) => GrpcMethod,
): GrpcMethod {
  return async (bytes, call) => {
    const report = new InferenceReport("grpc", observer);
    try {
      const answer = await method(report)(bytes, call);
      report.answered(200);
      return answer;
    } catch (error) {
      report.answered(error instanceof GrpcError ? error.status : 500);
      throw error;
    }
  };
}

async function infer(
  request: GrpcMessages["ModelInferRequest"],
  { signal }: GrpcCall,
  { models, report }: { readonly models: ModelLookup; readonly report: InferenceReport },
): Promise<Answer> {
  const { model_name, model_version, id } = request;
  using model = models.find(model_name, model_version || undefined);
  const { predictor } = model;
  report.found(predictor);
  const { images, outputs } = readRequest(() => readGrpcInfer(request, predictor));
  report.read(images.length / imageSize(predictor.imageShape));
  const { probabilities } = await predictor.predict(images, { signal });
  report.predicted();
  return grpcInferAnswer(probabilities, { model: predictor, id, outputs });
}

/** What is wrong with a request is the caller's; what is wrong with a model is not. */
function readRequest<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof DataError ? new RequestError(400, error.message) : error;
  }
}

function decode<N extends RequestName>(name: N, bytes: Uint8Array): GrpcMessages[N] {
  try {
    return decodeMessage(name, bytes);
  } catch (error) {
    throw new RequestError(400, `Cannot read the message: ${messageOf(error)}`);
  }
}

/** A model that is unknown is not ready, and a version that is none neither. */
function isReady(models: ModelLookup, name: string, version: string): boolean {
  return models.index().some((known) =>
    known.name === name && known.state === "READY" &&
    (version === "" ? known.latest : known.version === version)
  );
}

function versionsOf(models: ModelLookup, name: string): readonly string[] {
  return models.index()
    .filter((known) => known.name === name && known.state === "READY")
    .map(({ version }) => version);
}

function versionOf({ version }: InferParameters): string | undefined {
  return version?.string_param;
}

function toGrpcError(
  error: unknown,
  { signal }: GrpcCall,
  onError: (error: unknown) => void,
): GrpcError {
  if (error instanceof RequestError) {
    return new GrpcError(CODE_OF_STATUS[error.status], error.status, error.message);
  }
  if (signal.aborted) return new GrpcError(grpcCodes.CANCELLED, 408, "The caller left");
  onError(error);
  return new GrpcError(grpcCodes.INTERNAL, 500, "The server failed; its log says why");
}
