import { deepStrictEqual, equal, throws } from "node:assert/strict";
import {
  atLeast,
  definePipeline,
  equal as equals,
  integer,
  list,
  member,
  struct,
  text,
} from "../../../lib/pipeline/mod.ts";
import {
  choose,
  count,
  deploy,
  type Loose,
  pipelineOf,
  say,
  specOf,
  tell,
  train,
} from "./sample.ts";

Deno.test("a condition gets what it compares and what its steps take as inputs", () => {
  const pipeline = definePipeline({
    name: "gate",
    description: "",
    params: { what: text("", { default: "x" }) },
    build({ what }, { step, when }) {
      const { accuracy } = step(train, {});
      when(atLeast(accuracy, 0.97), () => step(say, { what }));
      return {};
    },
  });
  const { root, components } = specOf(pipeline);
  deepStrictEqual(root.dag.tasks["when-1"], {
    taskInfo: { name: "when-1" },
    componentRef: { name: "comp-when-1" },
    inputs: {
      parameters: {
        "pipelinechannel--what": { componentInputParameter: "what" },
        // With two dashes, as kfp.local finds only such outputs.
        "pipelinechannel--train--accuracy": {
          taskOutputParameter: { outputParameterKey: "accuracy", producerTask: "train" },
        },
      },
    },
    triggerPolicy: {
      condition: "inputs.parameter_values['pipelinechannel--train--accuracy'] >= 0.97",
    },
    dependentTasks: ["train"],
  });
  deepStrictEqual(components["comp-when-1"], {
    inputDefinitions: {
      parameters: {
        "pipelinechannel--what": { parameterType: "STRING" },
        "pipelinechannel--train--accuracy": { parameterType: "NUMBER_DOUBLE" },
      },
    },
    dag: {
      tasks: {
        say: {
          taskInfo: { name: "say" },
          componentRef: { name: "comp-say" },
          cachingOptions: { enableCache: true },
          inputs: {
            parameters: { what: { componentInputParameter: "pipelinechannel--what" } },
          },
        },
      },
    },
  });
});

Deno.test("a value reaches a step through all the groups around it", () => {
  const { components } = specOf(pipelineOf(({ step, when, forEach }) => {
    const { accuracy } = step(train, {});
    const { said } = step(say, {});
    forEach([1], () => {
      when(atLeast(accuracy, 0.5), () => step(say, { what: said }, { id: "again" }));
    });
  }));
  const loop = components["comp-for-each-1"];
  deepStrictEqual(Object.keys(loop.inputDefinitions.parameters), [
    "pipelinechannel--say-said",
    "pipelinechannel--train-accuracy",
    "pipelinechannel--for-each-1_loop-item",
  ]);
  deepStrictEqual(loop.dag.tasks["when-1"].inputs.parameters, {
    "pipelinechannel--say-said": { componentInputParameter: "pipelinechannel--say-said" },
    "pipelinechannel--train-accuracy": {
      componentInputParameter: "pipelinechannel--train-accuracy",
    },
  });
});

Deno.test("branches are conditions that exclude each other, and give what the one gives that ran", () => {
  const { components, root } = specOf(pipelineOf(({ step, oneOf }) => {
    const { said } = step(say, {});
    const { model } = oneOf([
      [equals(said, "a"), () => step(train, { epochs: 1 }, { id: "a" })],
      [equals(said, "b"), () => step(train, { epochs: 2 }, { id: "b" })],
    ], () => step(train, {}, { id: "c" }));
    step(deploy, { model });
  }));
  const { dag, outputDefinitions } = components["comp-branch-1"];
  const value = "inputs.parameter_values['pipelinechannel--say-said']";
  deepStrictEqual(
    Object.values<Loose>(dag.tasks).map(({ triggerPolicy }) => triggerPolicy.condition),
    [
      `${value} == 'a'`,
      `!(${value} == 'a') && ${value} == 'b'`,
      `!(${value} == 'a') && !(${value} == 'b')`,
    ],
  );
  deepStrictEqual(dag.outputs.artifacts.model.artifactSelectors, [
    { outputArtifactKey: "model", producerSubtask: "branch-1-1" },
    { outputArtifactKey: "model", producerSubtask: "branch-1-2" },
    { outputArtifactKey: "model", producerSubtask: "branch-1-3" },
  ]);
  equal(outputDefinitions.parameters.accuracy.parameterType, "NUMBER_DOUBLE");
  deepStrictEqual(root.dag.tasks.deploy.dependentTasks, ["branch-1"]);
});

