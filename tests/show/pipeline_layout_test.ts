import assert from "node:assert/strict";
import { all, any, atLeast, equal, not } from "../../lib/pipeline/condition.ts";
import { defineComponent } from "../../lib/pipeline/component.ts";
import { definePipeline } from "../../lib/pipeline/pipeline.ts";
import { integer, list } from "../../lib/pipeline/port.ts";
import { digitsPipeline } from "../../lib/steps/digits_pipeline.ts";
import { type Box, layOutPipeline } from "../../lib/show/pipeline_layout.ts";
import { pipelineSvg } from "../../lib/show/pipeline_svg.ts";
import { findAll, parseMarkup, textOf } from "../draw/parse_markup.ts";

const add = defineComponent({
  name: "add",
  description: "Adds one",
  inputs: { x: integer("A number") },
  outputs: { y: integer("One more") },
  run: ({ x }) => ({ y: x + 1 }),
});

const params = { x: integer("A number"), items: list("Numbers", { default: [1, 2] }) };

const inner = definePipeline({
  name: "inner",
  description: "One step",
  params: { x: integer("A number") },
  build: ({ x }, { step }) => step(add, { x }, { id: "first" }),
});

/** Has every kind of node. */
const everything = definePipeline({
  name: "everything",
  description: "Every kind of node",
  params,
  build({ x, items }, { step, when, oneOf, forEach, onExit }) {
    onExit(add, () => ({ x: 1 }), () => {
      const { y } = step(add, { x }, { id: "first" });
      const called = step(inner, { x: y }, { id: "tune" });
      when(all(atLeast(y, 3), not(equal(called.y, 4))), () => step(add, { x: y }, { id: "large" }));
      oneOf(
        [[any(equal(y, 1), equal(y, 2)), () => step(add, { x: y }, { id: "small" })]],
        () => step(add, { x: y }, { id: "other" }),
      );
      forEach(items, (item) => step(add, { x: item }, { id: "turn" }), {
        item: integer("A number"),
        parallelism: 2,
      });
      return {};
    }, { id: "clean-up" });
    return {};
  },
});

Deno.test("layOutPipeline() puts the steps of a chain from left to right, without detours", () => {
  const { boxes, arrows, width } = layOutPipeline(digitsPipeline.nodes);
  const steps = boxes.filter(({ kind }) => kind === "step");
  assert.deepEqual(steps.map(({ path }) => path).slice(0, 4), [
    "acquire",
    "preprocess",
    "train",
    "evaluate",
  ]);
  const lefts = steps.map(({ x }) => x);
  assert.deepEqual(lefts, lefts.toSorted((a, b) => a - b));
  assert.ok(arrows.every(({ from, to }) => from.x + from.width < to.x));
  // Registering takes from four steps, and comes after the last of them.
  assert.deepEqual(
    arrows.filter(({ to }) => to.path === "register").map(({ from }) => from.path),
    ["evaluate"],
  );
  assert.ok(width < 1100, `${width} wide`);
});

Deno.test("layOutPipeline() keeps every box within its frame and apart from the others beside it", () => {
  const { boxes, width, height } = layOutPipeline(everything.nodes);
  const frames = boxes.filter(({ kind }) => kind === "group");
  for (const box of boxes) {
    assert.ok(box.x >= 0 && box.y >= 0);
    assert.ok(box.x + box.width <= width && box.y + box.height <= height, box.path);
  }
  const steps = boxes.filter(({ kind }) => kind !== "group");
  for (const [i, a] of steps.entries()) {
    for (const b of steps.slice(i + 1)) assert.ok(!overlap(a, b), `${a.path} over ${b.path}`);
    for (const frame of frames) assert.ok(within(a, frame) || !overlap(a, frame), a.path);
  }
});

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function within(a: Box, frame: Box): boolean {
  return a.x >= frame.x && a.y >= frame.y && a.x + a.width <= frame.x + frame.width &&
    a.y + a.height <= frame.y + frame.height;
}

Deno.test("layOutPipeline() names steps as their events do, and groups by what they wait for", () => {
  const { boxes } = layOutPipeline(everything.nodes);
  assert.deepEqual(
    boxes.filter(({ kind }) => kind === "step").map(({ path }) => path).sort(),
    ["clean-up", "first", "large", "other", "small", "tune.first", "turn"],
  );
  assert.deepEqual(boxes.filter(({ kind }) => kind === "group").map(({ title }) => title).sort(), [
    "else",
    "for each of items, 2 at a time",
    "guarded",
    "if y = 1 or y = 2",
    "one of",
    "tune: inner",
    "when y ≥ 3 and not (y = 4)",
  ]);
});

Deno.test("layOutPipeline() draws an empty pipeline", () => {
  assert.deepEqual(layOutPipeline([]), { boxes: [], arrows: [], width: 0, height: 0 });
});

Deno.test("pipelineSvg() writes on every step what it is and how far", () => {
  const layout = layOutPipeline(inner.nodes);
  const steps = new Map([["first", { status: "running", note: "40 %" } as const]]);
  const svg = parseMarkup(pipelineSvg(layout, steps, 'a "graph"'));
  assert.equal(svg.attributes["aria-label"], 'a "graph"');
  assert.deepEqual(findAll(svg, "text").map(textOf), ["first", "40 %"]);
});
