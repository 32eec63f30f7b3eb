/**
 * A map that is pooled falls into phases: the first has the top left pixel of
 * every pooling window, the next the pixel to its right, and so on.
 *
 * @module
 */
import { type FeatureMap, windowPositions } from "./feature_map.ts";
import type { GraphBuilder, Value } from "./graph_builder.ts";

/** Row and column of each cell of a square, row by row. */
export function squareOffsets(size: number): [row: number, column: number][] {
  return Array.from({ length: size * size }, (_, i) => [Math.floor(i / size), i % size]);
}

/** Cuts a map into its phases, each `[channels, height * width, batch]` of the pooled size. */
export function layPhases(
  g: GraphBuilder,
  x: FeatureMap,
  poolSize: number,
  pooled: Size,
): Value[] {
  return squareOffsets(poolSize).map(([phaseRow, phaseColumn]) => {
    const positions = windowPositions(
      pooled,
      (row, column) => (row * poolSize + phaseRow) * x.width + column * poolSize + phaseColumn,
    );
    return g.gather(x.value, positions, 1);
  });
}

/** Puts phases back together: `[channels, height * width * poolSize², batch]`. */
export function layMerged(
  g: GraphBuilder,
  phases: readonly Value[],
  poolSize: number,
  pooled: Size,
): Value {
  if (poolSize === 1) return phases[0]!;
  const size = { height: pooled.height * poolSize, width: pooled.width * poolSize };
  const places = windowPositions(size, (row, column) => {
    const phase = (row % poolSize) * poolSize + column % poolSize;
    const cell = Math.floor(row / poolSize) * pooled.width + Math.floor(column / poolSize);
    return phase * pooled.height * pooled.width + cell;
  });
  return g.gather(g.concat(phases, 1), places, 1);
}

interface Size {
  readonly height: number;
  readonly width: number;
}
