import assert from "node:assert/strict";
import { shareParams } from "../../../lib/pipeline/execute/share_params.ts";
import {
  atLeast,
  defineComponent,
  defineContainer,
  definePipeline,
  integer,
  text,
} from "../../../lib/pipeline/mod.ts";
import { flattenTasks } from "../../../lib/pipeline/task.ts";

const step = defineComponent({
  name: "step",
  description: "Doubles",
  inputs: { x: integer("x", { default: 1 }) },
  outputs: { y: integer("y") },
  run: ({ x }) => ({ y: 2 * x }),
});

Deno.test("shareParams() gives every step of ours the parameter, and calls pass it on", () => {
  const asks = defineComponent({
    name: "asks",
    description: "Has an input of that name",
    inputs: { experiment: text("Its own") },
    outputs: {},
    run: () => ({}),
  });
  const other = defineContainer({
    name: "other",
    description: "Another's image",
    inputs: {},
    outputs: {},
    image: "busybox",
    command: ["true"],
  });
  const called = definePipeline({
    name: "called",
    description: "",
    params: {},
    build: (_, { step: add }) => add(step, {}),
  });
  const pipeline = definePipeline({
    name: "all-kinds",
    description: "",
    params: { experiment: text("e", { default: "mine" }) },
    build(_, graph) {
      graph.onExit(step, () => ({}), () => {
        const { y } = graph.step(step, {});
        graph.when(atLeast(y, 1), () => graph.step(step, {}, { id: "in-when" }));
        graph.forEach([1, 2], () => graph.step(step, {}, { id: "in-loop" }));
        graph.oneOf([[atLeast(y, 1), () => graph.step(step, {}, { id: "in-branch" })]]);
        graph.step(asks, { experiment: "own" });
        graph.step(other, {});
        graph.step(called, {});
      }, { id: "end" });
      return {};
    },
  });
  const shared = shareParams(pipeline, ["experiment"]);
  const told = flattenTasks(shared.nodes).map(({ path, task }) => [
    path,
    task.inputs["experiment"],
    Object.keys(task.component.inputs).includes("experiment"),
  ]);
  const param = { from: "param", param: "experiment" };
  for (const [path, source, declared] of told) {
    if (path === "other") assert.deepEqual([source, declared], [undefined, false]);
    else if (path === "asks") assert.deepEqual(source, { from: "value", value: "own" });
    else assert.deepEqual([source, declared], [param, true], String(path));
  }
  assert.equal(told.length, 8);
  const found = JSON.stringify(shared);
  assert.match(found, /"name":"called".*"params":\{"experiment":/);
  assert.ok(!JSON.stringify(pipeline.nodes).includes('"in-loop","inputs":{"experiment"'));
  assert.throws(() => shareParams(pipeline, ["speed"]), {
    name: "RangeError",
    message: 'Cannot tell every step of pipeline "all-kinds" its parameter "speed": there is none',
  });
});
