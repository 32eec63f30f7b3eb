/**
 * The sockets of ZeroMQ, as far as a client of Jupyter's kernels needs them: ZMTP 3.0 over TCP
 * without encryption, which newer peers speak, too.
 *
 * @module
 */
import { concatBytes } from "../../lib/base/bytes.ts";
import { DataError } from "../../lib/base/errors.ts";
import { FrameStream } from "./frame_stream.ts";

/** Every connection begins with so many bytes from each side. */
export const GREETING_BYTES = 64;

/** How a socket behaves: `DEALER` asks and is answered, `SUB` is told everything. */
export type SocketType = "DEALER" | "SUB";

/** One connection to a kernel's socket. */
export class ZmtpSocket implements Disposable {
  readonly #stream: FrameStream;

  private constructor(stream: FrameStream) {
    this.#stream = stream;
  }

  /**
   * Connects, and agrees on the protocol. A `SUB` socket asks for everything.
   * @throws {Deno.errors.ConnectionRefused} when nobody listens there (yet).
   */
  static async connect(hostname: string, port: number, type: SocketType): Promise<ZmtpSocket> {
    const stream = new FrameStream(await Deno.connect({ hostname, port }));
    try {
      await shakeHands(stream, type);
    } catch (error) {
      stream[Symbol.dispose]();
      throw error;
    }
    return new ZmtpSocket(stream);
  }

  /** Sends one message. @throws {UnavailableError} when the other side has gone. */
  async send(frames: readonly Uint8Array[]): Promise<void> {
    await this.#stream.write({ isCommand: false, frames });
  }

  /** Waits for the next message. @throws {UnavailableError} when the other side has gone. */
  async receive(): Promise<readonly Uint8Array[]> {
    while (true) {
      const { isCommand, frames } = await this.#stream.read();
      if (!isCommand) return frames;
    }
  }

  /** Hangs up; whoever waits for a message is told so. */
  [Symbol.dispose](): void {
    this.#stream[Symbol.dispose]();
  }
}

async function shakeHands(stream: FrameStream, type: SocketType): Promise<void> {
  const greeting = new Uint8Array(GREETING_BYTES);
  greeting[0] = 0xff;
  greeting.set([0x7f, 3, 0], 9); // version 3.0
  greeting.set(new TextEncoder().encode("NULL"), 12); // no encryption
  await stream.writeBytes(greeting);
  const theirs = await stream.readBytes(GREETING_BYTES);
  if (theirs[0] !== 0xff || theirs[10]! < 3) {
    throw new DataError("Cannot talk with the kernel as it does not speak ZMTP 3");
  }
  const ready = concatBytes([named("READY"), property("Socket-Type", type)]);
  await stream.write({ isCommand: true, frames: [ready] });
  const { isCommand, frames: [answer] } = await stream.read();
  if (!isCommand || new TextDecoder().decode(answer!.subarray(1, 6)) !== "READY") {
    throw new DataError("Cannot talk with the kernel as it refuses the connection");
  }
  // 1: subscribe, to whatever begins with nothing.
  if (type === "SUB") await stream.write({ isCommand: false, frames: [Uint8Array.of(1)] });
}

function named(name: string): Uint8Array {
  const text = new TextEncoder().encode(name);
  return concatBytes([Uint8Array.of(text.length), text]);
}

function property(name: string, value: string): Uint8Array {
  const text = new TextEncoder().encode(value);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length);
  return concatBytes([named(name), length, text]);
}
