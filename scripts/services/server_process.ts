/**
 * A server of others as processes that are started and killed.
 *
 * @module
 */
import { UnavailableError } from "../../lib/base/errors.ts";
import { unlessMissing } from "../../lib/base/unless_missing.ts";
import { isFreePort } from "./ports.ts";

const START_MS = 120_000; // MLflow takes 5 to 25 s on an idle machine.
const FREE_MS = 10_000; // The operating system takes moments to free a dead process's port.
const POLL_MS = 50;

/** What to start. */
export interface ServerProgram {
  /** For people, such as `MinIO`. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Answers 200 as soon as the server is ready. */
  readonly healthPath?: string;
  /** Whether it is ready, where that is not asked over HTTP. */
  readonly answers?: () => Promise<boolean>;
  /** Files outside its folder that it makes and does not remove. */
  readonly leftovers?: readonly string[];
}

/** Where to start it. */
export interface ServerPlace {
  /** Of 127.0.0.1. */
  readonly port: number;
  /** The folder that it runs in, and keeps its data in. */
  readonly folder: string;
  /** The file that its output is added to. */
  readonly logFile: string;
  /** Whether it goes on when this process ends. */
  readonly background: boolean;
}

/**
 * Runs a program for as long as standard input is open, and ends with it, whoever ends
 * first: however a test is ended, its servers don't outlive it.
 */
const WHILE_STDIN_IS_OPEN =
  `log="$1"; shift; ("$@" </dev/null >>"$log" 2>&1; kill -9 0) & cat >/dev/null; kill -9 0`;

const IN_BACKGROUND = `log="$1"; shift; exec "$@" </dev/null >>"$log" 2>&1`;

/** A server that is started, killed, and started again, with one folder and one port. */
export class ServerProcess {
  readonly #program: ServerProgram;
  readonly #place: ServerPlace;
  #child: Deno.ChildProcess | undefined;

  /** Starts nothing yet. */
  constructor(program: ServerProgram, place: ServerPlace) {
    this.#program = program;
    this.#place = place;
  }

  /** Without a last `/`. */
  get url(): string {
    return `http://127.0.0.1:${this.#place.port}`;
  }

  /** Starts the program; gives its process id, which is that of its process group, too. */
  spawn(): number {
    const { program, args, env } = this.#program;
    const { folder, logFile, background } = this.#place;
    const script = background ? IN_BACKGROUND : WHILE_STDIN_IS_OPEN;
    this.#child = new Deno.Command("sh", {
      args: ["-c", script, "sh", logFile, program, ...args],
      cwd: folder,
      env,
      clearEnv: true,
      stdin: background ? "null" : "piped",
      stdout: "null",
      stderr: "null",
      detached: true, // A process group, so that signals reach what the program has started.
    }).spawn();
    if (background) this.#child.unref();
    return this.#child.pid;
  }

  /**
   * Waits until it answers.
   * @throws {UnavailableError} with the end of its log, when it ends or is too slow.
   */
  async ready({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    let ended = false;
    this.#child?.status.then(() => ended = true);
    const latest = performance.now() + START_MS;
    while (!await this.answers() || ended) {
      const late = performance.now() > latest;
      if (ended || late || signal?.aborted) {
        await this.kill();
        signal?.throwIfAborted();
        throw new UnavailableError(
          `Cannot start ${this.#program.name} as it ` +
            (late ? `does not answer after ${START_MS / 1000} s` : "ended") +
            `. It said:\n${(await this.log()).trim().split("\n").slice(-20).join("\n")}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Ends it as a power cut would; done when nobody listens on its port any more. */
  async kill(): Promise<void> {
    if (!this.#child) return;
    signalGroup(this.#child.pid, "SIGKILL");
    await this.#child.status;
    if (!this.#place.background) await this.#child.stdin.abort().catch(() => {});
    this.#child = undefined;
    await waitUntil(() => isFreePort(this.#place.port), `stop ${this.#program.name}`);
  }

  /** Everything it has said. */
  async log(): Promise<string> {
    return await unlessMissing(Deno.readTextFile(this.#place.logFile)) ?? "";
  }

  /** Whether it is ready right now. */
  async answers(): Promise<boolean> {
    const { answers, healthPath = "/" } = this.#program;
    if (answers) return await answers();
    try {
      const signal = AbortSignal.timeout(5_000);
      const response = await fetch(this.url + healthPath, { signal });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false; // Nobody listens, or it is not ready to speak.
    }
  }
}

/** Sends a signal to a process and all that it has started; nothing happens when they are gone. */
export function signalGroup(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** @throws {UnavailableError} when it takes longer than moments; `what` is what can't be done then. */
export async function waitUntil(done: () => boolean, what: string): Promise<void> {
  const latest = performance.now() + FREE_MS;
  while (!done()) {
    if (performance.now() > latest) {
      throw new UnavailableError(`Cannot ${what}: it still runs after ${FREE_MS / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
