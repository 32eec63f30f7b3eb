/**
 * What Jupyter starts as the kernel "Deno (Digits Recognizer)": Deno's own kernel with this project's
 * settings, in which Stop ends a cell and never the kernel.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf, UnavailableError } from "../../lib/base/errors.ts";
import { type Connection, newConnection, readConnection } from "./connection_file.ts";
import { interruptKernel, KernelClient } from "./kernel_client.ts";
import { EditedModules } from "./edited_modules.ts";
import { importsFolder, kernelEnvironment } from "./kernel_environment.ts";
import { KernelProxy } from "./kernel_proxy.ts";
import type { KernelPlace } from "./prepare_kernel.ts";
import { pressStop, type StoppableKernel } from "./stop_button.ts";

const HAS_SIGNALS = Deno.build.os !== "windows"; // There SIGINT would be the end.

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const PARENT_MS = 2_000;

/**
 * Runs a kernel until it ends; gives its exit code. It runs in the notebook's folder. A notebook that
 * has no deno.json in its folder or above imports this project by its names; one that has must name
 * it there itself, best by `"importMap": "PROJECT/deno.json"`.
 */
async function launchKernel(connectionFile: string): Promise<number> {
  const folder = Deno.cwd();
  const outer = await readConnection(connectionFile);
  const inner = { ...newConnection(), key: outer.key };
  const work = await Deno.makeTempDir({ prefix: "digits-kernel-" });
  try {
    const innerFile = join(work, "connection.json");
    await Deno.writeTextFile(innerFile, JSON.stringify(inner));
    const child = startKernel(innerFile, {
      cwd: await importsFolder(folder),
      env: await kernelEnvironment(),
    });
    const stopFile = join(work, "stop");
    return await attend(child, { outer, inner, place: { folder, launcher: Deno.pid, stopFile } });
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** Opens the kernel to notebooks as soon as it is prepared, and presses Stop for them. */
async function attend(
  child: Deno.ChildProcess,
  { outer, inner, place }: {
    readonly outer: Connection;
    readonly inner: Connection;
    readonly place: KernelPlace;
  },
): Promise<number> {
  const gone = new AbortController();
  const modules = new EditedModules(PROJECT, Date.now());
  const kill = (signal: Deno.Signal) => {
    if (!gone.signal.aborted) child.kill(signal);
  };
  const tell = (error: unknown) => {
    if (!gone.signal.aborted) console.error(messageOf(error));
  };
  if (HAS_SIGNALS) {
    Deno.addSignalListener("SIGINT", () => {}); // What it is sent to is a group: the kernel hears it.
    Deno.addSignalListener("SIGTERM", () => kill("SIGTERM"));
  }
  const watch = watchParent(() => kill("SIGKILL"));
  const press = (proxy: KernelProxy) => {
    const kernel: StoppableKernel = {
      stopFile: place.stopFile,
      signal: () => HAS_SIGNALS && kill("SIGINT"),
      async endCode() {
        proxy.markStopped();
        await interruptKernel(inner, gone.signal);
      },
    };
    pressStop(kernel, gone.signal).catch(tell);
  };
  const opened = prepare(inner, place, gone.signal)
    .then(() =>
      new KernelProxy(outer, inner, { onInterrupt: press, notice: () => modules.notice() })
    );
  opened.catch((error) => {
    tell(error);
    kill("SIGKILL");
  });
  const { code } = await child.status;
  gone.abort();
  clearInterval(watch);
  return code;
}

/** Until the kernel listens to SIGINT it has to ignore it, which a process inherits from its shell. */
function startKernel(
  connectionFile: string,
  options: Pick<Deno.CommandOptions, "cwd" | "env">,
): Deno.ChildProcess {
  const kernel = [Deno.execPath(), "jupyter", "--quiet", "--kernel", "--conn", connectionFile];
  const [program, ...args] = HAS_SIGNALS
    ? ["sh", "-c", `trap "" INT; exec "$@"`, "sh", ...kernel]
    : kernel;
  return new Deno.Command(program!, { args, ...options, stdin: "null" }).spawn();
}

async function prepare(
  connection: Connection,
  place: KernelPlace,
  signal: AbortSignal,
): Promise<void> {
  using client = await KernelClient.connect(connection, signal);
  const module = new URL("prepare_kernel.ts", import.meta.url);
  const { status } = await client.runSilently(
    `(await import("${module}")).prepareKernel(${JSON.stringify(place)});`,
  );
  if (status === "error") throw new UnavailableError(`Cannot prepare the kernel with ${module}`);
}

/** Jupyter says who it is where the kernel is to end with it, and may then not say that it ends. */
function watchParent(gone: () => void): ReturnType<typeof setInterval> | undefined {
  if (Deno.env.get("JPY_PARENT_PID") !== String(Deno.ppid)) return undefined;
  const parent = Deno.ppid;
  return setInterval(() => {
    if (Deno.ppid !== parent) gone();
  }, PARENT_MS);
}

if (import.meta.main) {
  const [connectionFile = ""] = Deno.args;
  try {
    Deno.exit(await launchKernel(connectionFile));
  } catch (error) {
    console.error(messageOf(error)); // Jupyter shows it in its log.
    Deno.exit(1);
  }
}
