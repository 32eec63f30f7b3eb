/** A line between client and server that breaks when a test wants it to. */

export interface TcpProxy extends AsyncDisposable {
  /** Where to connect to. */
  readonly url: string;
  /** Connections cut so far. */
  readonly cuts: number;
}

/**
 * Passes bytes on to a server on 127.0.0.1.
 * @param cutAfter for a new connection: after how many bytes it is cut, in whichever direction
 * they go; `Infinity`: never.
 */
export function tcpProxy(server: string, cutAfter: () => number): TcpProxy {
  const port = Number(new URL(server).port);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.TcpConn>();
  let cuts = 0;

  async function serve(client: Deno.TcpConn): Promise<void> {
    open.add(client);
    const upstream = await Deno.connect({ hostname: "127.0.0.1", port }).catch(() => undefined);
    if (upstream === undefined) return close(client);
    open.add(upstream);
    let left = cutAfter();
    const pass = async (from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> => {
      const buffer = new Uint8Array(65_536);
      try {
        for (let size; (size = await from.read(buffer)) !== null;) {
          left -= size;
          if (left < 0) {
            cuts++;
            break;
          }
          for (let at = 0; at < size;) at += await to.write(buffer.subarray(at, size));
        }
      } catch {
        // the other direction was cut
      }
      close(from);
      close(to);
    };
    await Promise.all([pass(client, upstream), pass(upstream, client)]);
  }

  function close(connection: Deno.TcpConn): void {
    if (!open.delete(connection)) return;
    connection.close();
  }

  const served: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const client of listener) served.push(serve(client));
  })();
  const { port: own } = listener.addr as Deno.NetAddr;
  return {
    url: `http://127.0.0.1:${own}`,
    get cuts() {
      return cuts;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      open.forEach(close);
      await accepting;
      await Promise.all(served);
    },
  };
}
