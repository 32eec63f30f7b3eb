/**
 * Another library that trains and predicts, measured in a process of its own.
 * `peers/peer.py` says how it is asked.
 *
 * @module
 */
import * as v from "valibot";
import { UnavailableError } from "../../lib/base/errors.ts";
import { LineProcess, type LineProcessOptions } from "./line_process.ts";

const Positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const Greeting = v.object({ name: v.string(), version: v.string() });
const Speed = v.object({ imagesPerSecond: Positive, form: v.string() });
const Latency = v.object({ medianMs: Positive, p99Ms: Positive, form: v.string() });

/** How fast the peer was, and in which of its forms. */
export type PeerSpeed = v.InferOutput<typeof Speed>;

/** How long one picture takes, and in which of its forms. */
export type PeerLatency = v.InferOutput<typeof Latency>;

/**
 * A running peer. Before it does something for the first time it tries its forms
 * and keeps the fastest; that is not timed. Questions reject with
 * {@linkcode UnavailableError} when it fails, ends, or is too slow.
 */
export class PeerProcess implements AsyncDisposable {
  /** Such as `Keras fit`. */
  readonly name: string;
  /** What it runs on, such as `tensorflow 2.21.0, keras 3.15.1`. */
  readonly version: string;
  readonly #process: LineProcess;

  private constructor(process: LineProcess, greeting: v.InferOutput<typeof Greeting>) {
    this.#process = process;
    this.name = greeting.name;
    this.version = greeting.version;
  }

  /**
   * Starts a peer and waits until it is ready.
   * @throws {UnavailableError} when it does not start.
   */
  static async start(options: LineProcessOptions): Promise<PeerProcess> {
    await using stack = new AsyncDisposableStack();
    const process = stack.use(new LineProcess(options));
    const peer = new PeerProcess(process, parse(await process.hear(), Greeting, options.program));
    stack.move();
    return peer;
  }

  /** Trains on that many images, starting with the first. */
  async train(images: number, options: { readonly batchSize: number }): Promise<PeerSpeed> {
    return await this.#ask({ measure: "train", images, batch: options.batchSize }, Speed);
  }

  /** Predicts that many images, starting with the first. */
  async predict(images: number, options: { readonly batchSize: number }): Promise<PeerSpeed> {
    return await this.#ask({ measure: "predict", images, batch: options.batchSize }, Speed);
  }

  /** Predicts that many images one at a time. */
  async latency(images: number): Promise<PeerLatency> {
    return await this.#ask({ measure: "latency", images }, Latency);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }

  async #ask<T>(question: unknown, schema: v.GenericSchema<unknown, T>): Promise<T> {
    return parse(await this.#process.ask(JSON.stringify(question)), schema, this.name);
  }
}

function parse<T>(line: string, schema: v.GenericSchema<unknown, T>, name: string): T {
  const answer = v.safeParse(v.pipe(v.string(), v.parseJson()), line);
  const failure = v.safeParse(v.object({ error: v.string() }), answer.output);
  if (failure.success) {
    throw new UnavailableError(`Cannot measure ${name}: ${failure.output.error}`);
  }
  const parsed = v.safeParse(schema, answer.output);
  if (parsed.success) return parsed.output;
  throw new UnavailableError(
    `Cannot measure ${name}: it answered ${JSON.stringify(line.slice(0, 100))}`,
  );
}
