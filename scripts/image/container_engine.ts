/**
 * Docker or podman, whichever is there.
 *
 * @module
 */
import { messageOf, UnavailableError } from "../../lib/base/errors.ts";

/** What builds images: both take the same arguments, with few exceptions. */
export const ENGINES = ["docker", "podman"] as const;

/** One of them. */
export type EngineName = typeof ENGINES[number];

/** How a program ended. */
export interface EngineResult {
  readonly success: boolean;
  readonly stdout: string;
  /** Lines of both streams, as they came; empty ones left out. */
  readonly lines: readonly string[];
}

/** What an engine is told to do with what it says, and when to end it. */
export interface EngineOptions {
  /** Told each line as it comes. */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs an engine to its end.
 * @throws {Deno.errors.NotFound} when it is not installed.
 */
export async function runEngine(
  engine: EngineName,
  args: readonly string[],
  { onLine, signal }: EngineOptions = {},
): Promise<EngineResult> {
  const child = new Deno.Command(engine, {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...(signal && { signal }),
  }).spawn();
  const lines: string[] = [];
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> => {
    let all = "";
    let rest = "";
    const take = (line: string) => {
      if (line.trim() === "") return;
      lines.push(line);
      onLine?.(line);
    };
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      all += text;
      const parts = (rest + text).split(/\r?\n/);
      rest = parts.pop()!;
      parts.forEach(take);
    }
    take(rest);
    return all;
  };
  const [stdout, , { success }] = await Promise.all([
    read(child.stdout),
    read(child.stderr),
    child.status,
  ]);
  signal?.throwIfAborted();
  return { success, stdout, lines };
}

/**
 * The engine that was asked for, or else the first one that answers.
 * @throws {UnavailableError} with what each of them said.
 */
export async function findEngine(
  asked: EngineName | undefined,
  options: Pick<EngineOptions, "signal">,
): Promise<EngineName> {
  const candidates = asked === undefined ? ENGINES : [asked];
  const refusals: string[] = [];
  for (const engine of candidates) {
    const refusal = await refusalOf(engine, options);
    if (refusal === undefined) return engine;
    refusals.push(`${engine} ${refusal}`);
  }
  throw new UnavailableError(
    `Cannot build an image: ${refusals.join("; ")}. Install and start docker or podman`,
  );
}

/** Why an engine can't be used; undefined when it can: the client alone builds nothing. */
async function refusalOf(
  engine: EngineName,
  options: Pick<EngineOptions, "signal">,
): Promise<string | undefined> {
  try {
    const { success, lines } = await runEngine(engine, ["info"], options);
    if (success) return undefined;
    return `does not answer (${lines.at(-1) ?? "it does not say why"})`;
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof Deno.errors.NotFound) return "is not installed";
    return `does not start (${messageOf(error)})`;
  }
}
