/**
 * Puts the gRPC service on a socket. Loaded only where it is wanted: its library takes
 * 0.1 s and 25 MB.
 *
 * @module
 */
import grpc from "@grpc/grpc-js";
import { Buffer } from "node:buffer";
import { BusyError, messageOf, UnavailableError } from "../base/errors.ts";
import { bearerToken } from "./auth.ts";
import { type GrpcCall, GrpcError, type GrpcMethod } from "./grpc_service.ts";
import { type Server, stopOnce } from "./listen.ts";

const SERVICE = "inference.GRPCInferenceService";

/** Where to listen, and until when. */
export interface ListenGrpcOptions {
  /** @default "127.0.0.1", this machine only */
  readonly hostname?: string;
  /** 0 is any free one; see the server's `url`. */
  readonly port: number;
  /** Larger messages are refused with RESOURCE_EXHAUSTED. @default 4 MiB */
  readonly maxBodyBytes?: number;
  /** Aborted, the server takes no more calls and answers those that it has taken. */
  readonly signal?: AbortSignal;
  /** How long it goes on taking calls after that. @default 0 */
  readonly lingerMs?: number;
  /** How long it may take to answer those; then they are cut off. @default 5000 */
  readonly drainMs?: number;
}

/**
 * Starts to answer gRPC calls, without TLS.
 * @throws {BusyError} when the port is in use.
 * @throws {UnavailableError} when the address can't be listened on for another reason.
 */
export async function listenGrpc(
  methods: Readonly<Record<string, GrpcMethod>>,
  options: ListenGrpcOptions,
): Promise<Server> {
  const { hostname = "127.0.0.1", port, maxBodyBytes = 4 << 20, signal } = options;
  const { lingerMs = 0, drainMs = 5_000 } = options;
  signal?.throwIfAborted();
  grpc.setLogVerbosity(grpc.logVerbosity.NONE); // What goes wrong is thrown, or told to the caller.
  const server = new grpc.Server({
    "grpc.max_receive_message_length": maxBodyBytes,
    "grpc.max_send_message_length": -1,
  });
  server.addService(definitionOf(Object.keys(methods)), handlersOf(methods));
  const bound = await bindOrExplain(server, hostname, port);
  const finished = Promise.withResolvers<void>();

  async function drain(): Promise<void> {
    const timer = setTimeout(() => server.forceShutdown(), drainMs);
    await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
    clearTimeout(timer);
    finished.resolve();
  }
  return {
    url: addressOf(hostname, bound),
    finished: finished.promise,
    [Symbol.asyncDispose]: stopOnce({ signal, lingerMs, drain }),
  };
}

function definitionOf(names: readonly string[]): grpc.ServiceDefinition {
  const same = (bytes: Buffer): Buffer => bytes;
  return Object.fromEntries(names.map((name) => [name, {
    path: `/${SERVICE}/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  }]));
}

function handlersOf(
  methods: Readonly<Record<string, GrpcMethod>>,
): grpc.UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [name, handlerOf(method)]),
  );
}

function handlerOf(method: GrpcMethod): grpc.handleUnaryCall<Buffer, Buffer> {
  return (call, answer) => {
    const leaving = new AbortController();
    call.on("cancelled", () => leaving.abort(new DOMException("The caller left", "AbortError")));
    const [authorization] = call.metadata.get("authorization");
    const context: GrpcCall = {
      token: bearerToken(authorization?.toString()),
      signal: leaving.signal,
    };
    method(call.request, context).then(
      (bytes) => answer(null, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
      (error) => answer({ code: codeOf(error), details: messageOf(error) }),
    );
  };
}

function codeOf(error: unknown): number {
  return error instanceof GrpcError ? error.code : grpc.status.INTERNAL;
}

async function bindOrExplain(server: grpc.Server, hostname: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const credentials = grpc.ServerCredentials.createInsecure();
  server.bindAsync(addressOf(hostname, port), credentials, (error, bound) => {
    if (error) reject(error);
    else resolve(bound);
  });
  try {
    return await promise;
  } catch (error) {
    if (/EADDRINUSE/.test(messageOf(error))) {
      throw new BusyError(
        `Cannot listen on port ${port} of ${hostname} as another program does: ` +
          `stop it, or choose another port with --grpc-port`,
      );
    }
    throw new UnavailableError(
      `Cannot listen on port ${port} of ${hostname}: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

function addressOf(hostname: string, port: number): string {
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
