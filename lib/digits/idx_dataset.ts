/**
 * A dataset from its four IDX files.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import type { IdxRole } from "./datasets.ts";
import type { Dataset, Digits } from "./digits.ts";
import { parseIdxImages, parseIdxLabels } from "./idx.ts";

/** A plain IDX file. */
export interface NamedIdx {
  /** What to call it in messages. */
  readonly name: string;
  /** Plain IDX bytes. */
  readonly content: Uint8Array;
}

/**
 * Reads the four files as views of their bytes and checks that they belong together.
 *
 * @param about `classNames`: without them they are the digits 0 to the largest label.
 * @throws {DataError} when a file is no such IDX file, or they don't belong together.
 */
export function datasetFromIdx(
  files: Readonly<Record<IdxRole, NamedIdx>>,
  about: {
    readonly name: string;
    readonly source: string;
    readonly classNames?: readonly string[];
  },
): Dataset {
  const classes = about.classNames?.length ?? 10;
  const read = (images: NamedIdx, labels: NamedIdx): Omit<Digits, "classNames"> => {
    const { count, ...pictures } = parseIdxImages(images.content, images.name);
    const answers = parseIdxLabels(labels.content, { classes, name: labels.name });
    if (answers.length !== count) {
      throw new DataError(
        `Cannot use ${images.name} with ${labels.name}: ` +
          `there are ${count} pictures, but ${answers.length} labels`,
      );
    }
    return { ...pictures, labels: answers };
  };
  const train = read(files.trainImages, files.trainLabels);
  const test = read(files.testImages, files.testLabels);
  if (String(train.imageShape) !== String(test.imageShape)) {
    throw new DataError(
      `Cannot use ${files.trainImages.name} with ${files.testImages.name}: the pictures are ` +
        `${train.imageShape.join(" × ")} in one and ${test.imageShape.join(" × ")} in the other`,
    );
  }
  const classNames = about.classNames ?? digitNames(train.labels, test.labels);
  return {
    name: about.name,
    source: about.source,
    train: { ...train, classNames },
    test: { ...test, classNames },
  };
}

function digitNames(...labels: readonly Uint8Array[]): readonly string[] {
  const largest = labels.flatMap((some) => [...new Set(some)]).reduce((a, b) => Math.max(a, b), 1);
  return Array.from({ length: largest + 1 }, (_, digit) => String(digit));
}
