/**
 * Where the steps of a pipeline stand when it is drawn: from left to right in the order they wait for
 * each other, groups as frames around theirs. Pure.
 *
 * @module
 */
import type { PipelineNode } from "../pipeline/task.ts";
import { type Part, partOf } from "./pipeline_part.ts";

/** A step, or a frame around several. */
export interface Box extends Pick<Part, "path" | "kind" | "title"> {
  /** From the left edge of the drawing. */
  readonly x: number;
  /** From its top edge. */
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** From the right edge of one box to the left edge of another. */
export interface Arrow {
  readonly from: Box;
  readonly to: Box;
}

/** All that is drawn; frames come before what is in them. */
export interface Layout {
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  readonly width: number;
  readonly height: number;
}

const STEP_HEIGHT = 46;
const LETTER = 7; // of 12 pixels, on average
const ACROSS = 34;
const DOWN = 14;
const FRAME = { top: 24, side: 12 };

/** Places everything. */
export function layOutPipeline(nodes: readonly PipelineNode[]): Layout {
  return layOut(nodes.map((node) => partOf(node, "")));
}

/** Puts parts into columns, each one right of all that it waits for. */
function layOut(parts: readonly Part[]): Layout {
  const sources = parts.map((part, i) =>
    parts.flatMap((other, j) => j !== i && intersects(part.needs, other.ids) ? [j] : [])
  );
  const columnOf: number[] = [];
  parts.forEach((_, i) => columnOf[i] = depth(i, sources));
  const columns: { part: Part; index: number; size: Layout }[][] = [];
  parts.forEach((part, index) => {
    (columns[columnOf[index]!] ??= []).push({ part, index, size: sizeOf(part) });
  });
  const heights = columns.map((column) =>
    column.reduce((sum, { size }) => sum + size.height + DOWN, -DOWN)
  );
  const height = Math.max(0, ...heights);
  const placed: Box[] = [];
  const boxes: Box[] = [];
  const arrows: Arrow[] = [];
  let x = 0;
  for (const [c, column] of columns.entries()) {
    const width = Math.max(...column.map(({ size }) => size.width));
    let y = (height - heights[c]!) / 2;
    for (const { part, index, size } of column) {
      const at = { x: x + (width - size.width) / 2, y };
      const { path, kind, title } = part;
      const box = { path, kind, title, ...at, width: size.width, height: size.height };
      placed[index] = box;
      boxes.push(box);
      const inner = moved(size, at);
      boxes.push(...inner.boxes);
      arrows.push(...inner.arrows);
      y += size.height + DOWN;
    }
    x += width + ACROSS;
  }
  arrows.push(
    ...sources.flatMap((before, to) =>
      withoutDetours(before, sources).map((from) => ({ from: placed[from]!, to: placed[to]! }))
    ),
  );
  return { boxes, arrows, width: Math.max(0, x - ACROSS), height };
}

function sizeOf({ kind, title, inner }: Part): Layout {
  const titleWidth = Math.round(LETTER * title.length);
  if (kind !== "group") {
    return { boxes: [], arrows: [], width: Math.max(84, titleWidth + 34), height: STEP_HEIGHT };
  }
  const content = moved(layOut(inner), { x: FRAME.side, y: FRAME.top });
  return {
    ...content,
    width: Math.max(content.width, titleWidth) + 2 * FRAME.side,
    height: content.height + FRAME.top + FRAME.side,
  };
}

function moved(layout: Layout, by: { readonly x: number; readonly y: number }): Layout {
  const places = new Map(
    layout.boxes.map((box) => [box, { ...box, x: box.x + by.x, y: box.y + by.y }]),
  );
  return {
    ...layout,
    boxes: [...places.values()],
    arrows: layout.arrows.map(({ from, to }) => ({ from: places.get(from)!, to: places.get(to)! })),
  };
}

/** How many must run before, one after another. */
function depth(index: number, sources: readonly (readonly number[])[]): number {
  return Math.max(-1, ...sources[index]!.map((source) => depth(source, sources))) + 1;
}

/** Leaves out what is waited for anyway, by another one that is waited for: a chain stays a chain. */
function withoutDetours(
  before: readonly number[],
  sources: readonly (readonly number[])[],
): readonly number[] {
  const reaches = (from: number, to: number): boolean =>
    sources[from]!.some((source) => source === to || reaches(source, to));
  return before.filter((one) => !before.some((other) => other !== one && reaches(other, one)));
}

function intersects(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].some((id) => b.has(id));
}
