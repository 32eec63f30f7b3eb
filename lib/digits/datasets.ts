/**
 * The datasets that are known by name.
 *
 * @module
 */

/** What is decided by a dataset's name. */
export interface DatasetProfile {
  /** `mnist`, `fashion-mnist`, `synthetic`, or `custom`. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** What a model trained on it is registered as. */
  readonly modelName: string;
  /** Test accuracy, 0..1, below which a model is not served unless told otherwise; 0 is no such limit. */
  readonly minAccuracy: number;
}

/** Which of a dataset's four files. */
export type IdxRole = "trainImages" | "trainLabels" | "testImages" | "testLabels";

/** What each of a dataset's four files is called, before any `.gz`. */
export const idxFileNames: Readonly<Record<IdxRole, string>> = {
  trainImages: "train-images-idx3-ubyte",
  trainLabels: "train-labels-idx1-ubyte",
  testImages: "t10k-images-idx3-ubyte",
  testLabels: "t10k-labels-idx1-ubyte",
};

/** The four files, in the order they are always gone through. */
export const idxRoles = Object.keys(idxFileNames) as readonly IdxRole[];

/** How one published file is known again. */
export interface PublishedFile {
  /** Bytes of the plain IDX file. */
  readonly contentBytes: number;
  /** Digest of the plain IDX file, so that one compressed anew is fine too; null when nobody published it. */
  readonly contentMd5: string | null;
  /** Digest of the gzipped file as published. */
  readonly gzipSha256: string;
}

/** A dataset that can be downloaded and recognised. */
export interface PublishedDataset extends DatasetProfile {
  /** What each label means. */
  readonly classNames: readonly string[];
  /** Folders on the web that have the four files. */
  readonly mirrors: readonly string[];
  /** How each file is known again. */
  readonly files: Readonly<Record<IdxRole, PublishedFile>>;
}

const tenDigits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** MNIST by LeCun, Cortes and Burges. */
export const mnist: PublishedDataset = {
  name: "mnist",
  title: "MNIST",
  modelName: "digits-recognizer",
  minAccuracy: 0.97,
  classNames: tenDigits,
  mirrors: [
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
  ],
  files: {
    trainImages: {
      contentBytes: 47_040_016,
      contentMd5: "6bbc9ace898e44ae57da46a324031adb",
      gzipSha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    },
    trainLabels: {
      contentBytes: 60_008,
      contentMd5: "a25bea736e30d166cdddb491f175f624",
      gzipSha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    },
    testImages: {
      contentBytes: 7_840_016,
      contentMd5: "2646ac647ad5339dbf082846283269ea",
      gzipSha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    },
    testLabels: {
      contentBytes: 10_008,
      contentMd5: "27ae3e4e09519cfbb04c329615203637",
      gzipSha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    },
  },
};

/** Fashion-MNIST by Xiao, Rasul and Vollgraf: ten kinds of clothes in MNIST's form. */
export const fashionMnist: PublishedDataset = {
  name: "fashion-mnist",
  title: "Fashion-MNIST",
  modelName: "digits-recognizer-fashion-mnist",
  minAccuracy: 0.85,
  classNames: [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
  ],
  mirrors: [
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
  ],
  files: {
    trainImages: {
      contentBytes: 47_040_016,
      contentMd5: null,
      gzipSha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    },
    trainLabels: {
      contentBytes: 60_008,
      contentMd5: null,
      gzipSha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    },
    testImages: {
      contentBytes: 7_840_016,
      contentMd5: null,
      gzipSha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    },
    testLabels: {
      contentBytes: 10_008,
      contentMd5: null,
      gzipSha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    },
  },
};

/** Digits drawn by this package. */
export const synthetic: DatasetProfile = {
  name: "synthetic",
  title: "synthetic digits",
  modelName: "digits-recognizer-synthetic",
  minAccuracy: 0.9,
};

/** Anybody's own four IDX files. Nothing is known of how hard they are, so there is no least accuracy. */
export const custom: DatasetProfile = {
  name: "custom",
  title: "custom digits",
  modelName: "digits-recognizer-custom",
  minAccuracy: 0,
};

/** Every dataset that can be downloaded by name. */
export const publishedDatasets: readonly PublishedDataset[] = [mnist, fashionMnist];

/** The profile of a dataset by its name; that of {@linkcode custom} for a name nobody knows. */
export function datasetProfile(name: string): DatasetProfile {
  return [...publishedDatasets, synthetic].find((profile) => profile.name === name) ?? custom;
}
