/**
 * A real server for as long as a test needs it.
 *
 * @module
 */
import { join } from "node:path";
import { unlessMissing } from "../../lib/base/unless_missing.ts";
import { freePort } from "./ports.ts";
import { ServerProcess, type ServerProgram } from "./server_process.ts";

/** A server that answers, until it is killed or disposed of. */
export interface RealServer extends AsyncDisposable {
  /** Without a last `/`. */
  readonly url: string;
  /** Everything it keeps, and its log. */
  readonly folder: string;
  /** Ends it as a power cut would; done when nobody listens on its port any more. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and with the same data; done when it answers. */
  restart(): Promise<void>;
  /** Everything it has said. */
  log(): Promise<string>;
}

/**
 * Starts a server on a free port, in a temporary folder that goes when it is disposed of.
 * @throws {UnavailableError} with the end of its log, when it ends or does not answer.
 */
export async function startServer(
  plan: (place: { readonly port: number; readonly folder: string }) => ServerProgram,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<RealServer> {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "digits-service-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const port = freePort();
  const program = plan({ port, folder });
  stack.defer(() => removeAll(program.leftovers ?? []));
  const place = { port, folder, logFile: join(folder, "log"), background: false };
  const server = new ServerProcess(program, place);
  stack.defer(() => server.kill());
  server.spawn();
  await server.ready({ signal });
  const owned = stack.move();
  return {
    url: server.url,
    folder,
    kill: () => server.kill(),
    restart: async () => {
      await server.kill();
      server.spawn();
      await server.ready();
    },
    log: () => server.log(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Removes files that may be there. */
export async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) await unlessMissing(Deno.remove(path));
}
