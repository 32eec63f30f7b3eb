/**
 * Lines of JSON, a few at a time: a write for each would cost as much as answering.
 *
 * @module
 */
import { writeAll } from "../../lib/base/write_all.ts";

const FLUSH_MS = 100;
const MOST_CHARACTERS = 1 << 20; // Whoever reads too slowly loses lines; the server answers on.

/** Takes lines. Disposing of it writes the last ones. */
export class JsonLog implements AsyncDisposable {
  readonly #file: { write(bytes: Uint8Array): Promise<number> };
  #waiting = "";
  #lost = 0;
  #flushing: Promise<void> | undefined;

  /** @param file where the lines go, such as `Deno.stdout`. */
  constructor(file: { write(bytes: Uint8Array): Promise<number> }) {
    this.#file = file;
  }

  /** Adds a line. */
  write(line: object): void {
    if (this.#waiting.length > MOST_CHARACTERS) {
      this.#lost++;
      return;
    }
    this.#waiting += JSON.stringify(line) + "\n";
    this.#flushing ??= this.#flushSoon();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#flushing;
  }

  async #flushSoon(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, FLUSH_MS));
    while (this.#waiting !== "") await this.#flush();
    this.#flushing = undefined;
  }

  async #flush(): Promise<void> {
    if (this.#lost > 0) {
      this.#waiting += JSON.stringify({ level: "error", lost_lines: this.#lost }) + "\n";
      this.#lost = 0;
    }
    const bytes = new TextEncoder().encode(this.#waiting);
    this.#waiting = "";
    try {
      await writeAll(this.#file, bytes);
    } catch (error) {
      // A reader that left (`| head`) is no failure of ours.
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    }
  }
}
