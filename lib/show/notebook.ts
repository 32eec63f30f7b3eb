/**
 * Where values are shown: a kernel, a terminal, or a test.
 *
 * @module
 */
import type { MediaBundle } from "./media_bundle.ts";

/** What the views of a notebook need of it. */
export interface Notebook {
  /** Whether it shows more than text. */
  readonly isRich: boolean;
  /** Milliseconds since any moment. */
  now(): number;
  /** Shows something below the cell that runs; resolved when it can't be lost any more. */
  display(bundle: MediaBundle): Promise<void>;
  /** Shows something that will be replaced. */
  open(bundle: MediaBundle): Promise<LiveOutput>;
  /** A signal that is aborted when the reader presses Stop. */
  cancellable(): AbortSignal;
}

/** An output that changes in place. */
export interface LiveOutput {
  /** Shows this instead, for a while. */
  replace(bundle: MediaBundle): void;
  /** Shows this instead, for good: it is what a saved notebook has. Resolved as `display` is. */
  keep(bundle: MediaBundle): Promise<void>;
}