Deno.test("a loop over values has them in it, and gives lists", () => {
  const { components, root } = specOf(pipelineOf(({ step, forEach }) => {
    const { model } = forEach([1, 2], (epochs) => {
      const { model } = step(train, { epochs });
      return { model };
    }, { parallelism: 2, id: "grid" });
    step(choose, { models: model });
  }));
  const { parameterIterator, iteratorPolicy, inputs } = root.dag.tasks.grid;
  equal(inputs, undefined);
  deepStrictEqual(iteratorPolicy, { parallelismLimit: 2 });
  deepStrictEqual(parameterIterator, {
    itemInput: "pipelinechannel--grid_loop-item",
    items: { raw: "[1,2]" },
  });
  deepStrictEqual(components["comp-grid"].outputDefinitions.artifacts.model, {
    artifactType: { schemaTitle: "system.Model", schemaVersion: "0.0.1" },
    isArtifactList: true,
  });
  deepStrictEqual(root.dag.tasks.choose.inputs.artifacts.models, {
    taskOutputArtifact: { outputArtifactKey: "model", producerTask: "grid" },
  });
});

Deno.test("a loop over an output takes it as input", () => {
  const pipeline = definePipeline({
    name: "loop",
    description: "",
    params: { words: list("", { default: ["a"] }) },
    build({ words }, { step, forEach }) {
      forEach(words, (what) => step(say, { what }), { item: text("") });
      return {};
    },
  });
  const { parameterIterator, inputs } = specOf(pipeline).root.dag.tasks["for-each-1"];
  equal(parameterIterator.items.inputParameter, "pipelinechannel--words");
  deepStrictEqual(inputs.parameters, {
    "pipelinechannel--words": { componentInputParameter: "words" },
  });
});

Deno.test("steps of a loop may take the list that it is over", () => {
  const pipeline = definePipeline({
    name: "loop",
    description: "",
    params: { words: list("", { default: ["a"] }) },
    build({ words }, { step, forEach }) {
      forEach(words, () => step(count, { words }), { item: text("") });
      return {};
    },
  });
  const { root, components } = specOf(pipeline);
  // Kubeflow takes away from a turn what the loop is over.
  const { parameterIterator, inputs } = root.dag.tasks["for-each-1"];
  equal(parameterIterator.items.inputParameter, "pipelinechannel--words_loop-items");
  deepStrictEqual(Object.keys(inputs.parameters), [
    ...["pipelinechannel--words", "pipelinechannel--words_loop-items"],
  ]);
  deepStrictEqual(components["comp-for-each-1"].dag.tasks.count.inputs.parameters.words, {
    componentInputParameter: "pipelinechannel--words",
  });
});

Deno.test("members of a struct are taken where they are used", () => {
  const { components } = specOf(pipelineOf(({ step, when, forEach }) => {
    forEach([{ size: 1, label: "a", other: "b" }], (item) => {
      step(say, { what: member(item, "label", text("")) });
      when(atLeast(member(item, "size", integer("")), 1), () => step(train, {}));
      const words = equals(member(item, "label", text("")), member(item, "other", text("")));
      when(words, () => step(train, {}, { id: "again" }));
    });
  }));
  const { tasks } = components["comp-for-each-1"].dag;
  const item = "pipelinechannel--for-each-1_loop-item";
  deepStrictEqual(tasks.say.inputs.parameters.what, {
    componentInputParameter: item,
    parameterExpressionSelector: 'parseJson(string_value)["label"]',
  });
  deepStrictEqual(tasks["when-1"].inputs.parameters, {
    [`${item}_member-size`]: {
      componentInputParameter: item,
      parameterExpressionSelector: 'parseJson(string_value)["size"]',
    },
  });
  equal(
    tasks["when-1"].triggerPolicy.condition,
    `inputs.parameter_values['${item}_member-size'] >= 1.0`,
  );
  const types = (id: string) =>
    Object.values<Loose>(components[id].inputDefinitions.parameters)
      .map(({ parameterType }) => parameterType);
  deepStrictEqual(types("comp-when-1"), ["NUMBER_DOUBLE"]);
  // Kubeflow makes text of whatever the two are, so they compare right.
  deepStrictEqual(types("comp-when-2"), ["STRING", "STRING"]);
});

