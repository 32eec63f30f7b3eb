/**
 * Python environments for the peers, each with its own packages.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { encodeJson } from "../../lib/base/bytes.ts";
import { UnavailableError } from "../../lib/base/errors.ts";

const COMPLETE = "digits-packages.json"; // Written last: an environment without it is half-made.

/** Runs a program to its end. Rejects with `Deno.errors.NotFound` when there is no such program. */
export type RunProgram = (
  program: string,
  args: readonly string[],
  options: { readonly signal: AbortSignal | undefined },
) => Promise<{ readonly success: boolean; readonly output: string }>;

/** What to make, and how. */
export interface VenvOptions {
  /** Pinned, such as `numpy==2.4.6`. */
  readonly packages: readonly string[];
  /** What installing them takes, for people, such as `350 MB`. */
  readonly downloadSize: string;
  /**
   * The Python that the environment is made with.
   * @default "python3"
   */
  readonly python?: string;
  /** Told before anything slow starts, in words for people. */
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
  /** @default a subprocess */
  readonly run?: RunProgram;
}

/**
 * Makes a Python environment with these packages in `folder`, unless it is there
 * already. One that is half-made, or has other packages, is made anew.
 * @returns the path of its Python.
 * @throws {UnavailableError} when Python, its venv or a package can't be had.
 */
export async function makeVenv(folder: string, options: VenvOptions): Promise<string> {
  const { packages, downloadSize, python = "python3", signal, run = runProgram } = options;
  const venv = resolve(folder);
  const own = Deno.build.os === "windows"
    ? join(venv, "Scripts", "python.exe")
    : join(venv, "bin", "python");
  const complete = join(venv, COMPLETE);
  const wanted = new TextDecoder().decode(encodeJson(packages));
  if (await readIfThere(complete) === wanted) return own;

  const step = async (program: string, args: readonly string[], what: string): Promise<void> => {
    const { success, output } = await run(program, args, { signal }).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new UnavailableError(
        `Cannot ${what} as there is no ${program}: install Python 3.10 to 3.13`,
      );
    });
    signal?.throwIfAborted();
    if (!success) throw new UnavailableError(`Cannot ${what}: ${lastWords(output)}`);
  };
  options.onProgress?.(
    `Installing ${packages.join(", ")} into ${folder} (${downloadSize} to download)`,
  );
  await removeIfThere(venv);
  await step(python, ["-m", "venv", venv], "make a Python environment");
  const install = ["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--quiet"];
  await step(own, [...install, ...packages], `install ${packages.join(", ")}`);
  await Deno.writeTextFile(complete, wanted);
  return own;
}

async function runProgram(
  program: string,
  args: readonly string[],
  { signal }: { readonly signal: AbortSignal | undefined },
): ReturnType<RunProgram> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    ...(signal && { signal }),
  }).output();
  const text = new TextDecoder();
  return { success, output: text.decode(stdout) + text.decode(stderr) };
}

/** The last line that says something: pip and venv put the reason there, after `ERROR: `. */
function lastWords(output: string): string {
  const lines = output.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const reason = lines.findLast((line) => line.startsWith("ERROR: ")) ?? lines.at(-1);
  return reason?.replace("ERROR: ", "") ?? "it says nothing";
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
