/**
 * Requests that come at once, answered by one inference.
 *
 * @module
 */
import { imageSize } from "../digits/digits.ts";
import type { BatchObserver } from "./observer.ts";
import type { PredictOptions, Predictor } from "./predictor.ts";
import { RequestError } from "./request_error.ts";

const SHARES = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** The bounds of a batch, and of what waits for the next. */
export interface BatchOptions {
  /**
   * Pictures in one inference; 1 turns sharing off. Requests of more than that are
   * computed alone.
   * @default 64: more take as long a picture, and those who wait wait longer
   */
  readonly maxBatch?: number;
  /**
   * Pictures that may wait; who comes when it would be more is refused with 503.
   * @default 1024, which takes 20 to 50 ms to compute
   */
  readonly maxWaiting?: number;
  /**
   * How long a request may wait for its turn; then it is refused with 504.
   * @default 10_000
   */
  readonly timeoutMs?: number;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
  /** Told of each inference. */
  readonly observer?: BatchObserver;
}

/** A request that waits. */
interface Waiting {
  readonly images: Uint8Array | Float32Array;
  readonly count: number;
  readonly since: number;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (answer: { readonly probabilities: Float32Array }) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Computes what waits in one inference, as soon as the one before is done: nobody
 * ever waits for others to come. A lone request is computed at once.
 *
 * Who asks must not change the pictures until they are predicted.
 */
export function batchPredictor(predictor: Predictor, options: BatchOptions): Predictor {
  const { name, version, imageShape, classNames } = predictor;
  const queue = new BatchQueue(predictor, options);
  return {
    name,
    version,
    imageShape,
    classNames,
    predict: (images, options) => queue.predict(images, options),
  };
}

class BatchQueue {
  readonly #predictor: Predictor;
  readonly #options: Required<Omit<BatchOptions, "observer">> & Pick<BatchOptions, "observer">;
  readonly #size: number;
  #waiting: Waiting[] = [];
  #waitingImages = 0;
  #isRunning = false;
  /** Of the batch that is computed. */
  #pixels = new Float32Array();

  constructor(predictor: Predictor, options: BatchOptions) {
    this.#predictor = predictor;
    this.#options = { maxBatch: 64, maxWaiting: 1024, timeoutMs: 10_000, ...options };
    this.#size = imageSize(predictor.imageShape);
  }

  predict(
    images: Uint8Array | Float32Array,
    options: PredictOptions = {},
  ): Promise<{ readonly probabilities: Float32Array }> {
    const { maxBatch, maxWaiting, now } = this.#options;
    const count = images.length / this.#size;
    const before = this.#waitingImages;
    if (!Number.isInteger(count)) return this.#predictor.predict(images);
    if (before > 0 && before + count > maxWaiting) {
      return Promise.reject(
        new RequestError(
          503,
          `Cannot take ${count} pictures more as ${before} are waiting: try again in a second`,
          { "retry-after": "1" },
        ),
      );
    }
    return new Promise((resolve, reject) => {
      // Watching a client costs half as much as a picture: not for the next batch.
      const signal = before >= maxBatch ? options.signal : undefined;
      this.#waiting.push({ images, count, since: now(), signal, resolve, reject });
      this.#waitingImages += count;
      if (!this.#isRunning) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      if (batch.length > 0) await this.#compute(batch);
    }
    this.#isRunning = false;
  }

  /** The oldest that are still wanted. */
  #takeBatch(): readonly Waiting[] {
    const { maxBatch, timeoutMs, now } = this.#options;
    const late = now() - timeoutMs;
    const batch: Waiting[] = [];
    let images = 0;
    let taken = 0;
    for (const entry of this.#waiting) {
      if (images > 0 && images + entry.count > maxBatch) break;
      taken++;
      this.#waitingImages -= entry.count;
      if (entry.signal?.aborted) entry.reject(entry.signal.reason);
      else if (entry.since < late) entry.reject(tooLate(timeoutMs));
      else {
        batch.push(entry);
        images += entry.count;
      }
    }
    this.#waiting = this.#waiting.slice(taken);
    if (images > 0) this.#options.observer?.batch(images, this.#waitingImages);
    return batch;
  }

  async #compute(batch: readonly Waiting[]): Promise<void> {
    try {
      const { probabilities } = await this.#predictor.predict(this.#gather(batch));
      if (batch.length === 1) return batch[0]!.resolve({ probabilities });
      const classes = this.#predictor.classNames.length;
      let at = 0;
      for (const { count, resolve } of batch) {
        resolve({ probabilities: probabilities.subarray(at, at += count * classes) });
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  #gather(batch: readonly Waiting[]): Uint8Array | Float32Array {
    if (batch.length === 1) return batch[0]!.images;
    if (this.#pixels.length === 0) {
      this.#pixels = new Float32Array(this.#options.maxBatch * this.#size);
    }
    let at = 0;
    for (const { images } of batch) {
      if (images instanceof Float32Array) this.#pixels.set(images, at);
      else for (let i = 0; i < images.length; i++) this.#pixels[at + i] = SHARES[images[i]!]!;
      at += images.length;
    }
    return this.#pixels.subarray(0, at);
  }
}

function tooLate(timeoutMs: number): RequestError {
  return new RequestError(
    504,
    `Cannot predict within ${timeoutMs} ms as too much else was waiting: try again later`,
    { "retry-after": "1" },
  );
}
