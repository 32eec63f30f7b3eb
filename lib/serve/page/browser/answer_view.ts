/**
 * What the model reads, shown.
 *
 * @module
 */
import { elementById, make } from "./elements.ts";
import type { Reading } from "./inference.ts";
import { paintDigit } from "./paint.ts";
import { percent, textOf, wordsFor } from "./words.ts";

const blankDigit = new Uint8Array(28 * 28);

/** The part of the page with the answer. */
export class AnswerView {
  readonly #digit = elementById("digit", HTMLElement);
  readonly #verdict = elementById("verdict", HTMLElement);
  readonly #detail = elementById("detail", HTMLElement);
  readonly #seen = elementById("seen", HTMLElement);
  readonly #bars = elementById("bars", HTMLElement);
  #classNames: readonly string[] = []; // in the order of the bars
  #readings: readonly Reading[] = [];
  #chosen = 0; // which digit the bars are of

  /** Nothing has been read yet. */
  constructor() {
    this.forgetNames();
    this.clear();
  }

  /** What is shown, in one sentence. */
  get words(): string {
    return [this.#digit, this.#verdict, this.#detail].map((part) => part.textContent)
      .filter(Boolean).join(", ");
  }

  /** Another model reads: its classes are the ten digits until it says otherwise. */
  forgetNames(): void {
    this.#name(Array.from("0123456789"));
  }

  /** There is nothing to read, or nothing that can be. */
  clear(verdict?: string): void {
    this.showSeen([blankDigit]);
    this.showReadings([]);
    if (verdict) this.#verdict.textContent = verdict;
  }

  /** What the model is asked about: 28×28 bytes each, 0 is paper and 255 is ink. */
  showSeen(digits: readonly Uint8Array[]): void {
    if (this.#seen.childElementCount !== digits.length) this.#makeViews(digits.length);
    this.#seen.querySelectorAll("canvas").forEach((canvas, i) => paintDigit(canvas, digits[i]!));
  }

  /**
   * What it says of them.
   *
   * @param classNames all of them, where they are known.
   */
  showReadings(readings: readonly Reading[], classNames?: readonly string[]): void {
    this.#name(classNames ?? learnNames(this.#classNames, readings));
    const text = textOf(readings) || "–";
    const { verdict, detail } = wordsFor(readings, this.#classNames);
    this.#readings = readings;
    this.#digit.textContent = text;
    this.#digit.dataset.length = sizeOf(readings.length === 0 ? 0 : text.length);
    this.#verdict.textContent = verdict;
    this.#detail.textContent = detail;
    this.#showBars();
  }

  #name(classes: readonly string[]): void {
    if (JSON.stringify(classes) === JSON.stringify(this.#classNames)) return;
    this.#classNames = classes;
    this.#bars.replaceChildren(...classes.map(makeBar));
    this.#bars.classList.toggle("short", classes.every((name) => name.length <= 2));
    this.#showBars();
  }

  #makeViews(count: number): void {
    this.#chosen = 0;
    const views = Array.from({ length: count }, () => {
      const canvas = document.createElement("canvas");
      canvas.role = "img";
      canvas.ariaLabel = "Your drawing in 28 by 28 pixels";
      return canvas;
    });
    this.#seen.dataset.count = `${count}`;
    if (count === 1) return this.#seen.replaceChildren(...views);
    this.#seen.replaceChildren(...views.map((canvas, i) => {
      const button = make("button", "", canvas);
      button.type = "button";
      button.ariaLabel = `Probabilities of digit ${i + 1} of ${count}`;
      button.addEventListener("click", () => {
        this.#chosen = i;
        this.#showBars();
      });
      return button;
    }));
  }

  #showBars(): void {
    const probabilities = this.#readings[this.#chosen]?.probabilities ?? [];
    const best = probabilities.indexOf(Math.max(...probabilities));
    [...this.#bars.children].forEach((bar, i) => {
      const share = probabilities[i] ?? 0;
      bar.classList.toggle("best", i === best);
      (bar as HTMLElement).style.setProperty("--share", `${share}`);
      bar.querySelector(".percent")!.textContent = probabilities.length > 0 ? percent(share) : "";
    });
    this.#seen.querySelectorAll("button").forEach((button, i) => {
      button.ariaPressed = `${i === this.#chosen}`;
    });
  }
}

/** The longer a text is, the smaller it is written. */
function sizeOf(length: number): string {
  if (length === 0) return "none";
  if (length === 1) return "one";
  return length < 4 ? "few" : "many";
}

/** V1 names only the class that a picture is taken for. */
function learnNames(known: readonly string[], readings: readonly Reading[]): readonly string[] {
  const [first] = readings;
  if (!first) return known;
  const names = first.probabilities.map((_, i) => known[i] ?? `${i}`);
  for (const reading of readings) names[reading.class] = reading.label;
  return names;
}

function makeBar(name: string): HTMLElement {
  return make(
    "li",
    "bar",
    make("span", "name", name),
    make("span", "track", make("span", "fill")),
    make("span", "percent"),
  );
}
