/**
 * Our inference server as `deno task serve` starts it.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { UnavailableError } from "../../lib/base/errors.ts";
import project from "../../deno.json" with { type: "json" };
import { freePort } from "../services/ports.ts";

const START_MS = 60_000;
const POLL_MS = 20;

/** A server in a process of its own. Disposing of it kills it. */
export interface ServeProcess extends AsyncDisposable {
  /** Without a last `/`. */
  readonly url: string;
  /** From its start until it was ready. */
  readonly startMs: number;
  /** Tells it to end, as Kubernetes does. */
  end(): void;
}

/**
 * Starts it, on a free port; done when it is ready.
 * @throws {UnavailableError} when it ends instead.
 */
export async function startServe(flags: readonly string[]): Promise<ServeProcess> {
  const [, ...command] = project.tasks.serve.command.split(" ");
  const port = freePort();
  const startedAt = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...command, ...flags, "--port", String(port)],
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let ended = false;
  child.status.then(() => ended = true);
  const url = `http://127.0.0.1:${port}`;
  while (!await isReady(url)) {
    const late = performance.now() - startedAt > START_MS;
    if (late && !ended) child.kill("SIGKILL");
    if (late || ended) {
      throw new UnavailableError(
        `Cannot serve: it is not ready, ${command.join(" ")} ${flags.join(" ")}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const startMs = performance.now() - startedAt;
  return {
    url,
    startMs,
    end: () => child.kill("SIGTERM"),
    async [Symbol.asyncDispose]() {
      if (!ended) child.kill("SIGKILL");
      await child.status;
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/v2/health/ready`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false; // Nobody listens yet.
  }
}
