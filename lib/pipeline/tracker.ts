/**
 * Where runs are recorded and model versions are kept, with MLflow's words.
 *
 * @module
 */
import type { Files } from "./artifact_store.ts";
import type { JsonValue } from "./port.ts";

/** How a run ended, or that it has not. */
export type RunStatus = "RUNNING" | "FINISHED" | "FAILED" | "KILLED";

/** What a run starts with. */
export interface RunOptions {
  /** The experiment that the run belongs to; made when missing. */
  readonly experiment: string;
  /** For people. */
  readonly name: string;
  /** What was chosen for it; they never change. */
  readonly params: Readonly<Record<string, JsonValue>>;
  /** What else is to be known of it; they may change. */
  readonly tags: Readonly<Record<string, string>>;
  /**
   * Two runs with one key would do the very same work: where the newest with this key
   * was interrupted (its process died, or it ended as `KILLED`), it is continued
   * instead of another being made.
   */
  readonly resumeKey: string;
}

/** How one step of a run went. */
export interface StepReport {
  /** The task's id in the pipeline. */
  readonly name: string;
  /** Skipped also when an earlier step failed before this one was started. */
  readonly state: "succeeded" | "failed" | "skipped";
  /** All its attempts and the pauses between them. */
  readonly seconds: number;
  /** Whether the result was there already: from the step cache, or found outside. */
  readonly cached: boolean;
  /** Why it failed, in one line. */
  readonly error?: string;
}

/** An array that goes in or comes out. */
export interface TensorSpec {
  /** As the model or the dataset calls it. */
  readonly name: string;
  /** NumPy's name: `float32`, `uint8`. */
  readonly dtype: string;
  /** Outermost first; -1 is any length. */
  readonly shape: readonly number[];
}

/** What a model takes and gives. */
export interface ModelInterface {
  /** Its inputs, in order. */
  readonly inputs: readonly TensorSpec[];
  /** Its outputs, in order. */
  readonly outputs: readonly TensorSpec[];
  /** Nested lists of numbers of the only input's shape. */
  readonly inputExample: JsonValue;
}

/** Data that a run read. */
export interface DatasetInput {
  /** Such as `mnist-train`. */
  readonly name: string;
  /** Decided by the data alone; at most 36 characters, as MLflow has it. */
  readonly digest: string;
  /** What it was read for. */
  readonly context: "training" | "validation" | "test";
  /** Where it is. */
  readonly uri: string;
  /** How many examples it has. */
  readonly count: number;
  /** One array of all examples. */
  readonly features: TensorSpec;
  /** One array of all answers. */
  readonly targets: TensorSpec;
}

