/**
 * What went wrong, shown.
 *
 * @module
 */
import { elementById, make } from "./elements.ts";
import type { Trouble } from "./trouble.ts";

/** The line under the page's head that is there only when something is wrong. */
export class Notice {
  readonly #line = elementById("notice", HTMLElement);
  readonly #onToken: (token: string) => void;

  /** @param onToken a token was entered. */
  constructor(onToken: (token: string) => void) {
    this.#onToken = onToken;
  }

  /** Says what is wrong, and asks for a token where that helps; `undefined` when nothing is wrong. */
  show(trouble: Trouble | undefined): void {
    this.#line.hidden = !trouble;
    this.#line.replaceChildren(trouble?.words ?? "");
    if (trouble?.cure === "token") this.#line.append(this.#tokenForm());
  }

  #tokenForm(): HTMLFormElement {
    const input = make("input", "");
    input.type = "password";
    input.autocomplete = "off";
    input.required = true;
    const form = make("form", "", make("label", "", "Token ", input), make("button", "", "Use it"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#onToken(input.value.trim());
    });
    return form;
  }
}
