/**
 * Convolution with a 3 × 3 kernel by Winograd's minimal filtering, as Lavin and
 * Gray describe it in "Fast Algorithms for Convolutional Neural Networks" (2015).
 *
 * A tile of 2 × 2 outputs, here one pooling window, depends on 4 × 4 inputs. After
 * a small linear transform of the inputs and of the kernel it takes 16
 * multiplications where the plain sum takes 36; a transform of the products
 * gives the outputs. The same saving holds for both gradients, as everything is
 * linear: they go through the transposed transforms.
 *
 * @module
 */
import type { ConvProduct } from "./conv_product.ts";
import { type FeatureMap, mapDims } from "./feature_map.ts";
import type { GraphBuilder, Value } from "./graph_builder.ts";
import type { PlannedConv } from "./network_plan.ts";
import { squareOffsets } from "./phases.ts";

type Matrix = readonly (readonly number[])[];

/** In one dimension: 4 inputs, 3 weights and 2 outputs to and from the 4 factors. */
const fromInputs: Matrix = [[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]];
const fromWeights: Matrix = [[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]];
const toOutputs: Matrix = [[1, 1, 1, 0], [0, 1, -1, -1]];

const tileSize = 4;
const cells = tileSize ** 2;

/** Whether a convolution can be computed so, and is faster so. */
export function suitsWinograd({ kernelSize, poolSize, input }: PlannedConv): boolean {
  // With few channels the plain product is cheap already, and the transforms are not.
  return kernelSize === 3 && poolSize === 2 && input.channels >= 8;
}

/** @param kernel `[filters, channels, 3, 3]` */
export function layWinogradProduct(
  g: GraphBuilder,
  plan: PlannedConv,
  x: FeatureMap,
  kernel: Value,
): ConvProduct {
  const { channels, batchSize } = x;
  const { channels: filters, height, width } = plan.output;
  const tiles = height * width;
  const columns = tiles * batchSize;

  const inputs = g.matmul(matrix(g, squared(fromInputs)), layTiles(g, plan, x));
  const inputFactors = g.reshape(inputs, cells, channels, columns);
  const products = g.matmul(layWeightFactors(g, kernel, [filters, channels]), inputFactors);
  const outputs = g.matmul(
    matrix(g, squared(toOutputs)),
    g.reshape(products, cells, filters * columns),
  );
  const phases = g.split(outputs, [1, 1, 1, 1]);

  return {
    phases: phases.map((phase) => g.reshape(phase, filters, columns)),
    backward(left) {
      const flat = g.concat(left.map((phase) => g.reshape(phase, 1, filters * columns)), 0);
      const toProducts = g.reshape(
        g.matmul(matrix(g, stepsBetween(transposed(squared(toOutputs)))), flat),
        cells,
        filters,
        columns,
      );
      const toWeights = g.matmul(toProducts, g.transpose(inputFactors, 0, 2, 1));
      const toKernel = g.op("Gemm", [
        g.reshape(toWeights, cells, filters * channels),
        matrix(g, squared(fromWeights)),
      ], { transA: 1 });
      return {
        kernel: g.reshape(toKernel, filters, channels, 3, 3),
        input() {
          // Not the factors transposed: ONNX Runtime fuses that into a slower product.
          const turned = layWeightFactors(g, g.transpose(kernel, 1, 0, 2, 3), [channels, filters]);
          const toInputs = g.matmul(turned, toProducts);
          const flat = g.reshape(toInputs, cells, channels * columns);
          return layOverlap(g, plan, x, flat);
        },
      };
    },
  };
}

/** The kernel's factors: a matrix of this size for each cell. */
function layWeightFactors(
  g: GraphBuilder,
  kernel: Value,
  [rows, columns]: readonly [number, number],
): Value {
  const weights = g.reshape(kernel, rows * columns, 9);
  const factors = g.op("Gemm", [matrix(g, squared(fromWeights)), weights], { transB: 1 });
  return g.reshape(factors, cells, rows, columns);
}

/** The 4 × 4 inputs of every tile: `[16, channels * tiles * batch]`. */
function layTiles(g: GraphBuilder, { padding, output }: PlannedConv, x: FeatureMap): Value {
  const { channels, height, width, batchSize } = x;
  const outside = channels * height * width;
  const rows = squareOffsets(tileSize).flatMap(([cellRow, cellColumn]) =>
    times(channels).flatMap((channel) =>
      times(output.height).flatMap((tileRow) =>
        times(output.width).map((tileColumn) => {
          const row = 2 * tileRow + cellRow - padding;
          const column = 2 * tileColumn + cellColumn - padding;
          const isInside = row >= 0 && row < height && column >= 0 && column < width;
          return isInside ? (channel * height + row) * width + column : outside;
        })
      )
    )
  );
  const flat = g.reshape(x.value, outside, batchSize);
  const source = rows.includes(outside)
    ? g.concat([flat, g.floats(new Float32Array(batchSize), [1, batchSize])], 0)
    : flat;
  return g.reshape(g.gather(source, rows, 0), cells, -1);
}

/**
 * Back from the factors to the inputs. Tiles overlap: an input lies in up to two rows of
 * them and two columns, so four maps are gathered, with zeros where there is no
 * tile, and added.
 */
function layOverlap(
  g: GraphBuilder,
  { padding, output }: PlannedConv,
  x: FeatureMap,
  toFactors: Value,
): Value {
  const { channels, height, width, batchSize } = x;
  const tiles = output.height * output.width;
  // A last row of zeros makes a seventeenth cell that is zero in every tile.
  const toCells = matrix(g, [...transposed(squared(fromInputs)), new Array(cells).fill(0)]);
  const zero = cells * channels * tiles;
  const rows = squareOffsets(2).flatMap(([later, further]) =>
    times(channels).flatMap((channel) =>
      times(height).flatMap((row) =>
        times(width).map((column) => {
          const cellRow = (row + padding) % 2 + 2 * later;
          const cellColumn = (column + padding) % 2 + 2 * further;
          const tileRow = (row + padding - cellRow) / 2;
          const tileColumn = (column + padding - cellColumn) / 2;
          const isThere = tileRow >= 0 && tileRow < output.height && tileColumn >= 0 &&
            tileColumn < output.width;
          const cell = cellRow * tileSize + cellColumn;
          return isThere
            ? (cell * channels + channel) * tiles + tileRow * output.width + tileColumn
            : zero;
        })
      )
    )
  );
  const values = g.reshape(g.matmul(toCells, toFactors), -1, batchSize);
  const overlapping = g.reshape(g.gather(values, rows, 0), 4, -1);
  // A product with ones adds faster than ReduceSum.
  const sum = g.matmul(matrix(g, [[1, 1, 1, 1]]), overlapping);
  return g.reshape(sum, ...mapDims(x));
}

/** The transform of both dimensions at once: the Kronecker product of the matrix with itself. */
function squared(m: Matrix): Matrix {
  return m.flatMap((a) => m.map((b) => a.flatMap((x) => b.map((y) => x * y))));
}

function transposed(m: Matrix): Matrix {
  return m[0]!.map((_, i) => m.map((row) => row[i]!));
}

/** What each column has more than the one before. */
function stepsBetween(m: Matrix): Matrix {
  return m.map((row) => row.map((value, i) => i === 0 ? value : value - row[i - 1]!));
}

function matrix(g: GraphBuilder, m: Matrix): Value {
  return g.floats(Float32Array.from(m.flat()), [m.length, m[0]!.length]);
}

function times(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
