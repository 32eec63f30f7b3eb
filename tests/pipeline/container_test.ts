import { deepStrictEqual, rejects, throws } from "node:assert/strict";
import { UsageError } from "../../lib/base/errors.ts";
import {
  type Component,
  defineContainer,
  inputPath,
  inputUri,
  inputValue,
  integer,
  outputPath,
  outputUri,
} from "../../lib/pipeline/mod.ts";
import { numbers } from "./sample.ts";

const ports = {
  inputs: { far: integer("How far"), given: numbers("Some") },
  outputs: { most: integer("The largest"), sorted: numbers("In order") },
};

const define = (...args: string[]) =>
  defineContainer({
    name: "sort",
    description: "Sorts",
    ...ports,
    image: "alpine:3",
    command: ["sh", "-c", "sort"],
    args,
  });

Deno.test("defineContainer() keeps the places that Kubeflow fills in", () => {
  const { container, inputs, outputs } = define(
    `--far=${inputValue("far")}`,
    inputUri("given"),
    inputPath("given"),
    outputUri("sorted"),
    outputPath("sorted"),
    outputPath("most"),
    "{{workflow.name}}",
  );
  deepStrictEqual({ inputs, outputs }, ports);
  deepStrictEqual(container, {
    image: "alpine:3",
    command: ["sh", "-c", "sort"],
    args: [
      "--far={{$.inputs.parameters['far']}}",
      "{{$.inputs.artifacts['given'].uri}}",
      "{{$.inputs.artifacts['given'].path}}",
      "{{$.outputs.artifacts['sorted'].uri}}",
      "{{$.outputs.artifacts['sorted'].path}}",
      "{{$.outputs.parameters['most'].output_file}}",
      "{{workflow.name}}",
    ],
    env: {},
  });
});

Deno.test("defineContainer() refuses places of ports that there are not", () => {
  const what = 'Cannot define component "sort" as its';
  const cases: [text: string, reason: string][] = [
    [inputValue("near"), "there is no such input: there are far, given"],
    [inputValue("given"), '"given" is an artifact'],
    [inputPath("far"), '"far" is a parameter'],
    [outputUri("most"), '"most" is a parameter'],
    [outputPath("given"), "there is no such output: there are most, sorted"],
    [inputValue("constructor"), "there is no such input: there are far, given"],
  ];
  for (const [text, reason] of cases) {
    throws(
      () => define(`a ${text}`),
      new TypeError(`${what} ${text} stands for nothing as ${reason}`),
    );
  }
});

Deno.test("defineContainer() refuses what no cluster could run", () => {
  const options = { name: "sort", description: "", inputs: {}, outputs: {} };
  throws(
    () => defineContainer({ ...options, image: "", command: ["true"] }),
    /as its image must be named: got ""/,
  );
  throws(
    () => defineContainer({ ...options, image: "alpine:3", command: [] }),
    /as it has no command: Kubeflow ignores an image's entry point/,
  );
  throws(
    () => defineContainer({ ...options, name: "A", image: "a", command: ["b"] }),
    /kebab-case/,
  );
});

Deno.test("a container can't be run here", async () => {
  const sort: Component = define();
  await rejects(
    sort.run({}),
    new UsageError(
      'Cannot run component "sort" here as it runs the image alpine:3: run its pipeline on Kubeflow',
    ),
  );
});
