import { doesNotThrow, throws } from "node:assert/strict";
import { checkGraph } from "../../../lib/pipeline/ir/graph_ports.ts";
import { definePipeline, type Pipeline, type Task } from "../../../lib/pipeline/mod.ts";
import { pipelineOf, say, train } from "./sample.ts";

/** A pipeline of other nodes than the builder makes: it is plain data. */
function graphOf(change: (nodes: Pipeline["nodes"]) => readonly unknown[]): Pipeline {
  const pipeline = pipelineOf(({ step }) => {
    const { said } = step(say, {});
    step(say, { what: said }, { id: "again" });
    step(train, {});
  });
  return { ...pipeline, nodes: change(pipeline.nodes) as Pipeline["nodes"] };
}

const refused = (change: Parameters<typeof graphOf>[0], reason: RegExp) =>
  throws(() => checkGraph(graphOf(change)), reason);

Deno.test("checkGraph() refuses circles and what comes too late", () => {
  refused(
    ([first, again, rest]) => [again, first, rest],
    /takes output "said" of task "say", which is not there before it/,
  );
  refused(
    ([first, again]) => [
      { ...first, inputs: { what: { from: "task", task: "again", output: "said" } } },
      again,
    ],
    /takes output "said" of task "again", which is not there before it/,
  );
  refused(
    ([first]) => [{ ...first, inputs: { what: { from: "task", task: "say", output: "said" } } }],
    /takes output "said" of task "say", which is not there before it/,
  );
});

Deno.test("checkGraph() refuses a pipeline that calls itself", () => {
  const nodes: Pipeline["nodes"][number][] = [];
  const pipeline = graphOf(() => nodes);
  nodes.push({ kind: "call", id: "itself", pipeline, inputs: {}, after: [] });
  throws(() => checkGraph(pipeline), /"sample" for Kubeflow as it calls itself$/);
});

Deno.test("checkGraph() refuses unknown tasks, outputs, parameters, inputs", () => {
  const wired = (source: unknown) => ([first, again]: Pipeline["nodes"]) => [
    first,
    { ...again, inputs: { what: source } },
  ];
  refused(
    wired({ from: "task", task: "no", output: "x" }),
    /nothing gives output "x" of task "no"/,
  );
  refused(
    wired({ from: "task", task: "say", output: "x" }),
    /nothing gives output "x" of task "say"/,
  );
  const outputs = { said: { from: "task", task: "no", output: "x" } } as const;
  throws(
    () => checkGraph({ ...graphOf((nodes) => nodes), outputs }),
    /nothing gives output "x" of task "no"/,
  );
  refused(wired({ from: "param", param: "x" }), /nothing gives parameter "x"/);
  refused(wired({ from: "item", loop: "x" }), /nothing gives the item of loop "x"/);
  refused(wired({ from: "value", value: 3 }), /"again" its "what" must be text: got 3/);
  refused(
    ([first]) => [{ ...first, inputs: { other: { from: "value", value: "x" } } }],
    /"say" has no input "other"/,
  );
});

Deno.test("checkGraph() refuses types that do not fit", () => {
  refused(
    ([, again, trained]) => [
      trained,
      { ...again, inputs: { what: { from: "task", task: "train", output: "accuracy" } } },
    ],
    /"again" its "what" takes a parameter \(STRING\): got a parameter \(NUMBER_DOUBLE\)/,
  );
});

Deno.test("checkGraph() refuses names that Kubeflow would", () => {
  refused(([first]) => [{ ...first, id: "Say_it" }], /"Say_it" as its name must be kebab-case/);
  refused(([first, , rest]) => [first, first, rest], /the id "say" is there twice/);
  throws(() => checkGraph({ ...graphOf((nodes) => nodes), name: "A b" }), /must be kebab-case/);
});

Deno.test("checkGraph() refuses groups of no steps", () => {
  refused(() => [], /the pipeline "sample" has no steps/);
  const right = { from: "value", value: 1 };
  refused(
    () => [{ kind: "when", id: "w", condition: { left: right, compare: "==", right }, nodes: [] }],
    /"w" has no steps: add one/,
  );
});

Deno.test("checkGraph() refuses what comes out of a group, and what is after nothing", () => {
  const right = { from: "value", value: 1 };
  refused(
    ([first, again]) => [
      { kind: "when", id: "w", condition: { left: right, compare: "==", right }, nodes: [first] },
      again,
    ],
    /"again" takes output "said" of task "say", which is not there before it/,
  );
  refused(
    ([first]) => [{ ...first, after: ["x"] }],
    /"say" runs after "x", which is not before it/,
  );
});

Deno.test("checkGraph() refuses an exit task that depends on steps", () => {
  refused(
    ([first, again]) => [
      { kind: "exit", id: "e", nodes: [first], exit: again },
    ],
    /exit task "again" depends on output "said" of task "say", which may never be there/,
  );
});

Deno.test("checkGraph() takes what the builder makes", () => {
  doesNotThrow(() => checkGraph(graphOf((nodes) => nodes)));
  const task = graphOf((nodes) => nodes).nodes[0] as Task;
  const called = definePipeline({
    name: "outer",
    description: "",
    params: {},
    build: (_, { step }) => step(task.component, {}),
  });
  doesNotThrow(() => checkGraph(called));
});
