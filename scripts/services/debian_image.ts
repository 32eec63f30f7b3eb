/**
 * A Debian to build images on, made here: no image registry is asked.
 *
 * @module
 */
import { join } from "node:path";
import { parseEnv } from "node:util";
import { UnavailableError } from "../../lib/base/errors.ts";
import { processTerminal } from "../cli/terminal.ts";
import { installAlone, type InstallOptions } from "./installation.ts";
import { podmanEnvironment } from "./podman.ts";

/** What an image does without, as Debian's own slim one. */
const LEFT_OUT = [
  ...["doc", "info", "locale", "man"].map((name) => `usr/share/${name}`),
  "var/cache/apt",
  "var/lib/apt/lists",
];

/**
 * A minimal image of this machine's Debian, made with debootstrap from the mirror that apt uses
 * where podman does not have it yet.
 * @returns its name
 * @throws {UnavailableError} when this is no Debian, or a program for it is missing or fails.
 */
export async function installDebianImage(options: InstallOptions = {}): Promise<string> {
  const { VERSION_CODENAME: suite, ID: system } = parseEnv(
    await Deno.readTextFile("/etc/os-release"),
  );
  if (system !== "debian" || !suite) {
    throw new UnavailableError("Cannot make a base image: debootstrap makes that of a Debian only");
  }
  const image = `localhost/digits-debian:${suite}`;
  return await installAlone("debian-image", options, async (folder) => {
    const env = await podmanEnvironment();
    if (await succeeds("podman", ["image", "exists", image], env)) return image;
    const { terminal = processTerminal(), signal } = options;
    terminal.say(`Making ${image} with debootstrap: about a minute, once`);
    await using stack = new AsyncDisposableStack();
    await Deno.mkdir(folder, { recursive: true });
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const root = join(folder, "root");
    await run("debootstrap", ["--variant=minbase", suite, root, await mirrorOf(suite)], signal);
    for (const name of LEFT_OUT) await Deno.remove(join(root, name), { recursive: true });
    const archive = join(folder, "root.tar");
    await run("tar", ["--create", "--file", archive, "--directory", root, "."], signal);
    await run("podman", ["import", "--quiet", archive, image], signal, env);
    return image;
  });
}

/** Where apt gets this suite from. */
async function mirrorOf(suite: string): Promise<string> {
  const uris = await run("apt-get", [
    ...["indextargets", "--format", "$(REPO_URI)"],
    ...["Created-By: Packages", `Codename: ${suite}`, "Component: main", "Origin: Debian"],
  ]);
  const [uri] = uris.split("\n");
  if (uri) return uri;
  throw new UnavailableError(`Cannot make a base image as apt has no mirror for ${suite}`);
}

/** Runs a program to its end; gives what it printed. @throws {UnavailableError} */
async function run(
  program: string,
  args: readonly string[],
  signal?: AbortSignal,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { success, output } = await outputOf(program, args, { signal, env });
  signal?.throwIfAborted();
  if (success) return output;
  const end = output.trim().split("\n").slice(-5).join("\n");
  throw new UnavailableError(`Cannot make a base image: ${program} ended with:\n${end}`);
}

async function succeeds(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<boolean> {
  return (await outputOf(program, args, { env })).success;
}

async function outputOf(
  program: string,
  args: readonly string[],
  { env, signal }: {
    readonly env: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<{ readonly success: boolean; readonly output: string }> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      env: { LC_ALL: "C.UTF-8", ...env },
      stdin: "null",
      ...(signal && { signal }),
    }).output();
    const text = new TextDecoder();
    return { success, output: text.decode(stdout) + text.decode(stderr) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new UnavailableError(
      `Cannot make a base image as there is no ${program}: install Debian's ` +
        "podman, runc and debootstrap",
    );
  }
}
