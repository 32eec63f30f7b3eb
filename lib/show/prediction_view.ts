/**
 * What a picture was taken for, in a notebook.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { type ImageShape, imageSize } from "../digits/digits.ts";
import { probabilitiesSvg } from "../draw/probabilities.ts";
import { percent } from "../draw/report_parts.ts";
import type { Classifier } from "../model/engine.ts";
import type { Client } from "../serve/client.ts";
import type { Prediction } from "../serve/v1.ts";
import type { View } from "./digits_view.ts";
import { svgPictures } from "./pictures.ts";

/** What can say what a picture is: a prediction that was made, a server's client, or a network. */
export type Reader = Prediction | Pick<Client, "predict"> | Classifier;

/** What a picture is, where it is not plain. */
export interface PredictionOptions {
  /** Of the picture. @default the square it makes, grey */
  readonly imageShape?: ImageShape | undefined;
  /** What a network's classes are called; predictions and clients say it themselves. @default 0, 1, 2 … */
  readonly classNames?: readonly string[] | undefined;
}

/**
 * Asks what a picture is.
 *
 * @param image pixels 0..255, `[height, width, channels]`.
 */
export async function predictionView(
  image: Uint8Array,
  reader: Reader,
  { imageShape = squareOf(image), classNames }: PredictionOptions = {},
): Promise<View> {
  if (image.length !== imageSize(imageShape)) {
    throw new RangeError(
      `Cannot show a picture of ${imageShape.join("×")} as it has ${image.length} bytes: ` +
        `${imageSize(imageShape)} are needed`,
    );
  }
  const { probabilities, label } = await read(image, reader);
  const rows = probabilities.map((probability, i) => ({
    name: classNames?.[i] ?? (label?.class === i ? label.label : String(i)),
    probability,
  }));
  const best = rows.reduce((a, b) => b.probability > a.probability ? b : a);
  const others = rows.filter((row) => row !== best)
    .sort((a, b) => b.probability - a.probability)
    .slice(0, 2)
    .map(({ name, probability }) => `${name} ${percent(probability, 1)}`);
  return {
    text: `${best.name} (${percent(best.probability, 1)}; then ${others.join(", ")})`,
    draw: () => svgPictures(probabilitiesSvg(image, imageShape, rows)),
  };
}

async function read(
  image: Uint8Array,
  reader: Reader,
): Promise<{ readonly probabilities: readonly number[]; readonly label?: Prediction }> {
  if ("probabilities" in reader) return { probabilities: reader.probabilities, label: reader };
  if ("imageShape" in reader) return { probabilities: [...await reader.predict(image)] };
  const [prediction] = await reader.predict([image]);
  if (!prediction) throw new DataError("Cannot show a prediction as the server gave none");
  return { probabilities: prediction.probabilities, label: prediction };
}

function squareOf({ length }: Uint8Array): ImageShape {
  const side = Math.sqrt(length);
  if (Number.isInteger(side) && side > 0) return [side, side, 1];
  throw new RangeError(
    `Cannot show a picture of ${length} bytes as that makes no grey square: give its imageShape`,
  );
}
