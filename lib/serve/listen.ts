/**
 * Puts a handler on a socket. The only file of this room that touches the machine.
 *
 * @module
 */
import { BusyError, messageOf, UnavailableError } from "../base/errors.ts";
import type { Handler } from "./handler.ts";

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
   * How long it may take to answer those. Connections that are open still stay
   * so until the process exits: `Deno.serve` has no way to cut them.
   * @default 5000
   */
  readonly drainMs?: number;
}

/**
 * Starts to answer requests over HTTP.
 * @throws {BusyError} when the port is in use.
 * @throws {UnavailableError} when the address can't be listened on for another reason.
 */
export function listen(handler: Handler, options: ListenOptions): Server {
  const { hostname = "127.0.0.1", port, signal, drainMs = 5_000 } = options;
  signal?.throwIfAborted();
  const http = serveOrExplain(handler, { hostname, port });
  const late = Promise.withResolvers<void>();

  let drained: Promise<void> | undefined;
  async function drain(): Promise<void> {
    signal?.removeEventListener("abort", stop);
    const timer = setTimeout(late.resolve, drainMs);
    await Promise.race([http.shutdown(), late.promise]);
    clearTimeout(timer);
  }
  function stop(): Promise<void> {
    return drained ??= drain();
  }
  signal?.addEventListener("abort", stop);
  return {
    url: urlOf(http.addr),
    finished: Promise.race([http.finished, late.promise]),
    [Symbol.asyncDispose]: stop,
  };
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
