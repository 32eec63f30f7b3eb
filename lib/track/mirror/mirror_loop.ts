/**
 * Sends what waits, in the background, whether or not the server is there.
 *
 * @module
 */
import { BusyError, DataError, messageOf, UnavailableError } from "../../base/errors.ts";
import type { Host } from "../../base/host.ts";
import { MlflowError } from "../mlflow/mlflow_error.ts";
import type { CallOptions } from "../mlflow/mlflow_http.ts";

/** Something that is sent part by part. */
export interface MirrorTarget extends AsyncDisposable {
  /** For people: `run 3f2a…`. */
  readonly name: string;
  /**
   * Sends the next part.
   * @returns whether there may be more.
   * @throws {UnavailableError} when it makes sense to try again later.
   */
  advance(options: CallOptions): Promise<boolean>;
}

/** How sending ended. */
export interface DrainResult {
  /** Whether everything is sent that is recorded. */
  readonly complete: boolean;
  /** Why not, in one sentence; null when it is, or when only the time was over. */
  readonly reason: string | null;
}

/** How a loop works. */
export interface MirrorLoopOptions {
  readonly host: Pick<Host, "now" | "sleep" | "randomSeed">;
  /** The server, for people. */
  readonly server: string;
  /** Takes one sentence when the server goes away, and one when it is back. */
  readonly notice: (text: string) => void;
  /** How long something waits so that more can go with it. */
  readonly gatherMs: number;
}

const LONGEST_PAUSE_MS = 30_000; // a server that is back should not wait longer
const ASK_AGAIN_MS = 10_000; // who needs an answer is not kept waiting more often
const BUSY_PAUSE_MS = 250;
const LONGEST_DRAIN_PAUSE_MS = 1_000; // somebody is waiting

/** Works only when woken, and until all is sent. */
export class MirrorLoop implements AsyncDisposable {
  readonly #options: MirrorLoopOptions;
  readonly #targets = new Set<MirrorTarget>();
  readonly #stop = new AbortController();
  /** Ends the pause that is being made. */
  #hurry = new AbortController();
  #draining = false;
  #waiting = false;
  /** Whether another process is sending something of ours. */
  #isBusy = false;
  #working: Promise<void> | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  /** Why nothing can be sent now. */
  #failure: UnavailableError | undefined;
  #failures = 0;
  #failedAt = -Infinity;
  /** Resolves when everything has been tried once more. */
  #round = Promise.withResolvers<"complete" | "incomplete">();

  constructor(options: MirrorLoopOptions) {
    this.#options = options;
  }

  /** From now on this is sent, too, and closed in the end. */
  add(target: MirrorTarget): void {
    this.#targets.add(target);
    this.wake();
  }

  /** Sends no more of this, and closes it. */
  async remove(target: MirrorTarget): Promise<void> {
    this.#targets.delete(target);
    await this.exclusively(async () => await target[Symbol.asyncDispose]());
  }

