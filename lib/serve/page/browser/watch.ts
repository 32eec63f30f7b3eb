/**
 * Waits for a server that is in trouble. Pure.
 *
 * @module
 */
import type { ListedModel } from "./inference.ts";
import { type Trouble, troubleOf } from "./trouble.ts";

/** What a {@linkcode Watch} asks, and whom it tells. */
export interface WatchOptions {
  /** Asks the server which models it has. */
  readonly list: () => Promise<readonly ListedModel[]>;
  /** Takes the models, and says what is wrong with the one that is wanted. */
  readonly take: (models: readonly ListedModel[]) => Trouble | undefined;
  /** Waits. */
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** Told that something else is wrong than before, or nothing any more. */
  readonly onTrouble: () => void;
  /** The server has the wanted model: it can be asked. */
  readonly onReady: () => void;
}

const firstWaitMs = 500;
const longestWaitMs = 8_000;

/** Knows whether the server can be asked, and waits until it can. */
export class Watch {
  readonly #options: WatchOptions;
  #trouble: Trouble | undefined;
  #isLooking = false;
  #waitMs = firstWaitMs; // longer from failure to failure

  /** Does nothing yet. */
  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** What is wrong with the server. */
  get trouble(): Trouble | undefined {
    return this.#trouble;
  }

  /** Whether it makes sense to ask the server now. */
  get isWell(): boolean {
    return !this.#isLooking;
  }

  /** Asks for the models, and again where time may cure what is wrong. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    await this.#lookUntilWell(await this.#list());
  }

  /** Something went wrong: says so, and looks where time may cure it. */
  async failed(trouble: Trouble): Promise<void> {
    this.#set(trouble);
    if (this.#isLooking || trouble.cure !== "time") return;
    this.#isLooking = true;
    await this.#lookUntilWell(trouble);
  }

  /** All is well. */
  succeeded(): void {
    this.#waitMs = firstWaitMs;
    this.#set(undefined);
  }

  async #lookUntilWell(trouble: Trouble | undefined): Promise<void> {
    while (trouble?.cure === "time") {
      await this.#options.sleep(this.#waitMs);
      this.#waitMs = Math.min(2 * this.#waitMs, longestWaitMs);
      trouble = await this.#list();
    }
    this.#isLooking = false;
    if (!trouble) this.#options.onReady();
  }

  async #list(): Promise<Trouble | undefined> {
    let trouble: Trouble | undefined;
    try {
      trouble = this.#options.take(await this.#options.list());
    } catch (error) {
      trouble = troubleOf(error);
    }
    if (trouble) this.#set(trouble);
    return trouble;
  }

  #set(trouble: Trouble | undefined): void {
    const isNew = trouble?.words !== this.#trouble?.words;
    this.#trouble = trouble;
    if (isNew) this.#options.onTrouble();
  }
}
