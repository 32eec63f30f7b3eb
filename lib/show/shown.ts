/**
 * A value that displays itself.
 *
 * @module
 */
import { messageOf, UnavailableError } from "../base/errors.ts";
import type { MediaBundle, Pictures } from "./media_bundle.ts";
import type { Notebook } from "./notebook.ts";

/** How Jupyter's kernels ask a value for what they show of it. */
export const jupyterDisplay: unique symbol = Symbol.for("Jupyter.display");

const inspect: unique symbol = Symbol.for("Deno.customInspect");

/**
 * Something to look at: as the last value of a cell it displays itself, elsewhere `await` its
 * {@linkcode display}. `console.log` writes its text.
 */
export class Shown {
  /** The same without pictures. */
  readonly text: string;
  readonly #draw: () => Pictures | Promise<Pictures>;
  readonly #notebook: Notebook;

  /**
   * Shows nothing yet.
   *
   * @param draw is called when the pictures are wanted, and only where they can be seen.
   */
  constructor(
    text: string,
    draw: () => Pictures | Promise<Pictures>,
    notebook: Notebook,
  ) {
    this.text = text;
    this.#draw = draw;
    this.#notebook = notebook;
  }

  /** Shows it now, below the cell that runs. */
  async display(): Promise<void> {
    await this.#notebook.display(await this.#bundle());
  }

  /** What a kernel shows. */
  [jupyterDisplay](): Promise<MediaBundle> {
    return this.#bundle();
  }

  /** What `console.log` writes. */
  [inspect](): string {
    return this.text;
  }

  async #bundle(): Promise<MediaBundle> {
    if (!this.#notebook.isRich) return { "text/plain": this.text };
    try {
      return { ...await this.#draw(), "text/plain": this.text };
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      return { "text/plain": `${this.text}\n(${messageOf(error)})` };
    }
  }
}
