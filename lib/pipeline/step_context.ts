/**
 * What a step may ask for beside its inputs.
 *
 * @module
 */
import type { Host } from "../base/host.ts";
import type { ArtifactInfo, ArtifactUri, Files } from "./artifact_store.ts";
import type { Run } from "./tracker.ts";

/** How far a step has come. */
export interface Progress {
  /** How much of it is done. */
  readonly done: number;
  /** How much there is. */
  readonly total: number;
  /** What is counted: `images`, `bytes`. */
  readonly unit: string;
  /** A few words, such as `epoch 2 of 3, loss 0.05`. */
  readonly note: string;
}

/** Half-done work of one step, kept until the step has succeeded. */
export interface Checkpoint {
  /** What an interrupted attempt at this very step saved last. */
  load(): Promise<Files | undefined>;
  /** Replaces what was saved, all or nothing. */
  save(files: Files): Promise<void>;
}

/** What the runner lends a step while it runs. A step asks for nothing else. */
export interface StepContext {
  /** Aborted when the run is cancelled or the step's time is up. */
  readonly signal: AbortSignal;
  /** Where to record metrics, and the model registry. */
  readonly run: Run;
  /** Where to keep half-done work. */
  readonly checkpoint: Checkpoint;
  /** Where each input that is an artifact is, and its digest, by port; empty without a runner. */
  readonly artifacts: Readonly<Record<string, ArtifactInfo>>;
  /**
   * Where the files of an input that is an artifact lie under their own names, for programs that
   * read the storage themselves, such as a model server.
   */
  filesUri(input: string): Promise<ArtifactUri>;
  /** The machine: clock, disk, network, threads. */
  readonly host: Host;
  /** Tells whoever watches. */
  progress(progress: Progress): void;
}

/** What the runner lends while it only looks whether a step has to run. */
export type LookContext = Omit<StepContext, "checkpoint" | "artifacts" | "filesUri">;
