/**
 * Where the versions of a model come from: a folder, a registry, or a training that
 * has just ended.
 *
 * @module
 */
import type { Predictor } from "./predictor.ts";

/** A version that could be opened. */
export interface SourceVersion {
  /** Such as `3`. */
  readonly version: string;
  /** Decided by its files: another one means that the version was replaced. */
  readonly revision: string;
}

/** What a source has at one time. */
export interface SourceVersions {
  /** Every version, oldest first. */
  readonly versions: readonly SourceVersion[];
  /** The one that answers requests which name none; null when there is none to serve. */
  readonly latest: string | null;
}

/** A version in memory. Disposing of it ends when nothing is being predicted any more. */
export interface OpenModel extends AsyncDisposable {
  /** Ready to predict. */
  readonly predictor: Predictor;
}

/** Where the versions of one model come from. */
export interface VersionSource {
  /** What clients call the model. */
  readonly name: string;
  /**
   * What there is.
   * @throws {UnavailableError} when that can't be told now.
   */
  current(options: { readonly signal: AbortSignal }): Promise<SourceVersions>;
  /**
   * Brings a version into memory.
   * @throws {DataError} when it is damaged.
   * @throws {UnavailableError} when it can't be had now.
   */
  open(version: string, options: { readonly signal: AbortSignal }): Promise<OpenModel>;
  /** Yields whenever `current` may have changed; ends when aborted. */
  changes(options: { readonly signal: AbortSignal }): AsyncIterable<unknown>;
}
