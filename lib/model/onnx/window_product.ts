import type { ConvProduct } from "./conv_product.ts";
import { type FeatureMap, mapDims, windowPositions } from "./feature_map.ts";
import type { GraphBuilder, Value } from "./graph_builder.ts";
import { sharesOf } from "./max_of.ts";
import type { PlannedConv } from "./network_plan.ts";
import { layMerged, squareOffsets } from "./phases.ts";

/**
 * Convolution as a product of the kernel and the pixels under it at every
 * position: any kernel, any padding, any pooling.
 *
 * @param kernel `[filters, channels, kernelSize, kernelSize]`
 */
export function layWindowProduct(
  g: GraphBuilder,
  plan: PlannedConv,
  x: FeatureMap,
  kernel: Value,
): ConvProduct {
  const { kernelSize, output } = plan;
  const filters = output.channels;
  const windowSize = x.channels * kernelSize ** 2;
  const columnCount = output.height * output.width * x.batchSize;

  const matrix = g.reshape(kernel, filters, windowSize);
  const columns = layWindows(g, plan, x).map((window) =>
    g.reshape(window, windowSize, columnCount)
  );
  return {
    phases: columns.map((column) => g.matmul(matrix, column)),
    backward(left) {
      // Σ shareᵢ · columnᵢ is Σ leftᵢ · (columnᵢ − columnᵢ₋₁): subtract where there are fewer rows.
      const toMatrix = windowSize < filters
        ? sumOfProducts(g, left, stepsBetween(g, columns), windowSize)
        : sumOfProducts(g, sharesOf(g, left), columns, windowSize);
      return {
        kernel: g.reshape(toMatrix, filters, x.channels, kernelSize, kernelSize),
        input: () => layInputGradient(g, plan, x, kernel, sharesOf(g, left)),
      };
    },
  };
}

/**
 * For each phase, the pixels under the kernel at every output position:
 * `[channels, kernelSize² * height * width, batch]`.
 */
function layWindows(g: GraphBuilder, plan: PlannedConv, x: FeatureMap): Value[] {
  const { kernelSize, padding, poolSize, output } = plan;
  const outside = x.height * x.width;
  const positions = squareOffsets(poolSize).map(([phaseRow, phaseColumn]) =>
    squareOffsets(kernelSize).flatMap(([kernelRow, kernelColumn]) =>
      windowPositions(output, (outputRow, outputColumn) => {
        const row = outputRow * poolSize + phaseRow + kernelRow - padding;
        const column = outputColumn * poolSize + phaseColumn + kernelColumn - padding;
        const isInside = row >= 0 && row < x.height && column >= 0 && column < x.width;
        return isInside ? row * x.width + column : outside;
      })
    )
  );
  const reachesOut = positions.some((phase) => phase.includes(outside));
  const source = reachesOut ? withZeroPosition(g, x) : x.value;
  return positions.map((phase) => g.gather(source, phase, 1));
}

/** The map with one more position, after the last, where all values are zero. */
function withZeroPosition(g: GraphBuilder, x: FeatureMap): Value {
  const zeros = new Float32Array(x.channels * x.batchSize);
  return g.concat([x.value, g.floats(zeros, [x.channels, 1, x.batchSize])], 1);
}

/** Σ gradientᵢ · columnsᵢᵀ: `[filters, windowSize]`. */
function sumOfProducts(
  g: GraphBuilder,
  gradients: readonly Value[],
  columns: readonly Value[],
  windowSize: number,
): Value {
  // The matrix product is slow when its result has few columns; then its transpose is faster.
  const isNarrow = windowSize < 16;
  const sum = gradients.reduce<Value[]>((sum, gradient, i) => {
    const factors = isNarrow ? [columns[i]!, gradient] : [gradient, columns[i]!];
    return [g.op("Gemm", [...factors, ...sum], { transB: 1 })];
  }, []);
  return isNarrow ? g.transpose(sum[0]!, 1, 0) : sum[0]!;
}

/** What each has more than the one before. */
function stepsBetween(g: GraphBuilder, values: readonly Value[]): Value[] {
  return values.map((value, i) => i === 0 ? value : g.subtract(value, values[i - 1]!));
}

/** Puts the phases back in their places and convolves them with the kernel turned by 180°. */
function layInputGradient(
  g: GraphBuilder,
  { kernelSize, padding, poolSize, output }: PlannedConv,
  x: FeatureMap,
  kernel: Value,
  toPhases: readonly Value[],
): Value {
  const { channels: filters } = output;
  const { batchSize } = x;
  const height = output.height * poolSize;
  const width = output.width * poolSize;
  const phaseDims = [filters, output.height * output.width, batchSize];
  const phases = toPhases.map((phase) => g.reshape(phase, ...phaseDims));
  const merged = layMerged(g, phases, poolSize, output);

  const backwards = Array.from({ length: kernelSize }, (_, i) => kernelSize - 1 - i);
  const turned = g.gather(g.gather(g.transpose(kernel, 1, 0, 2, 3), backwards, 2), backwards, 3);
  const before = kernelSize - 1 - padding;
  // A row of the map with all its images is one row here: the next pixel is batchSize away.
  const result = g.op("Conv", [g.reshape(merged, 1, filters, height, width * batchSize), turned], {
    kernel_shape: [kernelSize, kernelSize],
    dilations: [1, batchSize],
    pads: [
      before,
      before * batchSize,
      x.height - height + padding,
      (x.width - width + padding) * batchSize,
    ],
  });
  return g.reshape(result, ...mapDims(x));
}
