/**
 * Digits and datasets as named files, and back.
 *
 * @module
 */
import * as v from "valibot";
import { encodeJson } from "../base/bytes.ts";
import { DataError } from "../base/errors.ts";
import { decodeVersionedJson } from "../base/versioned_json.ts";
import { idxFileNames, type IdxRole, idxRoles } from "./datasets.ts";
import type { Dataset, Digits } from "./digits.ts";
import { encodeIdxImages, encodeIdxLabels } from "./encode_idx.ts";
import { datasetFromIdx, type NamedIdx } from "./idx_dataset.ts";
import { decodeNpy, encodeNpy } from "./npy.ts";

type Files = Readonly<Record<string, Uint8Array>>;

/** Turns a value into named files and back. */
export interface FilesCodec<T> {
  /** The files may share memory with the value: write them before changing either. */
  encode(value: T): Readonly<Record<string, Uint8Array>>;
  /**
   * The value that was encoded.
   *
   * @throws {DataError} when the files are not such a value, or one of another schema version.
   */
  decode(files: Readonly<Record<string, Uint8Array>>): T;
}

const SCHEMA_VERSION = 1;

const classNames = v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(256));
const digitsForm = {
  name: "digits.json",
  schemaVersion: SCHEMA_VERSION,
  schema: v.object({ classNames }),
};
const datasetForm = {
  name: "dataset.json",
  schemaVersion: SCHEMA_VERSION,
  schema: v.object({ name: v.string(), source: v.string(), classNames }),
};

/**
 * A dataset as four plain IDX files and `dataset.json`. Neither way copies
 * pixels that {@linkcode datasetFromIdx} has read.
 */
export const datasetCodec: FilesCodec<Dataset> = {
  encode({ name, source, train, test }: Dataset): Files {
    const about = { schemaVersion: SCHEMA_VERSION, name, source, classNames: train.classNames };
    return {
      [datasetForm.name]: encodeJson(about),
      [idxFileNames.trainImages]: encodeIdxImages(train),
      [idxFileNames.trainLabels]: encodeIdxLabels(train),
      [idxFileNames.testImages]: encodeIdxImages(test),
      [idxFileNames.testLabels]: encodeIdxLabels(test),
    };
  },

  decode(files: Files): Dataset {
    const about = decodeVersionedJson(files[datasetForm.name], datasetForm);
    const entries = idxRoles.map((role): [IdxRole, NamedIdx] => {
      const name = idxFileNames[role];
      return [role, { name, content: fileNamed(files, name) }];
    });
    return datasetFromIdx(Object.fromEntries(entries) as Record<IdxRole, NamedIdx>, about);
  },
};

/**
 * Digits as two arrays that NumPy reads, `images.npy` and `labels.npy`, and
 * `digits.json`. Decoded pixels are views of the files.
 */
export const digitsCodec: FilesCodec<Digits> = {
  encode({ images, labels, imageShape, classNames }: Digits): Files {
    return {
      [digitsForm.name]: encodeJson({ schemaVersion: SCHEMA_VERSION, classNames }),
      "images.npy": encodeNpy({ data: images, shape: [labels.length, ...imageShape] }),
      "labels.npy": encodeNpy({ data: labels, shape: [labels.length] }),
    };
  },

  decode(files: Files): Digits {
    const { classNames } = decodeVersionedJson(files[digitsForm.name], digitsForm);
    const images = decodeBytes(files, "images.npy");
    const labels = decodeBytes(files, "labels.npy");
    const [count, height, width, channels, ...more] = images.shape;
    if (height === undefined || width === undefined || channels === undefined || more.length > 0) {
      throw new DataError(
        "Cannot read images.npy as digits: its shape must be [count, height, width, channels]: " +
          `got [${images.shape.join(", ")}]`,
      );
    }
    if (labels.shape.length !== 1 || labels.shape[0] !== count) {
      throw new DataError(
        `Cannot read labels.npy as digits: its shape must be [${count}], as there are so many ` +
          `pictures: got [${labels.shape.join(", ")}]`,
      );
    }
    const wrong = labels.data.findIndex((label) => label >= classNames.length);
    if (wrong >= 0) {
      throw new DataError(
        `Cannot read labels.npy as digits: a label must be 0 to ${classNames.length - 1}: ` +
          `got ${labels.data[wrong]} at index ${wrong}`,
      );
    }
    return {
      images: images.data,
      labels: labels.data,
      imageShape: [height, width, channels],
      classNames,
    };
  },
};

function fileNamed(files: Files, name: string): Uint8Array {
  const bytes = files[name];
  if (bytes !== undefined) return bytes;
  throw new DataError(
    `Cannot read the artifact: ${name} is missing, there are only ${
      Object.keys(files).join(", ") || "no files"
    }`,
  );
}

function decodeBytes(files: Files, name: string) {
  const { shape, data } = decodeNpy(fileNamed(files, name), name);
  if (data instanceof Uint8Array) return { shape, data };
  throw new DataError(`Cannot read ${name} as digits: its type must be |u1: got <f4`);
}
