/**
 * What was read before.
 *
 * @module
 */
import { elementById, make } from "./elements.ts";
import { paintDigit } from "./paint.ts";

const mostKept = 12;

/** The part of the page with the digits that were read before, newest first. */
export class KeptView {
  readonly #part = elementById("kept", HTMLElement);
  readonly #list = elementById("kept-list", HTMLElement);

  /** Adds a drawing: how the model saw its digits, and what it took them for. */
  add(digits: readonly Uint8Array[], text: string): void {
    const views = digits.map((digit) => {
      const canvas = document.createElement("canvas");
      canvas.ariaHidden = "true";
      paintDigit(canvas, digit);
      return canvas;
    });
    this.#list.prepend(make("li", "", make("span", "views", ...views), make("span", "read", text)));
    while (this.#list.childElementCount > mostKept) this.#list.lastElementChild!.remove();
    this.#part.hidden = false;
  }
}