/** A model version of a registry. */
export interface ModelVersion {
  /** The model's. */
  readonly name: string;
  /** 1 for the first of its name. */
  readonly version: number;
  /** Where its files are. */
  readonly uri: string;
  /** {@linkcode digestFiles} of its files. */
  readonly sha256: string;
  /** The run that made it. */
  readonly runId: string;
  /** What else is to be known of it. */
  readonly tags: Readonly<Record<string, string>>;
  /** What it takes and gives; null when it was not told. */
  readonly interface: ModelInterface | null;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/**
 * Model versions by name, and the aliases that point at them. Names and aliases are
 * of letters, digits, `_`, `-` and `.`; its methods throw a `TypeError` at others.
 */
export interface ModelRegistry {
  /**
   * Makes the next version; where a version of that name has these very files, gives that
   * one, after making it whole again if its files are missing or damaged.
   */
  register(
    name: string,
    files: Files,
    options: {
      readonly runId: string;
      readonly tags: Readonly<Record<string, string>>;
      /** What clients and model servers need to know of it. */
      readonly interface?: ModelInterface;
    },
  ): Promise<ModelVersion>;
  /** The version that has these very files; `undefined` also when they are missing or damaged. */
  find(name: string, sha256: string): Promise<ModelVersion | undefined>;
  /** All versions of a name, oldest first. */
  versions(name: string): Promise<readonly ModelVersion[]>;
  /** Registered names, sorted. */
  names(): Promise<readonly string[]>;
  /**
   * The files of a version.
   * @throws {DataError} when they are missing, or not what was registered.
   */
  files(version: ModelVersion): Promise<Files>;
  /** The version that an alias points at. */
  alias(name: string, alias: string): Promise<ModelVersion | undefined>;
  /**
   * Points an alias at a version.
   * @throws {DataError} when there is no such version.
   */
  setAlias(name: string, alias: string, version: number): Promise<void>;
  /** Where an alias has pointed, oldest first, its present version last. */
  aliasHistory(name: string, alias: string): Promise<readonly number[]>;
}

/** One run while it is being recorded. Disposing of a run that has no end yet ends it as `KILLED`. */
export interface Run extends AsyncDisposable {
  /** 32 hexadecimal digits in lower case. */
  readonly id: string;
  /** Whether this run was interrupted before and is now continued. */
  readonly resumed: boolean;
  /**
   * Adds numbers at a step count (an epoch, or a batch).
   * @throws {TypeError} when a value is no number or the step no integer.
   */
  log(metrics: Readonly<Record<string, number>>, step: number): Promise<void>;
  /** Adds tags, or gives them other values. */
  tag(tags: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Adds parameters.
   * @throws {RangeError} when one was given with another value before: they never change.
   */
  params(params: Readonly<Record<string, JsonValue>>): Promise<void>;
  /**
   * Keeps files under `name` with the run, replacing what was there.
   * @throws {TypeError} when the name has anything but letters, digits, `_`, `-` and `.`.
   */
  attach(name: string, files: Files): Promise<void>;
  /** Records data that the run reads; the same name, digest and context again changes nothing. */
  input(dataset: DatasetInput): Promise<void>;
  /** Records how a step went, in place of what was recorded of it before. */
  step(report: StepReport): Promise<void>;
  /** Nothing can be recorded after it. */
  end(status: Exclude<RunStatus, "RUNNING">, error?: string): Promise<void>;
  /** The tracker's. */
  readonly registry: ModelRegistry;
}

/** Starts runs. */
export interface Tracker {
  /** Makes a run, or continues an interrupted one. The caller disposes of it. */
  start(options: RunOptions): Promise<Run>;
  /** Where model versions are kept. */
  readonly registry: ModelRegistry;
}

/** One number that a run logged. */
export interface MetricPoint {
  /** The metric's. */
  readonly name: string;
  /** May be `NaN` or infinite. */
  readonly value: number;
  /** An epoch, or a batch. */
  readonly step: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** A run as it was recorded. */
export interface RunRecord {
  /** 32 hexadecimal digits in lower case. */
  readonly id: string;
  /** The experiment that it belongs to. */
  readonly experiment: string;
  /** For people. */
  readonly name: string;
  /** `KILLED` too when it has no end and nobody is recording it. */
  readonly status: RunStatus;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Milliseconds since 1970; null when it has no end. */
  readonly endedAt: number | null;
  /** Those it started with, and those added. */
  readonly params: Readonly<Record<string, JsonValue>>;
  /** Their last values. */
  readonly tags: Readonly<Record<string, string>>;
  /** In order; where interrupted work was done again, only what was logged then. */
  readonly metrics: readonly MetricPoint[];
  /** One report a step, the last. */
  readonly steps: readonly StepReport[];
  /** Names given to `attach`. */
  readonly attachments: readonly string[];
  /** What it read, each once. */
  readonly inputs: readonly DatasetInput[];
  /** Those it made, not those that were there already. */
  readonly modelVersions: readonly ModelVersion[];
  /** What `end` was given. */
  readonly error: string | null;
}

/** Reads back what was recorded. */
export interface RunReader {
  /** All runs, newest first. */
  listRuns(): Promise<readonly RunRecord[]>;
  /**
   * One run.
   * @throws {DataError} when there is no such run, or its record can't be read.
   */
  readRun(id: string): Promise<RunRecord>;
  /**
   * What was attached to a run.
   * @throws {DataError} when there is no such run or attachment.
   */
  readAttachment(id: string, name: string): Promise<Files>;
  /**
   * Forgets a run and its attachments; model versions that it made stay.
   * @throws {BusyError} when it is being recorded.
   * @throws {DataError} when there is no such run.
   */
  deleteRun(id: string): Promise<void>;
}
