/**
 * What is told of every request that asks for predictions, for metrics and logs.
 *
 * @module
 */

/** How a request for predictions was written. */
export type Protocol = "v1" | "v2" | "v2-binary" | "grpc";

/** One request for predictions, once its answer is ready. */
export interface RequestReport {
  /** How it was written. */
  readonly protocol: Protocol;
  /** As the repository calls it; empty when the request meant none that it has. */
  readonly model: string;
  /** The one that answered; empty when none did. */
  readonly version: string;
  /** Of the answer: an HTTP status, for gRPC the one that means the same. */
  readonly status: number;
  /** Pictures in it; 0 when it could not be read. */
  readonly images: number;
  /** Milliseconds on the observer's clock when it came. */
  readonly cameAt: number;
  /** When it was read; `answeredAt` where it never was. */
  readonly readAt: number;
  /** When it was predicted; `answeredAt` where it never was. */
  readonly predictedAt: number;
  /** When its answer was ready. */
  readonly answeredAt: number;
}

/** Hears of requests. It must be quick: the answer waits for it. */
export interface RequestObserver {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** A request was answered. */
  answered(report: RequestReport): void;
}

/** Hears of inferences, which several requests may share. */
export interface BatchObserver {
  /** An inference of so many pictures begins, and so many more are waiting for the next. */
  batch(images: number, waiting: number): void;
}
