/**
 * How Jupyter learns of our kernel.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeJson } from "../../lib/base/bytes.ts";
import { UsageError } from "../../lib/base/errors.ts";

/** The kernel's name in notebooks, and its folder's: not Deno's own, which stays as it is. */
export const KERNEL_NAME = "digits-recognizer";

/** What a notebook's metadata say of it. */
export const KERNEL_METADATA = {
  display_name: "Deno (Digits Recognizer)",
  language: "typescript",
  name: KERNEL_NAME,
} as const;

const PERMISSIONS = [
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--allow-env",
  "--allow-run",
];

/** The command that starts the kernel; its last argument is the path of a connection file. */
export function launchCommand(connectionFile: string): readonly [string, ...string[]] {
  const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
  const launcher = fileURLToPath(new URL("launch_kernel.ts", import.meta.url));
  const run = ["run", "--quiet", "--no-lock", "--config", config, ...PERMISSIONS];
  return [Deno.execPath(), ...run, launcher, connectionFile];
}

/**
 * Writes the kernelspec into a folder of Jupyter data; gives the path of its file. It names this
 * Deno and this folder of the project: when one of them moves, install it again.
 */
export async function installKernelspec(dataFolder: string = userDataFolder()): Promise<string> {
  const folder = join(dataFolder, "kernels", KERNEL_NAME);
  await Deno.mkdir(folder, { recursive: true });
  const file = join(folder, "kernel.json");
  await Deno.writeFile(
    file,
    encodeJson({
      argv: launchCommand("{connection_file}"),
      display_name: KERNEL_METADATA.display_name,
      language: KERNEL_METADATA.language,
      interrupt_mode: "message", // The launcher makes a signal of it where that helps.
    }),
  );
  return file;
}

/** Where Jupyter looks for a user's kernels. */
function userDataFolder(): string {
  const given = Deno.env.get("JUPYTER_DATA_DIR");
  if (given) return given;
  const [variable, ...below] = Deno.build.os === "windows"
    ? ["APPDATA", "jupyter"]
    : ["HOME", ...Deno.build.os === "darwin" ? ["Library", "Jupyter"] : [".local/share/jupyter"]];
  const xdg = Deno.build.os === "linux" ? Deno.env.get("XDG_DATA_HOME") : undefined;
  if (xdg) return join(xdg, "jupyter");
  const home = Deno.env.get(variable!);
  if (home) return join(home, ...below);
  throw new UsageError(
    "Cannot tell where Jupyter looks for kernels: set JUPYTER_DATA_DIR, or give --prefix FOLDER",
  );
}
