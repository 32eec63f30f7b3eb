/**
 * What each layer of a trained network makes of one picture.
 *
 * @module
 */
import { type ImageShape, imageSize } from "../digits/digits.ts";
import { scaleImages } from "../digits/scale.ts";
import { networkShape } from "./network_shape.ts";
import { inputName, layersGraph } from "./onnx/inference_graph.ts";
import { readWeights } from "./onnx/read_weights.ts";
import { loadRuntime, type RuntimeForm } from "./onnx/runtime.ts";
import { summarizeLayers } from "./summary.ts";
import type { TrainedModel } from "./trained_model.ts";

/** What comes out of one layer. */
export interface LayerOutput {
  /** Such as `conv2d 32 × 3×3, relu`. */
  readonly name: string;
  /** `[height, width, channels]`; of a dense layer `[1, 1, units]`. */
  readonly shape: ImageShape;
  /** One plane a channel: `[channels, height, width]`. */
  readonly values: Float32Array;
}

/**
 * Lets one picture through the network and keeps what comes out of each layer, but of dropout, which
 * only matters while learning.
 *
 * @param pixels 0..255, `[height, width, channels]`.
 * @param options.runtime @default {"auto"}
 * @throws {RangeError} when the picture is not of the model's size.
 * @throws {DataError} when the bytes are not a model that was trained here.
 * @throws {UnavailableError} when ONNX Runtime can't be loaded.
 */
export async function layerOutputs(
  { onnx, description: { layers, imageShape } }: TrainedModel,
  pixels: Uint8Array,
  { runtime: form = "auto" }: { readonly runtime?: RuntimeForm | "auto" } = {},
): Promise<readonly LayerOutput[]> {
  if (pixels.length !== imageSize(imageShape)) {
    throw new RangeError(
      `Cannot show the network a picture of ${pixels.length} bytes: it reads pictures of ` +
        `${imageShape.join("×")}, which have ${imageSize(imageShape)}`,
    );
  }
  const weights = Float32Array.from(readWeights(onnx).flatMap(({ values }) => [...values]));
  const runtime = await loadRuntime(form, 1);
  await using session = await runtime.open(layersGraph(layers, imageShape, weights));
  const [height, width, channels] = imageShape;
  const shapes = networkShape(layers, imageShape);
  const names = summarizeLayers(layers, imageShape);
  const outputs = layers.flatMap(({ type }, i): (LayerOutput & { readonly port: string })[] => {
    const shape = shapes[i]!;
    return type === "dropout" ? [] : [{
      port: `layer${i}`,
      name: names[i]!.name,
      shape,
      values: new Float32Array(imageSize(shape)),
    }];
  });
  await session.run(
    { [inputName]: runtime.tensor(planesOf(pixels, imageShape), [1, channels, height, width]) },
    Object.fromEntries(outputs.map(({ port, shape: [height, width, channels], values }) => {
      const isFlat = session.outputs.some((output) =>
        output.name === port && output.isTensor && output.shape.length === 2
      );
      return [port, runtime.tensor(values, isFlat ? [1, channels] : [1, channels, height, width])];
    })),
  );
  return outputs.map(({ name, shape, values }) => ({ name, shape, values }));
}

/** Channels from innermost to outermost, and 0..255 to 0..1. */
function planesOf(pixels: Uint8Array, [height, width, channels]: ImageShape): Float32Array {
  const area = height * width;
  const planes = Uint8Array.from(
    pixels,
    (_, i) => pixels[i % area * channels + Math.floor(i / area)]!,
  );
  return scaleImages(planes);
}
