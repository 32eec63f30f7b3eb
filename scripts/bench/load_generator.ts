/**
 * Load from programs made for it: `wrk` sends the next request when it has an answer,
 * `vegeta` sends them at a constant rate, whether they are answered or not.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { UnavailableError } from "../../lib/base/errors.ts";
import { goInstall } from "../services/go_install.ts";
import type { InstallOptions } from "../services/installation.ts";
import type { LoadRequest } from "./serving_requests.ts";

const VEGETA = "github.com/tsenart/vegeta/v12@v12.13.0";
const MOST_WORKERS = 1000; // Requests that may be unanswered; a server that is that late has failed.

const Load = v.object({
  requestsPerSecond: v.number(),
  p50Ms: v.number(),
  p99Ms: v.number(),
  failed: v.number(),
});

/** What a load came to. */
export type LoadResult = v.InferOutput<typeof Load>;

const VegetaReport = v.object({
  throughput: v.number(),
  requests: v.number(),
  success: v.number(),
  latencies: v.object({ "50th": v.number(), "99th": v.number() }),
});

/** Where to send a request, and for how long. */
interface LoadOptions {
  readonly url: string;
  readonly seconds: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Keeps so many connections busy.
 * @throws {UnavailableError} when there is no `wrk`.
 */
export async function closedLoop(
  request: LoadRequest,
  { url, seconds, connections, signal }: LoadOptions & { readonly connections: number },
): Promise<LoadResult> {
  await using body = await temporaryFile(request.body);
  const output = await run("wrk", {
    args: [
      ...["--threads", "1", "--connections", String(connections), "--duration", `${seconds}s`],
      ...["--timeout", "10s", "--script", fileURLToPath(new URL("./load.lua", import.meta.url))],
      url + request.path,
    ],
    env: {
      LOAD_BODY: body.path,
      LOAD_HEADERS: Object.entries(request.headers).map((pair) => pair.join(": ")).join("\n"),
    },
    signal,
    missing: "install it, such as by apt install wrk or brew install wrk",
  });
  return v.parse(v.pipe(v.string(), v.parseJson(), Load), output.trim().split("\n").at(-1));
}

/**
 * Sends so many requests a second, each when it is due: a server that is slow for a
 * moment is not spared those of that moment.
 * @param program from {@linkcode installVegeta}.
 */
export async function openLoop(
  request: LoadRequest,
  { url, seconds, rate, signal, program }: LoadOptions & {
    readonly rate: number;
    readonly program: string;
  },
): Promise<LoadResult> {
  await using body = await temporaryFile(request.body);
  const headers = Object.entries(request.headers).flatMap((pair) => ["-header", pair.join(": ")]);
  await using targets = await temporaryFile(
    new TextEncoder().encode(`POST ${url}${request.path}\n`),
  );
  await using results = await temporaryFile(new Uint8Array());
  await run(program, {
    args: [
      ...["attack", "-targets", targets.path, "-body", body.path, ...headers],
      ...["-rate", String(rate), "-duration", `${seconds}s`, "-output", results.path],
      ...["-max-workers", String(MOST_WORKERS), "-timeout", "10s"],
    ],
    signal,
    missing: "install it again",
  });
  const output = await run(program, {
    args: ["report", "-type", "json", results.path],
    signal,
    missing: "install it again",
  });
  const report = v.parse(v.pipe(v.string(), v.parseJson(), VegetaReport), output);
  return {
    requestsPerSecond: report.throughput,
    p50Ms: report.latencies["50th"] / 1e6,
    p99Ms: report.latencies["99th"] / 1e6,
    failed: Math.round(report.requests * (1 - report.success)),
  };
}

/** The path of vegeta, which is built where it is missing. @throws {UnavailableError} */
export async function installVegeta(options: InstallOptions): Promise<string> {
  return await goInstall("vegeta", VEGETA, options);
}

async function run(program: string, { args, env = {}, signal, missing }: {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  readonly missing: string;
}): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    env,
    stdin: "null",
    ...(signal && { signal }),
  }).output().catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new UnavailableError(`Cannot make load as there is no ${program}: ${missing}`);
  });
  signal?.throwIfAborted();
  const text = new TextDecoder();
  if (success) return text.decode(stdout);
  throw new UnavailableError(`Cannot make load with ${program}: ${text.decode(stderr).trim()}`);
}

async function temporaryFile(
  bytes: Uint8Array,
): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempFile({ prefix: "digits-load-" });
  await Deno.writeFile(path, bytes);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path) };
}
