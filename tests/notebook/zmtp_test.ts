import assert from "node:assert/strict";
import { concatBytes } from "../../lib/base/bytes.ts";
import { DataError, UnavailableError } from "../../lib/base/errors.ts";
import { type SocketType, ZmtpSocket } from "../../scripts/notebook/zmtp.ts";

/** The other side, byte for byte as the protocol's text has it. */
class Peer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  #connection!: Deno.TcpConn;

  /** Connects, shaking hands as `greeting` says. */
  async meet(type: SocketType, greeting = GREETING): Promise<ZmtpSocket> {
    const accepted = this.#listener.accept();
    const socket = ZmtpSocket.connect("127.0.0.1", this.#listener.addr.port, type);
    socket.catch(() => {}); // the caller's, later
    this.#connection = await accepted;
    await this.say(greeting);
    const theirs = await this.hear(64);
    assert.deepEqual([...theirs.subarray(0, 12)], [0xff, ...Array(8).fill(0), 0x7f, 3, 0]);
    await this.say(Uint8Array.of(4, 6, 5), text("READY"));
    return await socket;
  }

  async say(...parts: readonly Uint8Array[]): Promise<void> {
    await this.#connection.write(concatBytes(parts));
  }

  async hear(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count;) at += (await this.#connection.read(bytes.subarray(at)))!;
    return bytes;
  }

  hangUp(): void {
    this.#connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    try {
      this.#connection.close();
    } catch { /* hung up before */ }
    return Promise.resolve();
  }
}

const text = (text: string) => new TextEncoder().encode(text);

const GREETING = new Uint8Array(64);
GREETING[0] = 0xff;
GREETING.set([0x7f, 3, 1], 9);
GREETING.set(text("NULL"), 12);

Deno.test("ZmtpSocket tells its type, and subscribes to everything", async () => {
  await using peer = new Peer();
  using _socket = await peer.meet("SUB");
  const ready = concatBytes([
    Uint8Array.of(4, 25, 5),
    text("READY"),
    Uint8Array.of(11),
    text("Socket-Type"),
    Uint8Array.of(0, 0, 0, 3),
    text("SUB"),
  ]);
  assert.deepEqual(await peer.hear(ready.length), ready);
  assert.deepEqual(await peer.hear(3), Uint8Array.of(0, 1, 1));
});

Deno.test("ZmtpSocket receives short and long frames in any pieces, and skips commands", async () => {
  await using peer = new Peer();
  using socket = await peer.meet("DEALER");
  const long = new Uint8Array(300_000).fill(7);
  const message = concatBytes([
    Uint8Array.of(4, 5, 4),
    text("PING"), // a command
    Uint8Array.of(1, 2),
    text("ab"),
    Uint8Array.of(3, 0, 0, 0, 0, 0, 4, 0x93, 0xe0), // 300,000
    long,
    Uint8Array.of(0, 0),
  ]);
  const received = socket.receive();
  for (const cut of [[0, 1], [1, 9], [9, 100_000], [100_000]]) {
    await peer.say(message.subarray(...cut));
  }
  const frames = await received;
  assert.deepEqual(frames.map(({ length }) => length), [2, 300_000, 0]);
  assert.equal(new TextDecoder().decode(frames[0]), "ab");
  assert(frames[1]!.every((byte) => byte === 7));
});

Deno.test("ZmtpSocket sends frames of 255 and 256 bytes as the protocol has them", async () => {
  await using peer = new Peer();
  using socket = await peer.meet("DEALER");
  await peer.hear(2 + 28); // READY
  await socket.send([new Uint8Array(255), new Uint8Array(256)]);
  const sent = await peer.hear(2 + 255 + 9 + 256);
  assert.deepEqual([...sent.subarray(0, 2)], [1, 255]);
  assert.deepEqual([...sent.subarray(257, 266)], [2, 0, 0, 0, 0, 0, 0, 1, 0]);
});

Deno.test("ZmtpSocket says that the kernel has gone", async () => {
  await using peer = new Peer();
  using socket = await peer.meet("DEALER");
  const received = assert.rejects(socket.receive(), UnavailableError);
  peer.hangUp();
  await received;
});

Deno.test("ZmtpSocket refuses what does not speak ZMTP 3", async () => {
  await using peer = new Peer();
  await assert.rejects(
    peer.meet("DEALER", text("HTTP/1.1 400 Bad Request\r\n".padEnd(64))),
    new DataError("Cannot talk with the kernel as it does not speak ZMTP 3"),
  );
});

Deno.test("ZmtpSocket refuses a frame that no kernel sends", async () => {
  await using peer = new Peer();
  using socket = await peer.meet("DEALER");
  await peer.say(Uint8Array.of(2, 0, 0, 1, 0, 0, 0, 0, 0));
  await assert.rejects(socket.receive(), /Cannot take a frame of 1099511627776 bytes/);
});
