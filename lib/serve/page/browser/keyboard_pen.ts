/**
 * A pen that is moved with keys.
 *
 * @module
 */
import { type PenPoint, penWidth } from "./stroke.ts";

/** Who is told of what the pen does. */
export interface KeyboardPenOptions {
  /** It was put down. */
  readonly onDown: (at: PenPoint) => void;
  /** It moved while it was down. */
  readonly onMove: (at: PenPoint) => void;
  /** It was lifted. */
  readonly onUp: () => void;
  /** It looks otherwise than before. */
  readonly onLook: () => void;
}

const step = 1 / 28; // of the sheet's side: one pixel of what the model sees
const largeStep = 3 * step; // with Shift
const directions: ReadonlyMap<string, readonly [x: number, y: number]> = new Map([
  ["ArrowLeft", [-1, 0]],
  ["ArrowRight", [1, 0]],
  ["ArrowUp", [0, -1]],
  ["ArrowDown", [0, 1]],
]);

/** Arrow keys move it, two at once across; space lowers and lifts it. */
export class KeyboardPen {
  readonly #options: KeyboardPenOptions;
  readonly #held = new Set<string>();
  #x = 0.5;
  #y = 0.25;
  #isDown = false;
  #isShown = false;

  /** It is up, and not shown. */
  constructor(options: KeyboardPenOptions) {
    this.#options = options;
  }

  /** Does what a key stands for; `false` when it stands for nothing. */
  press({ key, repeat, shiftKey }: KeyboardEvent): boolean {
    if (key === " ") {
      if (!repeat) this.#toggle();
      return true;
    }
    if (!directions.has(key)) return false;
    this.#held.add(key);
    this.#move(shiftKey ? largeStep : step);
    return true;
  }

  /** A key is no longer pressed. */
  release({ key }: KeyboardEvent): void {
    this.#held.delete(key);
  }

  /** Lifts it, if it is down. */
  lift(): void {
    if (this.#isDown) this.#toggle();
  }

  /** Forgets that it is down: nobody is told that it was lifted. */
  drop(): void {
    this.#isDown = false;
  }

  /** Shows where it is, or doesn't. */
  show(isShown: boolean): void {
    if (!isShown) this.#held.clear();
    this.#isShown = isShown;
    this.#options.onLook();
  }

  /** Draws a ring and a cross where it is, in the colour of the focus ring. */
  paint(context: CanvasRenderingContext2D, side: number): void {
    if (!this.#isShown) return;
    const { x, y, width } = this.#at();
    const radius = side * width / 2 + 3;
    context.lineWidth = 2;
    context.strokeStyle = getComputedStyle(context.canvas).outlineColor;
    context.beginPath();
    context.arc(side * x, side * y, radius, 0, 2 * Math.PI);
    for (const [dx, dy] of directions.values()) {
      context.moveTo(side * x + dx * radius, side * y + dy * radius);
      context.lineTo(side * x + dx * (radius + 7), side * y + dy * (radius + 7));
    }
    context.stroke();
  }

  #toggle(): void {
    this.#isDown = !this.#isDown;
    if (this.#isDown) this.#options.onDown(this.#at());
    else this.#options.onUp();
    this.show(true);
  }

  #move(distance: number): void {
    const within = (value: number) => Math.min(1 - step, Math.max(step, value));
    for (const key of this.#held) {
      const [x, y] = directions.get(key)!;
      this.#x = within(this.#x + x * distance);
      this.#y = within(this.#y + y * distance);
    }
    if (this.#isDown) this.#options.onMove(this.#at());
    this.show(true);
  }

  #at(): PenPoint {
    return { x: this.#x, y: this.#y, width: penWidth() };
  }
}
