/**
 * Programs that are built from their sources by Go.
 *
 * @module
 */
import { join } from "node:path";
import { UnavailableError } from "../../lib/base/errors.ts";
import { unlessMissing } from "../../lib/base/unless_missing.ts";
import { processTerminal } from "../cli/terminal.ts";
import { installAlone, type InstallOptions } from "./installation.ts";

/**
 * Builds a program where it is missing; gives its path.
 * @param module with its version; Go checks its sources against the public checksums.
 * @throws {UnavailableError} when there is no Go, or it can't build it.
 */
export async function goInstall(
  name: string,
  module: string,
  options: InstallOptions,
): Promise<string> {
  return await installAlone(name, options, async (folder) => {
    const program = join(folder, name);
    const complete = join(folder, "version"); // Written last: a folder without it is half-made.
    if (await unlessMissing(Deno.readTextFile(complete)) === module) return program;
    await unlessMissing(Deno.remove(folder, { recursive: true }));
    await Deno.mkdir(folder, { recursive: true });
    await build(module, folder, options);
    await Deno.writeTextFile(complete, module);
    return program;
  });
}

async function build(
  module: string,
  folder: string,
  { signal, terminal = processTerminal() }: InstallOptions,
): Promise<void> {
  terminal.say(`Building ${module} into ${folder}: some minutes, once`);
  await using child = spawnGo(module, folder, signal);
  const said: string[] = [];
  let rest = "";
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    said.push(...lines.filter((line) => line.trim() !== ""));
    terminal.draw(`${said.length} packages, ${said.at(-1) ?? ""}`);
  }
  terminal.draw("");
  const { success } = await child.status;
  signal?.throwIfAborted();
  if (success) return;
  throw new UnavailableError(`Cannot build ${module}: ${said.at(-1) ?? "go does not say why"}`);
}

function spawnGo(
  module: string,
  folder: string,
  signal: AbortSignal | undefined,
): Deno.ChildProcess {
  try {
    return new Deno.Command("go", {
      args: ["install", "-v", module],
      env: { GOBIN: folder },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      ...(signal && { signal }),
    }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new UnavailableError(`Cannot build ${module} as there is no go: install Go 1.25`);
  }
}
