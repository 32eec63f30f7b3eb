/**
 * The server that this page came from: which models it has, and what they read.
 *
 * @module
 */

/** A model of the server. */
export interface ListedModel {
  /** What the server calls it. */
  readonly name: string;
  /** Those that can be chosen, oldest first; empty where the server lists none. */
  readonly versions: readonly string[];
  /** Whether it reads digits now. */
  readonly ready: boolean;
  /** How to ask it: V2 is the Open Inference Protocol, V1 is KServe's older one. */
  readonly protocol: "V1" | "V2";
}

/** A model, and one of its versions. */
export interface Choice extends Pick<ListedModel, "name" | "protocol"> {
  /** `undefined` for the one that the server answers with. */
  readonly version: string | undefined;
}

/** What a model takes one digit for. */
export interface Reading {
  /** The most probable class. */
  readonly class: number;
  /** Its name. */
  readonly label: string;
  /** Of each class, summing to 1. */
  readonly probabilities: readonly number[];
}

/** What a model takes digits for. */
export interface Answer {
  /** One a digit, in their order. */
  readonly readings: readonly Reading[];
  /** What each class is called, where the server says it. */
  readonly classNames: readonly string[] | undefined;
}

/**
 * The web's `fetch`, for a path beside the page.
 *
 * @throws {Refusal} when there is no answer.
 */
export type Send = (path: string, init?: RequestInit) => Promise<Response>;

/** Another answer than the one hoped for, or none. */
export class Refusal extends Error {
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;

  /** @param reason for people. */
  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

/**
 * The models of a server, in its order.
 *
 * @throws {Refusal} when it does not say, or can't be reached.
 */
export async function listModels(send: Send): Promise<readonly ListedModel[]> {
  const response = await send("v2/models");
  const protocol = response.status === 404 ? "V1" : "V2"; // an older server
  const list = protocol === "V1" ? await send("v1/models") : response;
  const { models } = await jsonOf<{ models: readonly string[] }>(list);
  return await Promise.all(models.map(async (name) => {
    const description = await send(`${protocol.toLowerCase()}/models/${encodeURIComponent(name)}`);
    if (description.status >= 400) return { name, versions: [], ready: false, protocol };
    type Description = { readonly versions?: readonly string[]; readonly ready?: boolean };
    const { versions = [], ready = true } = await jsonOf<Description>(description);
    return { name, versions, ready, protocol };
  }));
}

/**
 * What a model takes digits for.
 *
 * @param digits bytes 0..255, as many as the model's pictures have pixels.
 * @throws {Refusal} when the server does not answer as it should, or can't be reached.
 */
export function readDigits(
  send: Send,
  digits: readonly Uint8Array[],
  { name, version, protocol }: Choice,
): Promise<Answer> {
  const model = `models/${encodeURIComponent(name)}`;
  if (protocol === "V1") return readV1(send, digits, `v1/${model}`);
  const path = version === undefined ? "" : `/versions/${encodeURIComponent(version)}`;
  return readV2(send, digits, `v2/${model}${path}`);
}

async function readV1(
  send: Send,
  digits: readonly Uint8Array[],
  path: string,
): Promise<Answer> {
  const instances = digits.map((digit) => Array.from(digit));
  const response = await postJson(send, `${path}:predict`, { instances });
  const { predictions } = await jsonOf<{ predictions: readonly Reading[] }>(response);
  return { readings: predictions, classNames: undefined };
}

async function readV2(
  send: Send,
  digits: readonly Uint8Array[],
  path: string,
): Promise<Answer> {
  const data = digits.flatMap((digit) => Array.from(digit));
  const response = await postJson(send, `${path}/infer`, {
    inputs: [{ name: "image", datatype: "UINT8", shape: [digits.length, 28, 28], data }],
    outputs: [{ name: "probabilities", parameters: { classification: 1000 } }], // of all classes
  });
  const { outputs: [output] } = await jsonOf<{ outputs: readonly [{ data: string[] }] }>(response);
  const classes = output.data.length / digits.length;
  const classNames: string[] = [];
  const readings = digits.map((_, i) => {
    const probabilities: number[] = [];
    for (const text of output.data.slice(i * classes, (i + 1) * classes)) {
      const [share, index, ...name] = text.split(":"); // as 0.98:7:seven
      probabilities[Number(index)] = Number(share);
      classNames[Number(index)] = name.join(":");
    }
    const best = probabilities.indexOf(Math.max(...probabilities));
    return { class: best, label: classNames[best]!, probabilities };
  });
  return { readings, classNames };
}

function postJson(send: Send, path: string, body: unknown): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return send(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** The body of an answer that is as it should be. */
async function jsonOf<T>(response: Response): Promise<T> {
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return body as T;
  const reason = (body as { readonly error?: unknown } | undefined)?.error;
  throw new Refusal(
    response.status,
    typeof reason === "string" ? reason : `The server answered with status ${response.status}.`,
  );
}
