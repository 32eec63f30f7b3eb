/**
 * The frames of ZMTP, ZeroMQ's protocol, on a TCP connection. https://rfc.zeromq.org/spec/23/
 *
 * @module
 */
import { concatBytes } from "../../lib/base/bytes.ts";
import { DataError, UnavailableError } from "../../lib/base/errors.ts";
import { writeAll } from "../../lib/base/write_all.ts";

const MORE = 1; // Flags of a frame: another one of the same message follows,
const LONG = 2; // its length takes 8 bytes and not 1,
const COMMAND = 4; // and it is a word between the sockets, not for those who use them.

const MOST_BYTES = 256 << 20; // A notebook's output has some megabytes; more is a mistake.

/** A command, or a message: a list of frames. */
export interface Frames {
  readonly isCommand: boolean;
  readonly frames: readonly Uint8Array[];
}

/** One side of a connection. For one reader at a time; what is written goes out in order. */
export class FrameStream implements Disposable {
  readonly #connection: Deno.TcpConn;
  #read = new Uint8Array();
  #written: Promise<unknown> = Promise.resolve();
  #isOpen = true;

  constructor(connection: Deno.TcpConn) {
    connection.setNoDelay(true); // An answer is worth a packet of its own.
    this.#connection = connection;
  }

  /** A copy of the next bytes. @throws {UnavailableError} when the other side has gone. */
  async readBytes(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const parts = [this.#read];
    let have = this.#read.length;
    while (have < length) {
      const buffer = new Uint8Array(64 << 10);
      const count = await orGone(() => this.#connection.read(buffer));
      if (count === null) throw new UnavailableError("The kernel has gone");
      parts.push(buffer.subarray(0, count));
      have += count;
    }
    const whole = parts.length === 1 ? this.#read : concatBytes(parts);
    this.#read = whole.subarray(length);
    return whole.slice(0, length);
  }

  /** @throws {UnavailableError} when the other side has gone. */
  async writeBytes(bytes: Uint8Array): Promise<void> {
    const written = this.#written.then(() => orGone(() => writeAll(this.#connection, bytes)));
    this.#written = written.catch(() => {}); // Whoever wrote it is told.
    await written;
  }

  /** Waits for the next command or message. @throws {UnavailableError} when the other side has gone. */
  async read(): Promise<Frames> {
    const frames: Uint8Array[] = [];
    while (true) {
      const [flags] = await this.readBytes(1) as unknown as [number];
      frames.push(await this.readBytes(await this.#readLength(flags)));
      if (!(flags & MORE)) return { isCommand: (flags & COMMAND) !== 0, frames };
    }
  }

  /** Sends one, in one packet where it fits. */
  async write({ isCommand, frames }: Frames): Promise<void> {
    const bytes = frames.flatMap((body, i) => [
      frameHeader(body.length, (isCommand ? COMMAND : 0) | (i < frames.length - 1 ? MORE : 0)),
      body,
    ]);
    await this.writeBytes(concatBytes(bytes));
  }

  /** Hangs up; whoever waits for something is told so. */
  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#connection.close();
  }

  async #readLength(flags: number): Promise<number> {
    if (!(flags & LONG)) return (await this.readBytes(1))[0]!;
    const length = Number(new DataView((await this.readBytes(8)).buffer).getBigUint64(0));
    if (length <= MOST_BYTES) return length;
    throw new DataError(`Cannot take a frame of ${length} bytes: ${MOST_BYTES} is the most`);
  }
}

function frameHeader(length: number, flags: number): Uint8Array {
  if (length < 256) return Uint8Array.of(flags, length);
  const header = new Uint8Array(9);
  header[0] = flags | LONG;
  new DataView(header.buffer).setBigUint64(1, BigInt(length));
  return header;
}

async function orGone<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new UnavailableError("The kernel has gone", { cause: error });
  }
}
