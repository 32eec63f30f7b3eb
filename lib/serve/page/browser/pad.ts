/**
 * The sheet that is drawn on: with mouse, finger or pen, and with the keyboard.
 *
 * @module
 */
import { KeyboardPen } from "./keyboard_pen.ts";
import { paintPicture, paintStrokes } from "./paint.ts";
import type { Sketch } from "./sketch.ts";
import { type PenPoint, penWidth, type Stroke } from "./stroke.ts";

/** What the sheet shows, and who is told of what is done on it. */
export interface PadOptions {
  /** What is on the sheet, without the stroke that is being drawn. */
  readonly sketch: () => Sketch;
  /** The stroke that is being drawn has grown, or was given up. */
  readonly onChange: () => void;
  /** A stroke is done. */
  readonly onStroke: (stroke: Stroke) => void;
  /** Something happened that only eyes can see. */
  readonly onWords: (words: string) => void;
}

const leastWay = 0.003; // of the sheet's side, between two points: the trembling of a hand

/** A canvas to draw on. */
export class Pad {
  readonly #canvas: HTMLCanvasElement;
  readonly #options: PadOptions;
  readonly #keyboard: KeyboardPen;
  #pointer: number | undefined;
  #stroke: PenPoint[] = [];
  #frame = 0;

  /** Listens to pointers and keys from now on. */
  constructor(canvas: HTMLCanvasElement, options: PadOptions) {
    this.#canvas = canvas;
    this.#options = options;
    this.#keyboard = new KeyboardPen({
      onDown: (at) => {
        this.#begin(at);
        options.onWords("Pen down");
      },
      onMove: (at) => this.#extend([at]),
      onUp: () => {
        this.#finish();
        options.onWords("Pen up");
      },
      onLook: () => this.refresh(),
    });
    this.#listenToPointers();
    this.#listenToKeys();
    new ResizeObserver(() => this.refresh()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.refresh());
  }

  /** All that is drawn, with the stroke that is being drawn. */
  get sketch(): Sketch {
    const sketch = this.#options.sketch();
    if (this.#stroke.length === 0) return sketch;
    return { strokes: sketch.picture ? [this.#stroke] : [...sketch.strokes, this.#stroke] };
  }

  /** Forgets the stroke that is being drawn; `false` when there is none. */
  giveUp(): boolean {
    if (this.#stroke.length === 0) return false;
    this.#pointer = undefined;
    this.#stroke = [];
    this.#keyboard.drop();
    this.#options.onChange();
    return true;
  }

  /** Shows what is on the sheet, in the next frame. */
  refresh(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  #listenToPointers(): void {
    const canvas = this.#canvas;
    canvas.addEventListener("pointerdown", (event) => {
      if (this.#pointer !== undefined || event.button !== 0) return; // a second finger, or the menu
      this.#keyboard.lift();
      this.#keyboard.show(false);
      canvas.setPointerCapture(event.pointerId);
      this.#pointer = event.pointerId;
      this.#begin(this.#pointOf(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerId !== this.#pointer) return;
      const events = event.getCoalescedEvents?.() ?? []; // Safari has it since 2024
      this.#extend((events.length > 0 ? events : [event]).map((one) => this.#pointOf(one)));
    });
    canvas.addEventListener("pointerup", (event) => {
      if (event.pointerId !== this.#pointer) return;
      this.#pointer = undefined;
      this.#finish();
    });
    canvas.addEventListener("pointercancel", (event) => {
      if (event.pointerId === this.#pointer) this.giveUp();
    });
  }

  #listenToKeys(): void {
    const canvas = this.#canvas;
    canvas.addEventListener("keydown", (event) => {
      if (this.#pointer !== undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      if (this.#keyboard.press(event)) event.preventDefault(); // the page must not scroll
    });
    canvas.addEventListener("keyup", (event) => this.#keyboard.release(event));
    canvas.addEventListener("focus", () => {
      if (canvas.matches(":focus-visible")) this.#keyboard.show(true);
    });
    canvas.addEventListener("blur", () => {
      this.#keyboard.lift();
      this.#keyboard.show(false);
    });
  }

  #begin(at: PenPoint): void {
    this.#stroke = [at];
    this.refresh();
    this.#options.onChange();
  }

  #extend(points: readonly PenPoint[]): void {
    for (const point of points) {
      const last = this.#stroke.at(-1);
      if (!last) return; // it was given up
      if (Math.hypot(point.x - last.x, point.y - last.y) > leastWay) this.#stroke.push(point);
    }
    this.refresh();
    this.#options.onChange();
  }

  #finish(): void {
    const stroke = this.#stroke;
    this.#stroke = [];
    if (stroke.length > 0) this.#options.onStroke(stroke);
  }

  #pointOf({ clientX, clientY, pointerType, pressure }: PointerEvent): PenPoint {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    const within = (value: number) => Math.min(1, Math.max(0, value));
    return {
      x: within((clientX - left) / width),
      y: within((clientY - top) / height),
      width: penWidth(pointerType === "pen" && pressure > 0 ? pressure : undefined), // others feel none
    };
  }

  #paint(): void {
    const side = this.#canvas.clientWidth;
    const pixels = Math.round(side * devicePixelRatio);
    if (this.#canvas.width !== pixels) this.#canvas.width = this.#canvas.height = pixels;
    const context = this.#canvas.getContext("2d")!;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, side, side);
    const { strokes, picture } = this.sketch;
    if (picture) paintPicture(context, picture, side);
    paintStrokes(context, strokes, { side, colour: getComputedStyle(this.#canvas).color });
    this.#keyboard.paint(context, side);
  }
}