  /** Whether nothing is to be asked now: the last try has just failed, or this is closed. */
  get isAway(): boolean {
    if (this.#stop.signal.aborted) return true;
    return this.#failure !== undefined &&
      this.#options.host.now() - this.#failedAt < ASK_AGAIN_MS;
  }

  /** Tells that there is something new. Costs next to nothing. */
  wake(): void {
    this.#waiting = true;
    if (!this.#stop.signal.aborted) this.#working ??= this.#work();
  }

  /**
   * Sends what there is, and waits for that; not longer than `timeoutMs`, nor where waiting
   * does not help.
   */
  async drain(
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<DrainResult> {
    using over = new DisposableStack();
    const cancel = over.adopt(new AbortController(), (controller) => controller.abort());
    over.defer(() => void (this.#draining = false));
    this.#draining = true;
    this.wake();
    this.#hurry.abort();
    const limit = this.#options.host
      .sleep(timeoutMs, { signal: AbortSignal.any([cancel.signal, ...signal ? [signal] : []]) })
      .then(() => "over" as const, () => "over" as const);
    for (;;) {
      const outcome = await Promise.race([limit, this.#round.promise]);
      if (outcome === "complete") return { complete: true, reason: null };
      if (outcome === "over" || this.#isHopeless()) break;
    }
    return { complete: false, reason: this.#failure ? messageOf(this.#failure) : null };
  }

  /** Takes in how a try went: one sentence when the server goes away, and one when it is back. */
  judge(failure: UnavailableError | undefined): void {
    const { notice, server } = this.#options;
    const before = this.#failure;
    this.#failure = failure;
    this.#failures = failure ? this.#failures + 1 : 0;
    if (failure) this.#failedAt = this.#options.host.now();
    if (failure && (!before || isRejected(failure) !== isRejected(before))) {
      notice(`${messageOf(failure)}. The run goes on, and its journal keeps what is to be sent`);
    }
    if (!failure && before) notice(`MLflow at ${server} is back`);
  }

  /** Does something while nothing is being sent. The signal tells that the mirror is closed. */
  async exclusively<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => work(this.#stop.signal));
    this.#turn = turn.catch(() => {}); // whoever asked for it is told
    return await turn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new DOMException("The mirror was closed", "AbortError"));
    await this.#working;
    await this.#turn;
    for (const target of this.#targets) await target[Symbol.asyncDispose]();
    this.#targets.clear();
  }

  async #work(): Promise<void> {
    const { signal } = this.#stop;
    while (this.#waiting && !signal.aborted) {
      await this.#pause();
      if (signal.aborted) break;
      this.#waiting = false;
      await this.exclusively(() => this.#sendAll());
      this.#round.resolve(this.#waiting ? "incomplete" : "complete");
      this.#round = Promise.withResolvers();
    }
    this.#working = undefined; // in the same moment as the check, so that no call of wake gets lost
  }

  async #pause(): Promise<void> {
    const pauseMs = this.#pauseMs();
    if (pauseMs === 0) return;
    const signal = AbortSignal.any([this.#stop.signal, this.#hurry.signal]);
    await this.#options.host.sleep(pauseMs, { signal }).catch(() => {});
    if (this.#hurry.signal.aborted) this.#hurry = new AbortController();
  }

  #pauseMs(): number {
    const { host, gatherMs } = this.#options;
    if (!this.#failure) return !this.#draining ? gatherMs : this.#isBusy ? BUSY_PAUSE_MS : 0;
    const longest = this.#draining ? LONGEST_DRAIN_PAUSE_MS : LONGEST_PAUSE_MS;
    const jitter = 0.5 + 0.5 * (host.randomSeed() / 0x1_0000_0000);
    return Math.min(500 * 2 ** this.#failures, longest) * jitter;
  }

  /** Tries to send everything; what fails does not keep the others from being sent. */
  async #sendAll(): Promise<void> {
    const { signal } = this.#stop;
    let failure: UnavailableError | undefined;
    this.#isBusy = false;
    for (const target of this.#targets) {
      try {
        while (await target.advance({ signal }));
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof UnavailableError) failure ??= error;
        else if (error instanceof BusyError) this.#isBusy = true;
        else await this.#giveUp(target, error);
      }
    }
    if (this.#targets.size === 0) return;
    this.#waiting ||= this.#isBusy || failure !== undefined;
    this.judge(failure);
  }

  async #giveUp(target: MirrorTarget, error: unknown): Promise<void> {
    if (!this.#targets.delete(target)) return; // nobody wants to know any more
    const what = error instanceof DataError ? "" : `Cannot send ${target.name} to MLflow: `;
    this.#options.notice(`${what}${messageOf(error)}`);
    await target[Symbol.asyncDispose]();
  }

  /** Whether another try in the next seconds makes no sense. */
  #isHopeless(): boolean {
    return this.#failure instanceof MlflowError && !this.#failure.retryable;
  }
}

/** Whether the login is the matter. */
function isRejected(failure: UnavailableError): boolean {
  return failure instanceof MlflowError && (failure.status === 401 || failure.status === 403);
}
