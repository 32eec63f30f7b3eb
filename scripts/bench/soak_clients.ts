/**
 * Clients of a server that is under load: some check every answer, some leave before
 * they have one.
 *
 * @module
 */
import { Random } from "../../lib/base/random.ts";
import { concatBytes } from "../../lib/base/bytes.ts";
import type { SoakModels } from "./soak_models.ts";

const TOLERANCE = 1e-4; // A picture alone and among others is summed in another order.
const LAST_CLIENTS = 60;
const LAST_PICTURES = 16;
const MOST_PICTURES = 80; // Some requests are large enough for the other thread.

/** What the clients saw. */
export interface SoakTally {
  /** Answers that were right. */
  right: number;
  /** Answers that were wrong, requests that failed: what was said of each. */
  readonly wrong: string[];
  /** Requests that were refused with 503 as too many waited. */
  refused: number;
  /** Clients that left. */
  left: number;
  /** Of the right answers since this was last emptied. */
  readonly latenciesMs: number[];
  /** Versions that answered. */
  readonly versions: Set<string>;
}

/** Asks again and again until aborted, in every form, and checks each answer. */
export async function checkAnswers(
  url: string,
  { models, model, tally, seed, signal }: {
    readonly models: SoakModels;
    readonly model: string;
    readonly tally: SoakTally;
    readonly seed: number;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const random = new Random(seed);
  while (!signal.aborted) {
    const count = random.integer(20) ? 1 + random.integer(3) : 1 + random.integer(MOST_PICTURES);
    const asked = Array.from({ length: count }, () => random.integer(models.pictures.length));
    const form = (["v1", "v2", "binary"] as const)[random.integer(3)]!;
    const startedAt = performance.now();
    try {
      const response = await fetch(...requestOf(form, asked, { url, model, models }));
      const body = await response.bytes();
      if (response.status === 503) {
        tally.refused++;
        continue;
      }
      const problem = problemOf(response, body, { asked, models, tally });
      if (problem) tally.wrong.push(problem);
      else {
        tally.right++;
        tally.latenciesMs.push(performance.now() - startedAt);
      }
    } catch (error) {
      if (!signal.aborted) tally.wrong.push(String(error));
    }
  }
}

/** Sends requests, whole or in part, and hangs up without waiting for the answers. */
export async function leaveEarly(
  url: string,
  { models, model, tally, seed, signal }: Parameters<typeof checkAnswers>[1],
): Promise<void> {
  const random = new Random(seed);
  while (!signal.aborted) {
    const asked = Array.from(
      { length: 1 + random.integer(MOST_PICTURES) },
      () => random.integer(models.pictures.length),
    );
    const request = rawRequest(...requestOf("binary", asked, { url, model, models }));
    try {
      using connection = await connectTo(url);
      const until = random.integer(3) ? request.length : random.integer(request.length);
      await connection.write(request.subarray(0, until));
      await new Promise((resolve) => setTimeout(resolve, random.integer(20)));
      tally.left++;
    } catch {
      // The server may hang up first.
    }
  }
}

/**
 * Asks on many connections at once, and tells the server to end as soon as it has read
 * all that was asked.
 * @returns how many were asked, and how many of them were answered.
 */
export async function askWhileItEnds(
  url: string,
  { models, model, end }: {
    readonly models: SoakModels;
    readonly model: string;
    readonly end: () => void;
  },
): Promise<{ readonly asked: number; readonly answered: number }> {
  const pictures = Array.from({ length: LAST_PICTURES }, (_, i) => i);
  const request = rawRequest(...requestOf("v2", pictures, { url, model, models }));
  const connections = await Promise.all(
    Array.from({ length: LAST_CLIENTS }, () => connectTo(url)),
  );
  const send = () => Promise.all(connections.map((connection) => connection.write(request)));
  const answers = () => connections.map((connection) => isAnswered(connection));
  await send();
  await Promise.all(answers()); // Every connection is known to the server.
  await send();
  await (await fetch(`${url}/v2/health/live`)).text(); // Came later than all those.
  end();
  const answered = (await Promise.all(answers())).filter((each) => each).length;
  for (const connection of connections) connection.close();
  return { asked: connections.length, answered };
}

/** Reads one answer to its end; tells whether there is one, and it is no refusal. */
async function isAnswered(connection: Deno.Conn): Promise<boolean> {
  const buffer = new Uint8Array(1 << 16);
  let text = "";
  for (;;) {
    const size = await connection.read(buffer).catch(() => null);
    if (size === null) return false;
    text += new TextDecoder().decode(buffer.subarray(0, size));
    const head = text.indexOf("\r\n\r\n");
    const length = Number(/^content-length: (\d+)/im.exec(text)?.[1]);
    if (head >= 0 && text.length >= head + 4 + length) return text.startsWith("HTTP/1.1 200");
  }
}

function connectTo(url: string): Promise<Deno.TcpConn> {
  const { hostname, port } = new URL(url);
  return Deno.connect({ hostname, port: Number(port) });
}

function rawRequest(address: string, { headers, body }: Init): Uint8Array<ArrayBuffer> {
  const { host, pathname } = new URL(address);
  const lines = Object.entries({ host, "content-length": body.length, ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`);
  const head = new TextEncoder().encode(`POST ${pathname} HTTP/1.1\r\n${lines.join("")}\r\n`);
  return concatBytes([head, body]);
}

type Init = RequestInit & {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
};

function requestOf(
  form: "v1" | "v2" | "binary",
  asked: readonly number[],
  { url, model, models }: {
    readonly url: string;
    readonly model: string;
    readonly models: SoakModels;
  },
): [string, Init] {
  const pixels = concatBytes(asked.map((i) => models.pictures[i]!));
  const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const headers = { "content-type": "application/json" };
  const input = { name: "image", datatype: "UINT8", shape: [asked.length, 784] };
  switch (form) {
    case "v1":
      return [`${url}/v1/models/${model}:predict`, {
        method: "POST",
        headers,
        body: encode({ instances: asked.map((i) => [...models.pictures[i]!]) }),
      }];
    case "v2":
      return [`${url}/v2/models/${model}/infer`, {
        method: "POST",
        headers,
        body: encode({ id: "7", inputs: [{ ...input, data: [...pixels] }] }),
      }];
    case "binary": {
      const parameters = { binary_data_size: pixels.length };
      const head = encode({
        inputs: [{ ...input, parameters }],
        outputs: [{ name: "probabilities" }],
      });
      return [`${url}/v2/models/${model}/infer`, {
        method: "POST",
        headers: { "inference-header-content-length": String(head.length) },
        body: concatBytes([head, pixels]),
      }];
    }
  }
}

/** What is wrong with an answer, if anything is. */
function problemOf(
  { status }: Response,
  body: Uint8Array,
  { asked, models, tally }: {
    readonly asked: readonly number[];
    readonly models: SoakModels;
    readonly tally: SoakTally;
  },
): string | undefined {
  const text = new TextDecoder().decode(body);
  if (status !== 200) return `status ${status}: ${text.slice(0, 200)}`;
  const { predictions, outputs, model_version: version } = JSON.parse(text);
  if (version) tally.versions.add(version);
  const numbers: readonly number[] = predictions
    ? predictions.flatMap((each: { probabilities: number[] }) => each.probabilities)
    : outputs[0].data;
  const isRight = (version: string) =>
    asked.every((picture, i) =>
      models.answer(version, picture).every((p, k) =>
        Math.abs(p - numbers[10 * i + k]!) < TOLERANCE
      )
    );
  // An answer in V1 does not say which version it is from.
  const possible = version ? [version] : ["1", "2"];
  return possible.some(isRight) ? undefined : `a wrong answer of version ${version ?? "?"}`;
}
