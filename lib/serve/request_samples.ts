/**
 * Some of the pictures that a server was asked about, and what it said: to look at
 * later, or to learn from.
 *
 * @module
 */
import { Random } from "../base/random.ts";
import { encodeNpy } from "../digits/npy.ts";
import { imageSize } from "../digits/digits.ts";
import type { Predictor } from "./predictor.ts";

/** How many of them, and which. */
export interface RequestSamplesOptions {
  /** Pictures at most between two times that they are taken. @default 256 */
  readonly most?: number;
  /** Decides which. */
  readonly seed: number;
}

interface Sample {
  readonly image: Uint8Array;
  readonly probabilities: Float32Array;
}

/** Samples of one model version. */
interface VersionSamples {
  readonly predictor: Predictor;
  readonly samples: Sample[];
  /** Pictures asked about since they were last taken. */
  seen: number;
}

/** Files of one model version, to be stored under `key`. */
export interface SampleFiles {
  /** `<name>/<version>`. */
  readonly key: string;
  /** Pictures in them. */
  readonly count: number;
  /** `images.npy` uint8 `[n, height, width, channels]`, `probabilities.npy` float32 `[n, classes]`. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** Keeps a bounded sample of what is predicted: each picture has the same chance. */
export class RequestSamples {
  readonly #most: number;
  readonly #random: Random;
  readonly #versions = new Map<string, VersionSamples>();

  constructor({ most = 256, seed }: RequestSamplesOptions) {
    this.#most = most;
    this.#random = new Random(seed);
  }

  /** The same model, whose pictures are sampled. */
  watch(predictor: Predictor): Predictor {
    return {
      ...predictor,
      predict: async (images, options) => {
        const answer = await predictor.predict(images, options);
        this.#add(predictor, images, answer.probabilities);
        return answer;
      },
    };
  }

  /** What was kept since the last time. */
  take(): readonly SampleFiles[] {
    const taken = [...this.#versions].map(([key, { predictor, samples }]) => ({
      key,
      count: samples.length,
      files: encodeSamples(samples, predictor),
    }));
    this.#versions.clear();
    return taken;
  }

  #add(predictor: Predictor, images: Uint8Array | Float32Array, answers: Float32Array): void {
    const key = `${predictor.name}/${predictor.version}`;
    const kept = this.#versions.get(key) ?? { predictor, samples: [], seen: 0 };
    this.#versions.set(key, kept);
    const size = imageSize(predictor.imageShape);
    const classes = predictor.classNames.length;
    for (let i = 0; i < images.length / size; i++) {
      kept.seen++;
      const place = kept.samples.length < this.#most
        ? kept.samples.length
        : this.#random.integer(kept.seen);
      if (place >= this.#most) continue;
      kept.samples[place] = {
        image: toBytes(images.subarray(i * size, (i + 1) * size)),
        probabilities: answers.slice(i * classes, (i + 1) * classes),
      };
    }
  }
}

function toBytes(image: Uint8Array | Float32Array): Uint8Array {
  return image instanceof Uint8Array
    ? image.slice()
    : Uint8Array.from(image, (pixel) => Math.round(pixel * 255));
}

function encodeSamples(
  samples: readonly Sample[],
  { imageShape, classNames }: Predictor,
): Readonly<Record<string, Uint8Array>> {
  const images = new Uint8Array(samples.length * imageSize(imageShape));
  const probabilities = new Float32Array(samples.length * classNames.length);
  for (const [i, sample] of samples.entries()) {
    images.set(sample.image, i * sample.image.length);
    probabilities.set(sample.probabilities, i * classNames.length);
  }
  return {
    "images.npy": encodeNpy({ data: images, shape: [samples.length, ...imageShape] }),
    "probabilities.npy": encodeNpy({
      data: probabilities,
      shape: [samples.length, classNames.length],
    }),
  };
}
