import { deepStrictEqual, equal, throws } from "node:assert/strict";
import { DataError } from "../../../lib/base/errors.ts";
import { compileToIr } from "../../../lib/pipeline/ir/compile_to_ir.ts";
import { pipelineYaml } from "../../../lib/pipeline/ir/pipeline_text.ts";
import {
  defineContainer,
  inputValue,
  integer,
  loadComponent,
  number,
  outputPath,
  text,
} from "../../../lib/pipeline/mod.ts";
import { image, pipelineOf, specOf } from "./sample.ts";

const old = `
name: Train the model
description: Trains
inputs:
- { name: Training data, type: Dataset, description: Digits }
- { name: epochs, type: Integer, default: "3" }
- { name: rate, type: Float, default: "0.5" }
- { name: shuffle, type: Bool, default: "True" }
- { name: layers, type: JsonArray, default: "[1, 2]" }
- { name: label }
outputs:
- { name: model, type: Model }
- { name: accuracy, type: Float }
implementation:
  container:
    image: example.com/train:1
    command: [python, -m, train]
    args:
    - --data
    - { inputPath: Training data }
    - { concat: [--epochs=, { inputValue: epochs }] }
    - { outputPath: model }
    - { outputPath: accuracy }
    env: { LEVEL: 3 }
`;

Deno.test("loadComponent() reads an old component.yaml", () => {
  const { name, description, inputs, outputs, container } = loadComponent(old);
  deepStrictEqual([name, description], ["train-the-model", "Trains"]);
  deepStrictEqual(container, {
    image: "example.com/train:1",
    command: ["python", "-m", "train"],
    args: [
      "--data",
      "{{$.inputs.artifacts['training_data'].path}}",
      "--epochs={{$.inputs.parameters['epochs']}}",
      "{{$.outputs.artifacts['model'].path}}",
      "{{$.outputs.parameters['accuracy'].output_file}}",
    ],
    env: { LEVEL: "3" },
  });
  const kinds = Object.entries({ ...inputs, ...outputs }).map(([name, port]) => [
    name,
    port.kind === "param" ? port.type : port.schema,
    "default" in port ? port.default : null,
  ]);
  deepStrictEqual(kinds, [
    ["training_data", "system.Dataset", null],
    ["epochs", "NUMBER_INTEGER", 3],
    ["rate", "NUMBER_DOUBLE", 0.5],
    ["shuffle", "BOOLEAN", true],
    ["layers", "LIST", [1, 2]],
    ["label", "system.Artifact", null],
    ["model", "system.Model", null],
    ["accuracy", "NUMBER_DOUBLE", null],
  ]);
});

Deno.test("loadComponent() reads what this package compiles, and makes the same of it", () => {
  const add = defineContainer({
    name: "add",
    description: "",
    inputs: { a: integer("One"), b: number("Another", { default: 0.5 }) },
    outputs: { total: text("The sum") },
    image: "example.com/add:1",
    command: ["add", inputValue("a")],
    args: [inputValue("b"), outputPath("total")],
    env: { MODE: "fast" },
  });
  const pipeline = (component: typeof add) =>
    pipelineOf(({ step }) => void step(component, { a: 1 }, { id: "add" }));
  const yaml = pipelineYaml(compileToIr(pipeline(add), { image, inImage: () => true }));
  const { inputs, outputs } = add;
  const loaded = loadComponent(yaml, { inputs, outputs });
  deepStrictEqual(loaded.container, add.container);
  deepStrictEqual(specOf(pipeline(loaded)), specOf(pipeline(add)));
  equal(loadComponent(yaml).inputs["b"]?.kind, "param");
});

Deno.test("loadComponent() refuses other ports than it is said to have", () => {
  throws(
    () => loadComponent(old, { inputs: { epochs: integer("") } }),
    /its inputs are epochs \(NUMBER_INTEGER\), label .*: got epochs \(NUMBER_INTEGER\)/,
  );
});

Deno.test("loadComponent() refuses what is no component of one container", () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ["", /its text is no YAML of an object/],
    ["- a", /no YAML of an object/],
    ["a: [", /no YAML of an object/],
    ["pipelineInfo: { name: x }", /component "x" as it is not one container/],
    [old.replace("Float, default", "Integer, default"), /must be an integer: got 0.5/],
    [old.replace('default: "3"', "default: many"), /"epochs" has the default "many", which is no/],
    [old.replace("inputPath: Training", "inputPath: Testing"), /stands for nothing/],
    [old.replace("name: label", "name: Epochs"), /input "epochs" is there twice/],
    [old.replace("- --data", "- { if: { cond: true, then: [a] } }"), /can't write \{"if"/],
  ];
  for (const [text, reason] of refused) throws(() => loadComponent(text), reason, text);
  throws(() => loadComponent("[]"), DataError);
});
