/**
 * Stands between notebooks and Deno's kernel, and says what the kernel keeps to itself.
 *
 * @module
 */
import { messageOf, UnavailableError } from "../../lib/base/errors.ts";
import { type CellFailure, explainFailure } from "./cell_failure.ts";
import { CellQueue } from "./cell_queue.ts";
import type { Connection } from "./connection_file.ts";
import { FrameStream } from "./frame_stream.ts";
import { decodeMessage, encodeMessage, type JupyterMessage } from "./jupyter_message.ts";
import { GREETING_BYTES } from "./zmtp.ts";

/** A cell that a notebook has sent. */
interface SentCell {
  readonly frames: Message;
  readonly request: JupyterMessage;
  /** Why it did not run, if that is so and the kernel does not say it. */
  readonly failure: PromiseWithResolvers<CellFailure | undefined>;
  isAnswered: boolean;
  wasStopped: boolean;
}

type Message = readonly Uint8Array[];

/** What goes on instead of a message. */
type Pass = (message: Message) => readonly Message[] | Promise<readonly Message[]>;

/** How messages change on their way to the kernel, and to the notebook. */
interface Passes {
  readonly toKernel?: Pass;
  readonly toClient?: Pass;
}

/** What else a proxy does. */
export interface KernelProxyOptions {
  /** Called when Stop is pressed. */
  readonly onInterrupt: (proxy: KernelProxy) => void;
  /** What the reader should know after a cell; undefined when there is nothing. */
  readonly notice: () => Promise<string | undefined>;
}

const CHANNELS = ["shell", "control", "iopub", "stdin", "hb"] as const;

/**
 * Passes on everything between the sockets of `outer`, which notebooks know, and those of `inner`,
 * where Deno's kernel listens, and does four things that the kernel does not:
 *
 * - A cell that could not be run, as its syntax is wrong, gets an error that says why.
 * - When a cell fails or is stopped, those that wait behind it are not run ("Run All").
 * - Stop is not passed on: it calls `onInterrupt`.
 * - After a cell it shows the `notice`.
 */
export class KernelProxy {
  readonly #key: string;
  readonly #session = crypto.randomUUID();
  readonly #options: KernelProxyOptions;
  readonly #cells = new Map<string, SentCell>();
  /** Who is told everything. */
  readonly #audience = new Set<FrameStream>();

  /** Listens from now on, as long as the process lives. */
  constructor(outer: Connection, inner: Connection, options: KernelProxyOptions) {
    this.#key = outer.key;
    this.#options = options;
    for (const channel of CHANNELS) {
      const port = `${channel}_port` as const;
      const listener = Deno.listen({ hostname: outer.ip, port: outer[port] });
      void this.#serve(listener, { hostname: inner.ip, port: inner[port] }, channel);
    }
  }

  /** The cell that runs now is going to be ended. */
  markStopped(): void {
    const running = this.#cells.values().find(({ isAnswered }) => !isAnswered);
    if (running) running.wasStopped = true;
  }