Deno.test("compilePipeline() refuses a loop over a member of a struct", () => {
  const pipeline = definePipeline({
    name: "loop",
    description: "",
    params: { grid: struct("") },
    build({ grid }, { step, forEach }) {
      const words = member(grid, "words", list(""));
      forEach(words, (what) => step(say, { what }), { item: text("") });
      return {};
    },
  });
  throws(() => specOf(pipeline), /loop "for-each-1" is over member "words" of a struct/);
});

Deno.test("compilePipeline() refuses a list of lists, and takes artifacts of nested loops", () => {
  const nested = (gives: "accuracy" | "model") =>
    pipelineOf(({ step, forEach }) => {
      forEach([1, 2], () => {
        const inner = forEach([3, 4], (epochs) => step(train, { epochs }));
        return { [gives]: inner[gives] } as { x: typeof inner.model };
      });
    });
  throws(() => specOf(nested("accuracy")), /loop "for-each-1" gives "accuracy" as a list of lists/);
  const { model } = specOf(nested("model")).components["comp-for-each-1"].dag.outputs.artifacts;
  deepStrictEqual(model.artifactSelectors, [
    { outputArtifactKey: "model", producerSubtask: "for-each-2" },
  ]);
});

Deno.test("an exit task runs after its group and is told how that ended", () => {
  const pipeline = definePipeline({
    name: "exit",
    description: "",
    params: { to: text("", { default: "me" }) },
    build: ({ to }, { step, onExit }) =>
      onExit(tell, (status) => ({ status, to }), () => ({ said: step(say, {}).said })),
  });
  const { components, root } = specOf(pipeline);
  deepStrictEqual(root.dag.tasks.tell, {
    taskInfo: { name: "tell" },
    componentRef: { name: "comp-tell" },
    cachingOptions: { enableCache: false },
    inputs: {
      parameters: {
        status: { taskFinalStatus: { producerTask: "exit-1" } },
        to: { componentInputParameter: "to" },
      },
    },
    dependentTasks: ["exit-1"],
    triggerPolicy: { strategy: "ALL_UPSTREAM_TASKS_COMPLETED" },
  });
  deepStrictEqual(components["comp-tell"].inputDefinitions.parameters.status, {
    parameterType: "TASK_FINAL_STATUS",
    isOptional: true,
    description: "How it ended",
  });
  deepStrictEqual(root.dag.outputs.parameters.said.valueFromParameter, {
    outputParameterKey: "pipelinechannel--say-said",
    producerSubtask: "exit-1",
  });
  equal(
    components["comp-exit-1"].outputDefinitions.parameters["pipelinechannel--say-said"]
      .parameterType,
    "STRING",
  );
});

Deno.test("a group depends on what anything in it depends on", () => {
  const { root, components } = specOf(pipelineOf(({ step, when }) => {
    const { accuracy } = step(train, {});
    step(say, {}, { id: "first" });
    when(atLeast(accuracy, 0.5), () => {
      step(say, {}, { after: ["first"] });
      step(say, {}, { id: "last", after: ["say"] });
    });
  }));
  deepStrictEqual(root.dag.tasks["when-1"].dependentTasks, ["first", "train"]);
  const { tasks } = components["comp-when-1"].dag;
  equal(tasks.say.dependentTasks, undefined);
  deepStrictEqual(tasks.last.dependentTasks, ["say"]);
});
