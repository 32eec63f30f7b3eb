/**
 * What preprocessing did, in a notebook.
 *
 * @module
 */
import type { Dataset } from "../digits/digits.ts";
import { type PartRow, preprocessingSvg } from "../draw/preprocessing.ts";
import type { PreparedDigits } from "../steps/preprocess.ts";
import { count } from "../draw/report_parts.ts";
import type { View } from "./digits_view.ts";
import { svgPictures } from "./pictures.ts";
import { tableText } from "./table.ts";

/** The digits before and after: what was set aside, and what was only passed on. */
export function preprocessingView(dataset: Dataset, prepared: PreparedDigits): View {
  const parts: readonly PartRow[] = [
    { name: "Before: train", note: "in the published order", digits: dataset.train },
    { name: "After: train", note: "shuffled, to learn from", digits: prepared.train },
    { name: "After: validation", note: "set aside, to choose by", digits: prepared.validation },
    { name: "Test", note: "as published, to be judged on", digits: prepared.test },
  ];
  const rows = parts.map(({ name, note, digits }) => [
    name,
    count(digits.labels.length),
    note,
    Array.from(digits.labels.subarray(0, 12), (label) => digits.classNames[label]).join(" "),
  ]);
  const caption = `What preprocessing made of ${dataset.name}. Pixels stay bytes 0 to 255 until ` +
    "a batch is scaled to 0..1";
  return {
    text: tableText({ caption, head: ["Part", "Pictures", "What", "The first labels"], rows }),
    draw: () => svgPictures(preprocessingSvg(parts)),
  };
}
