/**
 * Puts a handler on a socket. The only file of this room that touches the machine.
 *
 * @module
 */
import { BusyError, messageOf, UnavailableError } from "../base/errors.ts";
import type { Handler } from "./handler.ts";
import { withDeadline } from "./request_deadline.ts";

const TICKS = 20; // A request that hangs is ended at most a twentieth of its time too late.

/** A server that listens. Disposing of it drains it. */
export interface Server extends AsyncDisposable {
  /** Where it answers, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Fulfilled once it has stopped and the last request is answered, or `drainMs` is over. */
  readonly finished: Promise<void>;
}

/** Where to listen, and until when. */
export interface ListenOptions {
  /**
   * `0.0.0.0` is every interface.
   * @default "127.0.0.1", this machine only
   */
  readonly hostname?: string;
  /** 0 is any free one; see {@linkcode Server.url}. */
  readonly port: number;
  /** Aborted, the server takes no more requests and answers those that it has taken. */
  readonly signal?: AbortSignal;
  /**
   * How long it goes on taking requests after that, so that whoever sends them can learn
   * that it ends. Answers then close their connections.
   * @default 0
   */
  readonly lingerMs?: number;
  /**
   * How long it may take to answer those. Connections that are open still stay
   * so until the process exits: `Deno.serve` has no way to cut them.
   * @default 5000
   */
  readonly drainMs?: number;
  /**
   * How long a request may take, from its headers to its answer: otherwise that is 408.
   * Until its headers are complete nothing bounds it, as `Deno.serve` has no limit there.
   * @default 60000
   */
  readonly requestMs?: number;
}

/**
 * Starts to answer requests over HTTP.
 * @throws {BusyError} when the port is in use.
 * @throws {UnavailableError} when the address can't be listened on for another reason.
 */
export function listen(handler: Handler, options: ListenOptions): Server {
  const { hostname = "127.0.0.1", port, signal } = options;
  const { lingerMs = 0, drainMs = 5_000, requestMs = 60_000 } = options;
  signal?.throwIfAborted();
  const timed = withDeadline(handler, { ticks: TICKS });
  let closing = false;
  const http = serveOrExplain(
    (request) => closing ? answerLast(timed.handler, request) : timed.handler(request),
    { hostname, port },
  );
  const ticking = setInterval(timed.tick, requestMs / TICKS);
  Deno.unrefTimer(ticking);
  const late = Promise.withResolvers<void>();

  async function drain(): Promise<void> {
    const timer = setTimeout(late.resolve, drainMs);
    await Promise.race([http.shutdown(), late.promise]);
    clearTimeout(timer);
    clearInterval(ticking);
  }
  return {
    url: urlOf(http.addr),
    finished: Promise.race([http.finished, late.promise]),
    [Symbol.asyncDispose]: stopOnce({ signal, lingerMs, begin: () => closing = true, drain }),
  };
}

/** How a server stops. */
export interface Stopping {
  /** Aborted, it stops by itself. */
  readonly signal: AbortSignal | undefined;
  /** How long it goes on taking requests when it stops by itself. */
  readonly lingerMs: number;
  /** Called before that. */
  readonly begin?: () => void;
  /** Takes no more requests and answers those that were taken. */
  readonly drain: () => Promise<void>;
}

/** Stops a server once: what is given back stops it now, and waits until it has stopped. */
export function stopOnce({ signal, lingerMs, begin, drain }: Stopping): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  async function stop(waitMs: number): Promise<void> {
    signal?.removeEventListener("abort", onAbort);
    begin?.();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    await drain();
  }
  function onAbort(): void {
    stopped ??= stop(lingerMs);
  }
  signal?.addEventListener("abort", onAbort);
  return () => stopped ??= stop(0);
}

async function answerLast(handler: Handler, request: Request): Promise<Response> {
  const response = await handler(request);
  response.headers.set("connection", "close");
  return response;
}

function serveOrExplain(
  handler: Handler,
  options: { readonly hostname: string; readonly port: number },
): Deno.HttpServer<Deno.NetAddr> {
  const { hostname, port } = options;
  try {
    return Deno.serve({ ...options, onListen() {} }, (request) => handler(request));
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      throw new BusyError(
        `Cannot listen on port ${port} of ${hostname} as another program does: ` +
          `stop it, or choose another port with --port`,
      );
    }
    if (error instanceof RangeError || error instanceof TypeError) throw error;
    throw new UnavailableError(
      `Cannot listen on port ${port} of ${hostname}: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

function urlOf({ hostname, port }: Deno.NetAddr): string {
  const reachable = hostname === "0.0.0.0" ? "127.0.0.1" : hostname === "::" ? "::1" : hostname;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}
