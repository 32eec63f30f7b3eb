/**
 * Where the pictures are that an SVG of this package embeds.
 *
 * @module
 */

/** A picture, in the units of the SVG's `viewBox`. */
export interface PlacedPicture {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** `data:image/png;base64,…` */
  readonly url: string;
}

/**
 * Finds every `<image>`, in order.
 *
 * @param svg one that this package drew: its only transforms are groups with a `translate(x y)`.
 */
export function placedPictures(svg: string): readonly PlacedPicture[] {
  const found: PlacedPicture[] = [];
  const shifts: { readonly x: number; readonly y: number }[] = [{ x: 0, y: 0 }];
  for (const [tag, slash, name] of svg.matchAll(/<(\/?)(g|image)\b[^>]*>/g)) {
    const shift = shifts.at(-1)!;
    if (name === "image") {
      const value = (key: string) => new RegExp(` ${key}="([^"]*)"`).exec(tag)?.[1];
      found.push({
        x: shift.x + Number(value("x") ?? 0),
        y: shift.y + Number(value("y") ?? 0),
        width: Number(value("width")),
        height: Number(value("height")),
        url: value("href")!,
      });
    } else if (slash) {
      shifts.pop();
    } else {
      const [, x = "0", y = "0"] = /translate\(([-\d.]+) ([-\d.]+)\)/.exec(tag) ?? [];
      shifts.push({ x: shift.x + Number(x), y: shift.y + Number(y) });
    }
  }
  return found;
}
