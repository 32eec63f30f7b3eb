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
  v.object({ testAccuracy: v.number(), peakMemoryBytes: v.number() }),
);

/** What one run took. */
export interface PipelineRun {
  /** From starting the program to its end. */
  readonly seconds: number;
  /** The most memory it had. */
  readonly peakMemoryBytes: number;
  readonly testAccuracy: number;
}

/** Runs the pipeline in that home. @throws {UnavailableError} when it fails. */
export async function runPipelineProcess(
  options: { readonly home: string; readonly data: string; readonly signal: AbortSignal },
): Promise<PipelineRun> {
  const startedAt = performance.now();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      ...["read", "write", "net", "env", "ffi", "sys=homedir"].map((name) => `--allow-${name}`),
      fileURLToPath(new URL("../main.ts", import.meta.url)),
      ...["pipeline", "--json", "--data", options.data],
    ],
    env: { DIGITS_HOME: options.home },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: options.signal,
  }).output();
  const seconds = (performance.now() - startedAt) / 1000;
  const summary = v.safeParse(Summary, new TextDecoder().decode(stdout));
  if (!success || !summary.success) {
    const lines = new TextDecoder().decode(stderr).trim().split("\n");
    throw new UnavailableError(`Cannot measure the pipeline as it failed: ${lines.at(-1)}`);
  }
  return { seconds, ...summary.output };
}
