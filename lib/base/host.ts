/**
 * The machine, as an argument. Steps and stages reach clocks, disks, the
 * network and threads only through a {@linkcode Host}, so a test hands them a
 * machine of its own.
 *
 * @module
 */

/** What a file is, without opening it. */
export interface FileInfo {
  /** In bytes. */
  readonly size: number;
  /** Otherwise it is a file. */
  readonly isFolder: boolean;
}

/** The few file operations that stages need. Paths are the host's own; a missing file is `undefined`, not an error. */
export interface Disk {
  /** The whole file. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** What is there. */
  stat(path: string): Promise<FileInfo | undefined>;
  /** Names in a folder, sorted; empty when there is no such folder. */
  list(path: string): Promise<readonly string[]>;
  /** Writes the whole file or nothing; makes the folders above it. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Adds to the end of a file; makes it, and the folders above it, when missing. */
  append(path: string, bytes: Uint8Array): Promise<void>;
  /** Moves a file over another in one go. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or a whole folder; nothing happens when it is missing. */
  remove(path: string): Promise<void>;
}

/** A machine: everything impure that a stage may use. */
export interface Host {
  /** Milliseconds since 1970. */
  now(): number;
  /** Waits; rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** A seed nobody chose, 0 to 2³² − 1. */
  randomSeed(): number;
  /**
   * The web's `fetch`. With `once`, the request is sent at most once: otherwise `fetch` itself may
   * send it again when the kept connection that it chose breaks.
   */
  fetch(
    url: string | URL,
    options?: RequestInit & { readonly once?: boolean },
  ): Promise<Response>;
  /** Starts a module in a thread of its own. */
  worker(module: URL): Worker;
  /** Processor cores this process may use. */
  readonly cores: number;
  /** Its files. */
  readonly disk: Disk;
  /** A folder for what may be deleted and fetched again, such as downloads. */
  readonly cacheFolder: string;
}
