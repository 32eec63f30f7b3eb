/**
 * The whole pipeline as a process of its own, timed from outside.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { UnavailableError } from "../../lib/base/errors.ts";

const Summary = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ testAccuracy: v.number(), dataset: v.string() }),
);

/** What one run took. */
export interface PipelineRun {
  /** From starting the program to its end. */
  readonly seconds: number;
  /** The most memory it had, in bytes; null where the system does not tell. */
  readonly peakBytes: number | null;
  readonly testAccuracy: number;
}

/** Runs the pipeline in that home. @throws {UnavailableError} when it fails. */
export async function runPipelineProcess(
  options: { readonly home: string; readonly data: string; readonly signal: AbortSignal },
): Promise<PipelineRun> {
  const startedAt = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      ...["read", "write", "net", "env", "ffi", "sys"].map((name) => `--allow-${name}`),
      fileURLToPath(new URL("../main.ts", import.meta.url)),
      ...["pipeline", "--json", "--data", options.data],
    ],
    env: { DIGITS_HOME: options.home },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: options.signal,
  }).spawn();
  const output = child.output();
  const peakBytes = await watchMemory(child.pid, output);
  const { success, stdout, stderr } = await output;
  const seconds = (performance.now() - startedAt) / 1000;
  const summary = v.safeParse(Summary, new TextDecoder().decode(stdout));
  if (!success || !summary.success) {
    const lines = new TextDecoder().decode(stderr).trim().split("\n");
    throw new UnavailableError(`Cannot measure the pipeline as it failed: ${lines.at(-1)}`);
  }
  return { seconds, peakBytes, testAccuracy: summary.output.testAccuracy };
}

/** Linux keeps the high-water mark of a process; it is read until the process ends. */
async function watchMemory(pid: number, ended: Promise<unknown>): Promise<number | null> {
  let peak: number | null = null;
  let running = true;
  const end = ended.finally(() => running = false);
  while (running) {
    peak = await readPeak(pid) ?? peak;
    const pause = Promise.withResolvers<void>();
    const timer = setTimeout(pause.resolve, 100);
    await Promise.race([end.then(() => {}, () => {}), pause.promise]);
    clearTimeout(timer);
  }
  return peak;
}

async function readPeak(pid: number): Promise<number | undefined> {
  try {
    const status = await Deno.readTextFile(`/proc/${pid}/status`);
    const kilobytes = status.match(/^VmHWM:\s+(\d+) kB$/m)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined; // it has just ended, or this is not Linux
  }
}
