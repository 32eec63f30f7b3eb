/**
 * JupyterLab from PyPI, and what executes notebooks without a window.
 *
 * @module
 */
import { join } from "node:path";
import { UnavailableError } from "../../lib/base/errors.ts";
import { type InstallOptions, installPython } from "../services/installation.ts";
import { PROJECT } from "./kernel_environment.ts";

/** Of all that notebooks are tested with. */
const PACKAGES = ["jupyterlab==4.6.6", "nbclient==0.11.0", "nbconvert==7.17.2"];

/** The Python of JupyterLab's environment, which is made where it is missing. @throws {UnavailableError} */
export async function installJupyterLab(options: InstallOptions = {}): Promise<string> {
  try {
    return await installPython("jupyterlab", PACKAGES, "about 100 MB", options);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    throw new UnavailableError(
      `${error.message}. Without Python, deno task notebooks --no-python runs the notebooks, and ` +
        "VS Code opens them with the kernel that deno task notebook --kernel-only installs",
      { cause: error },
    );
  }
}

/** The start of a command line that runs JupyterLab: this machine's own, else ours. */
export async function findJupyterLab(
  options: InstallOptions = {},
): Promise<readonly [string, ...string[]]> {
  return await isThere("jupyter-lab")
    ? ["jupyter-lab"]
    : [await installJupyterLab(options), "-m", "jupyterlab"];
}

/** How JupyterLab is opened. */
export interface OpenOptions {
  readonly port: number;
  readonly browser: boolean;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Opens JupyterLab in the folder of the notebooks until it ends; gives its exit code. */
export async function openJupyterLab(
  [program, ...args]: readonly [string, ...string[]],
  { port, browser, signal }: OpenOptions,
): Promise<number> {
  signal.throwIfAborted();
  const child = new Deno.Command(program, {
    args: [...args, ...serverFlags({ port, browser, prefix: Deno.env.get("NB_PREFIX") })],
    cwd: join(PROJECT, "notebooks"),
    stdin: "null", // Else it asks on Ctrl-C whether it is meant.
  }).spawn();
  const end = () => child.kill("SIGTERM");
  signal.addEventListener("abort", end);
  const { code } = await child.status;
  signal.removeEventListener("abort", end);
  signal.throwIfAborted();
  return code;
}

/**
 * What JupyterLab is told. `prefix` is what Kubeflow sets as `NB_PREFIX`: it has its own login
 * before the notebooks, and passes on requests for paths below it from elsewhere.
 */
export function serverFlags(
  { port, browser, prefix }: {
    readonly port: number;
    readonly browser: boolean;
    readonly prefix: string | undefined;
  },
): readonly string[] {
  const flags = [
    `--ServerApp.port=${port}`,
    "--ServerApp.root_dir=.",
    "--ServerApp.allow_root=True", // In containers one often is.
  ];
  if (!browser || prefix) flags.push("--no-browser");
  if (!prefix) return flags;
  return [
    ...flags,
    `--ServerApp.base_url=${prefix}`,
    "--ServerApp.ip=0.0.0.0",
    "--ServerApp.port_retries=0",
    "--ServerApp.allow_origin=*",
    "--IdentityProvider.token=",
  ];
}

async function isThere(program: string): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(program, {
      args: ["--version"],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
