/**
 * A client of a running kernel, as a notebook's window is one.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "./connection_file.ts";
import { Inbox } from "./inbox.ts";
import { decodeMessage, encodeMessage, type JupyterMessage } from "./jupyter_message.ts";
import { type SocketType, ZmtpSocket } from "./zmtp.ts";

const RETRY_MS = 30; // Deno's kernel listens after some 300 ms.

/** What a cell that has been run answers. */
export interface ExecuteReply {
  readonly status: "ok" | "error";
  readonly executionCount: number;
}

/** Connections to a kernel: what it is asked, and what it tells everybody. */
export class KernelClient implements Disposable {
  readonly #connection: Connection;
  readonly #shell: ZmtpSocket;
  readonly #iopub: ZmtpSocket;
  readonly #session = crypto.randomUUID();
  readonly #told = new Inbox<JupyterMessage>();

  private constructor(connection: Connection, shell: ZmtpSocket, iopub: ZmtpSocket) {
    this.#connection = connection;
    this.#shell = shell;
    this.#iopub = iopub;
    void this.#listen();
  }

  /** Connects as soon as the kernel listens, and is told everything from then on. */
  static async connect(connection: Connection, signal: AbortSignal): Promise<KernelClient> {
    const { ip, iopub_port, shell_port } = connection;
    const iopub = await connectSoon(ip, iopub_port, "SUB", signal);
    const shell = await connectSoon(ip, shell_port, "DEALER", signal);
    const client = new KernelClient(connection, shell, iopub);
    try {
      await client.#subscribed(signal);
    } catch (error) {
      client[Symbol.dispose]();
      throw error;
    }
    return client;
  }

  /**
   * Runs a cell, and gives all that the kernel tells meanwhile, its last outputs too: Deno's kernel
   * may call a cell done before it has sent them.
   * @throws {UnavailableError} when the kernel goes away.
   */
  async *run(code: string): AsyncGenerator<JupyterMessage, ExecuteReply> {
    const marker = crypto.randomUUID();
    const reply = this.#execute(code, { silent: false }).then(async (reply) => {
      await this.#execute(markerCode(marker), { silent: true });
      return reply;
    });
    reply.catch((error) => this.#told.close(error));
    while (true) {
      const message = await this.#told.take();
      if (isMarker(message, marker)) return await reply;
      yield message;
    }
  }

  /** Runs code that no reader sees, neither it nor its result. */
  async runSilently(code: string): Promise<ExecuteReply> {
    return await this.#execute(code, { silent: true });
  }

  /** Hangs up. The kernel goes on. */
  [Symbol.dispose](): void {
    this.#shell[Symbol.dispose]();
    this.#iopub[Symbol.dispose]();
  }

  async #execute(code: string, { silent }: { readonly silent: boolean }): Promise<ExecuteReply> {
    const { key } = this.#connection;
    const { id, frames } = encodeMessage("execute_request", {
      code,
      silent,
      store_history: !silent,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: false,
    }, { key, session: this.#session });
    await this.#shell.send(frames);
    while (true) {
      const { parentId, content } = decodeMessage(await this.#shell.receive(), key);
      if (parentId !== id) continue; // an answer that came too late for its asker
      return {
        status: content["status"] === "ok" ? "ok" : "error",
        executionCount: Number(content["execution_count"]),
      };
    }
  }

  async #listen(): Promise<void> {
    try {
      while (true) {
        this.#told.put(decodeMessage(await this.#iopub.receive(), this.#connection.key));
      }
    } catch (error) {
      this.#told.close(error);
    }
  }

  /** A subscription holds after a moment, and nobody says when. */
  async #subscribed(signal: AbortSignal): Promise<void> {
    const marker = crypto.randomUUID();
    do {
      await this.#execute(markerCode(marker), { silent: true });
      await sleep(RETRY_MS, undefined, { signal });
    } while (!this.#told.takeAll().some((message) => isMarker(message, marker)));
  }
}

/** Asks a kernel to end the code that it runs, even if that never waits for anything. */
export async function interruptKernel(
  { ip, control_port, key }: Connection,
  signal: AbortSignal,
): Promise<void> {
  using control = await connectSoon(ip, control_port, "DEALER", signal);
  const { frames } = encodeMessage("interrupt_request", {}, { key, session: crypto.randomUUID() });
  await control.send(frames);
  await control.receive();
}

async function connectSoon(
  ip: string,
  port: number,
  type: SocketType,
  signal: AbortSignal,
): Promise<ZmtpSocket> {
  while (true) {
    signal.throwIfAborted();
    try {
      return await ZmtpSocket.connect(ip, port, type);
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
}

/** All outputs of a kernel go through one queue: when the marker is there, so is what was before it. */
const MARKER = "digits_marker";

function markerCode(marker: string): string {
  return `await Deno.jupyter.broadcast("${MARKER}", { marker: "${marker}" });`;
}

function isMarker({ type, content }: JupyterMessage, marker: string): boolean {
  return type === MARKER && content["marker"] === marker;
}
