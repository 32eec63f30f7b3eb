/**
 * What a network is made of and what it sees, in a notebook.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { architectureSvg } from "../draw/architecture.ts";
import { type MapSheet, mapSheetsSvg } from "../draw/map_sheet.ts";
import { modelSummary } from "../draw/model_summary.ts";
import { plural } from "../draw/report_parts.ts";
import { type LayerOutput, layerOutputs } from "../model/layer_outputs.ts";
import { readWeights } from "../model/onnx/read_weights.ts";
import type { ModelDescription, TrainedModel } from "../model/trained_model.ts";
import type { View } from "./digits_view.ts";
import { svgPictures } from "./pictures.ts";

/** What {@linkcode modelView} takes: a trained model, its description, or layers that are not trained yet. */
export type ModelLike =
  | TrainedModel
  | Pick<ModelDescription, "layers" | "imageShape" | "parameterCount">;

/** The layers with their shapes and parameters. */
export function modelView(model: ModelLike): View {
  const description = "description" in model ? model.description : model;
  return {
    text: modelSummary(description),
    draw: () => svgPictures(architectureSvg(description.layers, description.imageShape)),
  };
}

/** The patterns that the first convolution looks for. */
export function filtersView({ onnx }: TrainedModel): View {
  const kernel = readWeights(onnx).find(({ dims }) => dims.length === 4);
  if (!kernel) throw new DataError("Cannot show filters as the network has no convolution");
  const [filters, channels, height, width] = kernel.dims as [number, number, number, number];
  const title = `${plural(filters, "filter")} of ${height}×${width}: blue adds, orange takes away`;
  // Of several channels the mean: what the filter makes of grey.
  const values = new Float32Array(filters * height * width);
  kernel.values.forEach((value, i) => {
    const filter = Math.floor(i / (channels * height * width));
    values[filter * height * width + i % (height * width)]! += value / channels;
  });
  return {
    text: `The ${title}`,
    draw: () =>
      svgPictures(mapSheetsSvg([{ title, height, width, values, colours: "sign" }], title)),
  };
}

/** What each layer makes of one picture: dark is where it finds what it looks for. */
export async function activationsView(model: TrainedModel, pixels: Uint8Array): Promise<View> {
  const outputs = await layerOutputs(model, pixels);
  const maps = outputs.filter(({ shape: [height, width] }) => height * width > 1);
  const { imageShape: [height, width, channels] } = model.description;
  const picture: MapSheet = {
    title: `The picture, ${height}×${width}`,
    height,
    width,
    values: Float32Array.from({ length: height * width }, (_, i) => pixels[i * channels]!),
    colours: "ink",
  };
  const label = `What ${plural(maps.length, "layer")} make of one picture`;
  return {
    text: [label, ...outputs.map(describe)].join("\n"),
    draw: () => svgPictures(mapSheetsSvg([picture, ...maps.map(sheetOf)], label)),
  };
}

function sheetOf({ name, shape: [height, width, channels], values }: LayerOutput): MapSheet {
  return {
    title: `${name}: ${plural(channels, "map")} of ${height}×${width}`,
    height,
    width,
    values,
    colours: "ink",
  };
}

function describe({ name, shape, values }: LayerOutput): string {
  const active = values.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0) / values.length;
  return `${name}: ${shape.join("×")}, ${Math.round(100 * active)} % of it above 0`;
}
