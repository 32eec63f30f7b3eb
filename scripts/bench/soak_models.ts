/**
 * Two models, for a server that swaps them all the time.
 *
 * @module
 */
import { join } from "node:path";
import { localHost } from "../../lib/base/local_host.ts";
import { imageSize } from "../../lib/digits/digits.ts";
import { splitDigits } from "../../lib/digits/split.ts";
import { generateDigits } from "../../lib/digits/synthetic.ts";
import type { Engine } from "../../lib/model/engine.ts";
import { train } from "../../lib/steps/train.ts";
import { NETWORK } from "./own_measures.ts";

const PICTURES = 64; // That are asked about.
const TRAINING_DIGITS = 3_000; // Two seconds, and enough for the server to accept the model.

/** What is asked, and what each version must answer. */
export interface SoakModels {
  /** Bytes, `[n, 28, 28]`. */
  readonly pictures: readonly Uint8Array[];
  /** What that version makes of that picture. */
  answer(version: string, picture: number): Float32Array;
  /** Puts one more version into the server's folder, and takes out the oldest. */
  publish(): Promise<string>;
}

/** Trains two models. Version after version is one of them in turn. */
export async function makeSoakModels(folder: string, engine: Engine): Promise<SoakModels> {
  const { images, imageShape } = generateDigits(PICTURES, { seed: 5 });
  const size = imageSize(imageShape);
  const host = localHost({ cacheFolder: join(folder, "cache") });
  const models: { onnx: Uint8Array; probabilities: Float32Array }[] = [];
  for (const seed of [1, 2]) {
    const digits = splitDigits(generateDigits(TRAINING_DIGITS, { seed }));
    const { model: { onnx } } = await train(digits, {
      host,
      dataset: "synthetic",
      layers: NETWORK,
      epochs: 1,
      seed,
    });
    await using classifier = await engine.load(onnx);
    models.push({ onnx, probabilities: await classifier.predict(images) });
  }
  const modelOf = (version: string) => models[Number(version) % models.length]!;
  let newest = 0;
  return {
    pictures: Array.from(
      { length: PICTURES },
      (_, i) => images.subarray(i * size, (i + 1) * size),
    ),
    answer: (version, picture) =>
      modelOf(version).probabilities.subarray(10 * picture, 10 * picture + 10),
    async publish() {
      const version = String(++newest);
      const draft = join(folder, "draft");
      await Deno.mkdir(draft);
      await Deno.writeFile(join(draft, "model.onnx"), modelOf(version).onnx);
      await Deno.mkdir(join(folder, "models"), { recursive: true });
      await Deno.rename(draft, join(folder, "models", version));
      if (newest > 3) {
        await Deno.remove(join(folder, "models", String(newest - 3)), { recursive: true });
      }
      return version;
    },
  };
}
