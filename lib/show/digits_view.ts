/**
 * What digits look like in a notebook.
 *
 * @module
 */
import { type Digits, imageAt, selectDigits } from "../digits/digits.ts";
import { meanDigits } from "../digits/mean_digits.ts";
import { balanceChart, countClasses } from "../draw/balance_chart.ts";
import { digitGridPng, digitGridSvg } from "../draw/digit_grid.ts";
import { pixelValuesSvg } from "../draw/pixel_values.ts";
import { count, plural } from "../draw/report_parts.ts";
import { loadSkia } from "../draw/skia.ts";
import { UnavailableError } from "../base/errors.ts";
import type { Pictures } from "./media_bundle.ts";
import { chartPictures, pngElseSvg, svgPictures } from "./pictures.ts";
import { tableText } from "./table.ts";

/** How digits are laid out. */
export interface DigitsOptions {
  /** At most. @default 4 */
  readonly rows?: number;
  /** Digits a row. @default 10 */
  readonly columns?: number;
  /** Whether each has its class below it. @default true */
  readonly labels?: boolean;
}

/** What is shown: its text, and its pictures when they are wanted. */
export interface View {
  /** For those who see no pictures. */
  readonly text: string;
  /** Draws it. */
  readonly draw: () => Pictures | Promise<Pictures>;
}

/** Many digits side by side. */
export function digitsView(digits: Digits, options: DigitsOptions = {}): View {
  const { rows = 4, columns = 10, labels = true } = options;
  const names = namesOf(digits).slice(0, rows * columns);
  const lines = Array.from(
    { length: Math.ceil(names.length / columns) },
    (_, row) => names.slice(row * columns, (row + 1) * columns).join(" "),
  );
  return {
    text: `${names.length} of ${plural(digits.labels.length, "picture")}:\n${lines.join("\n")}`,
    draw: () => grid(digits, { rows, columns, captions: labels ? names : names.map(() => "") }),
  };
}

/** One digit with its pixel values. */
export function digitView(digits: Digits, index: number): View {
  checkIndex(digits, index);
  const pixels = imageAt(digits, index);
  const [height, width, channels] = digits.imageShape;
  const name = digits.classNames[digits.labels[index]!]!;
  const isSmall = channels === 1 && Math.max(height, width) <= 32;
  const rows = Array.from({ length: height }, (_, y) =>
    Array.from(
      pixels.subarray(y * width, (y + 1) * width),
      (ink) => ink === 0 ? "  ·" : String(ink).padStart(3),
    ).join(" "));
  const what = `Picture ${index}: a ${name}, ${height}×${width} pixels, 0 (paper) to 255 (ink)`;
  return {
    text: isSmall ? `${what}\n${rows.join("\n")}` : what,
    draw: () =>
      isSmall
        ? svgPictures(pixelValuesSvg(digits, index))
        : grid(selectDigits(digits, [index]), { rows: 1, columns: 1, captions: [name] }),
  };
}

/** How many digits there are of each class, in each part of a dataset. */
export function balanceView(parts: Readonly<Record<string, Digits>>): View {
  const [[, first] = []] = Object.entries(parts);
  if (!first) throw new RangeError("Cannot show the balance of no digits: give at least one part");
  const rows = first.classNames.map((name, label) => [
    name,
    ...Object.values(parts).map((digits) => count(countClasses(digits)[label] ?? 0)),
  ]);
  const caption = `Pictures of each class in ${Object.keys(parts).join(", ")}`;
  return {
    text: tableText({ caption, head: ["Class", ...Object.keys(parts)], rows }),
    draw: () => chartPictures(balanceChart(parts), caption),
  };
}

/** What the pictures of each class have in common: where their ink mostly is. */
export function meansView(digits: Digits): View {
  const means = meanDigits(digits);
  const counts = countClasses(digits);
  const captions = Array.from(
    means.labels,
    (label) => `${digits.classNames[label]} (${count(counts[label]!)})`,
  );
  return {
    text: `The mean picture of each class, of so many pictures: ${captions.join(", ")}`,
    draw: () => grid(means, { rows: Math.ceil(captions.length / 10), columns: 10, captions }),
  };
}

function checkIndex({ labels }: Digits, index: number): void {
  if (Number.isInteger(index) && index >= 0 && index < labels.length) return;
  throw new RangeError(
    `Cannot show picture ${index} of ${labels.length}: give a whole number from 0 to ${
      labels.length - 1
    }`,
  );
}

function namesOf({ labels, classNames }: Digits): readonly string[] {
  return Array.from(labels, (label) => classNames[label]!);
}

function grid(
  digits: Digits,
  layout: {
    readonly rows: number;
    readonly columns: number;
    readonly captions: readonly string[];
  },
): Promise<Pictures> {
  const hasText = layout.captions.some((caption) => caption !== "");
  return pngElseSvg(
    async () => {
      if (hasText) await needFont();
      return await digitGridPng(digits, {
        ...layout,
        ...(hasText ? {} : { captions: [] }),
        scale: Math.max(1, Math.round(56 / digits.imageShape[1])),
      });
    },
    () => digitGridSvg(digits, layout),
  );
}

/** Skia leaves text out where there is no font; SVG is written by whoever reads it. */
async function needFont(): Promise<void> {
  const { GlobalFonts } = await loadSkia();
  if (GlobalFonts.families.length === 0) {
    throw new UnavailableError(
      "Cannot write below the digits as this machine has no font: add one",
    );
  }
}
