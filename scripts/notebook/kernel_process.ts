/**
 * A kernel that this process has started.
 *
 * @module
 */
import { UnavailableError } from "../../lib/base/errors.ts";
import { signalGroup } from "../services/server_process.ts";
import { type Connection, newConnection } from "./connection_file.ts";
import { interruptKernel, KernelClient } from "./kernel_client.ts";
import { launchCommand } from "./kernelspec.ts";

const START_MS = 60_000; // It takes a second, and much longer where Deno has to compile everything.
const STOP_MS = 10_000;

/** A kernel and a connection to it. Disposing of it ends it. */
export class KernelProcess implements AsyncDisposable {
  readonly client: KernelClient;
  readonly #child: Deno.ChildProcess;
  readonly #connectionFile: string;
  readonly #said: Promise<string>;
  readonly #connection: Connection;

  private constructor(
    client: KernelClient,
    connection: Connection,
    child: Deno.ChildProcess,
    connectionFile: string,
    said: Promise<string>,
  ) {
    this.client = client;
    this.#connection = connection;
    this.#child = child;
    this.#connectionFile = connectionFile;
    this.#said = said;
  }

  /**
   * Starts our kernel in a folder.
   * @throws {UnavailableError} when it ends or does not answer.
   */
  static async start(
    folder: string,
    { env, signal }: {
      readonly env?: Readonly<Record<string, string>>;
      readonly signal?: AbortSignal;
    } = {},
  ): Promise<KernelProcess> {
    const connection = newConnection();
    const file = await Deno.makeTempFile({ prefix: "digits-notebook-", suffix: ".json" });
    await Deno.writeTextFile(file, JSON.stringify(connection));
    const [program, ...args] = launchCommand(file);
    const child = new Deno.Command(program, {
      args,
      cwd: folder,
      env: { ...env, JPY_PARENT_PID: String(Deno.pid) },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      detached: true, // A process group, so that all of it can be ended at once.
    }).spawn();
    const said = new Response(child.stderr).text();
    const gone = new AbortController();
    child.status.then(({ code }) => gone.abort(new UnavailableError(`It ended with code ${code}`)));
    try {
      const client = await KernelClient.connect(
        connection,
        AbortSignal.any([gone.signal, AbortSignal.timeout(START_MS), ...signal ? [signal] : []]),
      );
      return new KernelProcess(client, connection, child, file, said);
    } catch (error) {
      signalGroup(child.pid, "SIGKILL");
      await Deno.remove(file);
      signal?.throwIfAborted();
      throw new UnavailableError(`Cannot start the kernel${lastLines(await said)}`, {
        cause: error,
      });
    }
  }

  /** Presses Stop. */
  async interrupt(): Promise<void> {
    await interruptKernel(this.#connection, AbortSignal.timeout(STOP_MS));
  }

  /** Ends it at once: whoever waits for a cell is told that the kernel has gone. */
  kill(): void {
    signalGroup(this.#child.pid, "SIGKILL");
  }

  /** To go on with after "the kernel": what it said last. Waits until it has ended. */
  async lastWords(): Promise<string> {
    return lastLines(await this.#said);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client[Symbol.dispose]();
    this.kill();
    await this.#child.status;
    await this.#said;
    await Deno.remove(this.#connectionFile);
  }
}

function lastLines(text: string): string {
  const lines = text.trim().split("\n").slice(-10);
  return lines.join("") === "" ? "" : `, which said:\n${lines.join("\n")}`;
}
