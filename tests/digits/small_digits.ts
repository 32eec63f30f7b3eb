/** Small made-up datasets, and their files in every form that tests need. */
import { hashHex } from "../../lib/base/bytes.ts";
import { Random } from "../../lib/base/random.ts";
import {
  idxFileNames,
  type IdxRole,
  idxRoles,
  type PublishedDataset,
} from "../../lib/digits/datasets.ts";
import type { IdxFile } from "../../lib/digits/identify_dataset.ts";
import { type Digits, type ImageShape, imageSize } from "../../lib/digits/digits.ts";
import { encodeIdxImages, encodeIdxLabels } from "../../lib/digits/encode_idx.ts";

const classNames = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** Random pixels; labels 0 to 9 in turn. */
export function smallDigits(
  count: number,
  { imageShape = [4, 3, 1], seed = 1 }: { imageShape?: ImageShape; seed?: number } = {},
): Digits {
  const random = new Random(seed);
  return {
    images: Uint8Array.from({ length: count * imageSize(imageShape) }, () => random.integer(256)),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
    imageShape,
    classNames,
  };
}

/** The plain IDX files of 20 training and 10 test digits. */
export function smallContents(seed = 1): Record<IdxRole, Uint8Array<ArrayBuffer>> {
  const train = smallDigits(20, { seed });
  const test = smallDigits(10, { seed: seed + 1 });
  return {
    trainImages: encodeIdxImages(train).slice(),
    trainLabels: encodeIdxLabels(train).slice(),
    testImages: encodeIdxImages(test).slice(),
    testLabels: encodeIdxLabels(test).slice(),
  };
}

/** The files as they lie in a folder: gzipped, by name. */
export async function gzippedFiles(
  contents: Readonly<Record<IdxRole, Uint8Array<ArrayBuffer>>>,
): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  const entries = idxRoles.map(async (role) =>
    [`${idxFileNames[role]}.gz`, await gzip(contents[role])] as const
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** The files as a reader hands them on. */
export async function idxFiles(
  contents: Readonly<Record<IdxRole, Uint8Array<ArrayBuffer>>>,
): Promise<Record<IdxRole, IdxFile>> {
  const entries = idxRoles.map(async (role): Promise<[IdxRole, IdxFile]> => {
    const content = contents[role];
    return [role, { name: idxFileNames[role], packed: await gzip(content), content }];
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<IdxRole, IdxFile>;
}

/** A published dataset of these very files. */
export async function publishedAs(
  name: string,
  contents: Readonly<Record<IdxRole, Uint8Array<ArrayBuffer>>>,
  { mirrors = [], md5 = true }: { mirrors?: readonly string[]; md5?: boolean } = {},
): Promise<PublishedDataset> {
  const entries = idxRoles.map(async (role) =>
    [role, {
      contentBytes: contents[role].length,
      contentMd5: md5 ? hashHex(contents[role], "md5") : null,
      gzipSha256: hashHex(await gzip(contents[role])),
    }] as const
  );
  return {
    name,
    title: name.toUpperCase(),
    modelName: name,
    minAccuracy: 0.5,
    classNames,
    mirrors,
    files: Object.fromEntries(await Promise.all(entries)) as PublishedDataset["files"],
  };
}

export async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