  async #serve(
    listener: Deno.TcpListener,
    inner: Deno.ConnectOptions,
    channel: typeof CHANNELS[number],
  ): Promise<void> {
    for await (const connection of listener) {
      void this.#relay(connection, inner, channel).catch((error) => {
        if (!(error instanceof UnavailableError)) console.error(messageOf(error));
      });
    }
  }

  async #relay(
    connection: Deno.TcpConn,
    inner: Deno.ConnectOptions,
    channel: typeof CHANNELS[number],
  ): Promise<void> {
    using client = new FrameStream(connection);
    using kernel = new FrameStream(await Deno.connect(inner));
    const sent: SentCell[] = [];
    const passes: Passes = channel === "shell"
      ? this.#shell(sent, kernel)
      : channel === "control"
      ? this.#control(client)
      : channel === "iopub"
      ? { toClient: this.#explain }
      : {};
    if (channel === "iopub") this.#audience.add(client);
    try {
      await Promise.race([
        pump(client, kernel, passes.toKernel),
        pump(kernel, client, passes.toClient),
      ]);
    } finally {
      this.#audience.delete(client);
      // Nobody is answered any more, and nobody should wait for it.
      for (const cell of sent) {
        cell.isAnswered = true;
        cell.failure.resolve(undefined);
      }
    }
  }

  /** Sends one cell at a time, and adds to answers why a cell was not run. */
  #shell(sent: SentCell[], kernel: FrameStream): Passes {
    const queue = new CellQueue<SentCell>();
    return {
      toKernel: (frames) => {
        const request = decodeMessage(frames, this.#key);
        if (request.type !== "execute_request") return [frames];
        const cell: SentCell = {
          frames,
          request,
          failure: Promise.withResolvers(),
          isAnswered: false,
          wasStopped: false,
        };
        this.#cells.set(request.id, cell);
        sent.push(cell);
        return queue.add(cell) ? [frames] : [];
      },
      toClient: async (frames) => {
        const { type, parentId, content } = decodeMessage(frames, this.#key);
        const cell = this.#cells.get(parentId);
        if (!cell || type !== "execute_reply") return [frames];
        const isLast = content["status"] === "error" && cell.request.content["stop_on_error"];
        const aborted = isLast ? queue.drop() : [];
        const next = queue.next();
        if (next) await kernel.write({ isCommand: false, frames: next.frames });
        return [this.#answer(cell, frames, content), ...await this.#abort(aborted)];
      },
    };
  }

  #answer(cell: SentCell, frames: Message, content: JupyterMessage["content"]): Message {
    const { header, content: { code } } = cell.request;
    cell.isAnswered = true;
    const failure = isUnexplained(content)
      ? explainFailure(String(code), cell.wasStopped)
      : undefined;
    cell.failure.resolve(failure);
    return failure ? this.#message("execute_reply", { ...content, ...failure }, header) : frames;
  }

  /** Tells of cells that they are done without having been run; gives their answers. */
  async #abort(cells: readonly SentCell[]): Promise<readonly Message[]> {
    const answers: Message[] = [];
    for (const cell of cells) {
      const { header } = cell.request;
      cell.isAnswered = true;
      answers.push(this.#message("execute_reply", { status: "aborted" }, header));
      const idle = this.#message("status", { execution_state: "idle" }, header);
      for (const client of this.#audience) {
        await client.write({ isCommand: false, frames: idle }).catch(() => {}); // It has gone.
      }
    }
    return answers;
  }

  #control(client: FrameStream): Passes {
    return {
      toKernel: async (frames) => {
        const { type, header } = decodeMessage(frames, this.#key);
        if (type !== "interrupt_request") return [frames];
        this.#options.onInterrupt(this);
        const reply = this.#message("interrupt_reply", { status: "ok" }, header);
        await client.write({ isCommand: false, frames: reply });
        return [];
      },
    };
  }

  /** Adds an error and a notice to what a cell shows, before the kernel calls it done. */
  readonly #explain: Pass = async (frames) => {
    const { type, parentId, parent, content } = decodeMessage(frames, this.#key);
    const cell = this.#cells.get(parentId);
    if (!cell || type !== "status" || content["execution_state"] !== "idle") return [frames];
    const failure = await cell.failure.promise;
    const notice = await this.#options.notice();
    return [
      ...notice ? [this.#message("stream", { name: "stderr", text: `${notice}\n` }, parent)] : [],
      ...failure ? [this.#message("error", { ...failure }, parent)] : [],
      frames,
    ];
  };

  #message(
    type: string,
    content: JupyterMessage["content"],
    parent: JupyterMessage["parent"],
  ): Message {
    return encodeMessage(type, content, { key: this.#key, session: this.#session, parent }).frames;
  }
}

/** Deno's kernel says only this where it got no result at all. */
function isUnexplained({ status, evalue, traceback }: JupyterMessage["content"]): boolean {
  return status === "error" && evalue === "Execution failed" &&
    Array.isArray(traceback) && traceback.length === 0;
}

/** Passes on the greeting, commands, and what becomes of each message. */
async function pump(
  from: FrameStream,
  to: FrameStream,
  pass: Pass = (message) => [message],
): Promise<never> {
  await to.writeBytes(await from.readBytes(GREETING_BYTES));
  while (true) {
    const { isCommand, frames } = await from.read();
    const messages = isCommand ? [frames] : await pass(frames);
    for (const message of messages) await to.write({ isCommand, frames: message });
  }
}
