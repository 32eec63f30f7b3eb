/**
 * Where real servers are installed: once for all projects and tests of this user.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { UsageError } from "../../lib/base/errors.ts";
import { lockFile, tryLockFile } from "../../lib/track/file_lock.ts";
import { makeVenv } from "../bench/venv.ts";
import { processTerminal, type Terminal } from "../cli/terminal.ts";

/** Whom to tell, and when to give up. */
export interface InstallOptions {
  readonly signal?: AbortSignal | undefined;
  /** @default the process's own */
  readonly terminal?: Pick<Terminal, "say" | "draw">;
}

/** The folder of all installed servers: `DIGITS_SERVICES`, or one in the user's cache. */
export function servicesFolder(): string {
  const chosen = Deno.env.get("DIGITS_SERVICES");
  if (chosen) return resolve(chosen);
  const home = Deno.env.get("HOME");
  const cache = Deno.env.get("XDG_CACHE_HOME") || (home && join(home, ".cache"));
  if (cache) return join(cache, "digits-recognizer", "services");
  throw new UsageError(
    "Cannot tell where to install the servers: set DIGITS_SERVICES to a folder for them",
  );
}

/**
 * Installs something into a folder of its own, while no other process does.
 * @param install is called each time, and looks whether everything is there already.
 */
export async function installAlone<T>(
  name: string,
  { terminal = processTerminal() }: InstallOptions,
  install: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = servicesFolder();
  await Deno.mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.lock`);
  using first = await tryLockFile(path);
  if (!first) terminal.say(`Waiting for another process that is installing ${name}`);
  using _lock = first ? null : await lockFile(path);
  return await install(join(folder, name));
}

/** Makes a Python environment that is kept under `name`; gives the path of its Python. */
export async function installPython(
  name: string,
  packages: readonly string[],
  downloadSize: string,
  options: InstallOptions,
): Promise<string> {
  const { signal, terminal = processTerminal() } = options;
  const onProgress = (line: string) => terminal.say(line);
  return await installAlone(
    name,
    options,
    (folder) => makeVenv(folder, { packages, downloadSize, onProgress, ...(signal && { signal }) }),
  );
}
