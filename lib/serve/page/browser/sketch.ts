/**
 * What is on the sheet, and what was on it before. Pure.
 *
 * @module
 */
import type { Picture } from "../../../digits/luminance.ts";
import type { Stroke } from "./stroke.ts";

/** A drawing, or a picture that was put in its place. */
export interface Sketch {
  /** In the order in which they were drawn. */
  readonly strokes: readonly Stroke[];
  /** What is read instead of the strokes. */
  readonly picture?: Picture;
}

/** A sheet without anything on it. */
export const blankSketch: Sketch = { strokes: [] };

/** Whether there is nothing to read. */
export function isBlank({ strokes, picture }: Sketch): boolean {
  return strokes.length === 0 && !picture;
}

/** A sketch, and the way back to those before it. */
export class SketchHistory {
  readonly #before: Sketch[] = [];
  readonly #undone: Sketch[] = [];
  #sketch = blankSketch;

  /** What is on the sheet now. */
  get sketch(): Sketch {
    return this.#sketch;
  }

  /** Whether there is a way back. */
  get canUndo(): boolean {
    return this.#before.length > 0;
  }

  /** Puts something else on the sheet. */
  set(sketch: Sketch): void {
    this.#before.push(this.#sketch);
    this.#undone.length = 0;
    this.#sketch = sketch;
  }

  /** Adds a stroke. On a picture, a drawing begins anew. */
  add(stroke: Stroke): void {
    const { strokes, picture } = this.#sketch;
    this.set({ strokes: picture ? [stroke] : [...strokes, stroke] });
  }

  /** Takes the last change back; nothing happens when there is none. */
  undo(): void {
    this.#move(this.#before, this.#undone);
  }

  /** Makes the last change that was taken back; nothing happens when there is none. */
  redo(): void {
    this.#move(this.#undone, this.#before);
  }

  /** A blank sheet, without a way back. */
  restart(): void {
    this.#before.length = this.#undone.length = 0;
    this.#sketch = blankSketch;
  }

  #move(from: Sketch[], to: Sketch[]): void {
    const sketch = from.pop();
    if (!sketch) return;
    to.push(this.#sketch);
    this.#sketch = sketch;
  }
}
