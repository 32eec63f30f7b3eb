import { notStrictEqual, strictEqual } from "node:assert/strict";
import {
  artifact,
  defineComponent,
  integer,
  number,
  type StepResult,
} from "../../lib/pipeline/mod.ts";
import { stepKey } from "../../lib/pipeline/step_key.ts";
import { numbersCodec } from "./sample.ts";

const options = {
  name: "scale",
  description: "Multiplies",
  inputs: {
    data: artifact("What", { codec: numbersCodec }),
    factor: integer("By what", { default: 2 }),
  },
  outputs: { scaled: artifact("The products", { codec: numbersCodec }) },
  run: ({ data, factor }: { data: readonly number[]; factor: number }) => ({
    scaled: data.map((value) => value * factor),
  }),
};
const component = defineComponent(options);

const inputs = (sha256 = "abc", factor: number = 2, uri = "memory:a"): StepResult => ({
  data: { kind: "artifact", info: { uri, size: 3, sha256 } },
  factor: { kind: "value", value: factor },
});
const given = { inputs: inputs(), fingerprint: "f", environment: { engine: "onnx", threads: "2" } };
const key = stepKey(component, given);

const changes: [what: string, other: string][] = [
  [
    "the component's name",
    stepKey(defineComponent({ ...options, name: "scales" }), given),
  ],
  ["the version", stepKey(defineComponent({ ...options, version: "2" }), given)],
  [
    "the source text",
    stepKey(
      defineComponent({ ...options, run: ({ data }) => ({ scaled: data }) }),
      given,
    ),
  ],
  [
    "an input port",
    stepKey(
      defineComponent({
        ...options,
        inputs: { ...options.inputs, factor: number("By what") },
      }),
      given,
    ),
  ],
  [
    "an output port",
    stepKey(
      defineComponent({
        ...options,
        outputs: { scaled: { ...options.outputs.scaled, schema: "system.Dataset" } },
      }),
      given,
    ),
  ],
  ["a parameter", stepKey(component, { ...given, inputs: inputs("abc", 3) })],
  ["the content of an artifact", stepKey(component, { ...given, inputs: inputs("abd") })],
  ["a missing input", stepKey(component, { ...given, inputs: { data: inputs()["data"]! } })],
  ["the fingerprint", stepKey(component, { ...given, fingerprint: "g" })],
  [
    "the environment",
    stepKey(component, { ...given, environment: { engine: "onnx", threads: "4" } }),
  ],
];

for (const [what, other] of changes) {
  Deno.test(`stepKey() changes with ${what}`, () => notStrictEqual(other, key));
}

Deno.test("stepKey() is another for every one of these changes", () => {
  strictEqual(new Set(changes.map(([, other]) => other)).size, changes.length);
});

Deno.test("stepKey() does not change with descriptions, places or the order of names", () => {
  const described = defineComponent({
    ...options,
    description: "Other words",
    inputs: {
      factor: integer("Other words", { default: 3 }), // a default that is not used
      data: artifact("Other words", { codec: { ...numbersCodec } }),
    },
  });
  const { data, factor } = inputs("abc", 2, "s3://elsewhere/a");
  strictEqual(
    stepKey(described, {
      inputs: { factor: factor!, data: data! },
      fingerprint: "f",
      environment: { threads: "2", engine: "onnx" },
    }),
    key,
  );
});

Deno.test("stepKey() changes with the order of several artifacts", () => {
  const infos = ["abc", "def"].map((sha256) => ({ uri: `memory:${sha256}`, size: 3, sha256 }));
  const keyOf = (some: typeof infos) =>
    stepKey(component, { ...given, inputs: { data: { kind: "artifacts", infos: some } } });
  strictEqual(keyOf(infos), keyOf(infos.map((info) => ({ ...info, uri: "s3://elsewhere" }))));
  notStrictEqual(keyOf(infos), keyOf(infos.toReversed()));
  notStrictEqual(keyOf(infos.slice(1)), keyOf(infos));
});

Deno.test("stepKey() does not mix up what stands in which place", () => {
  const one = { ...given, fingerprint: "onnx", environment: { a: "f" } };
  const two = { ...given, fingerprint: "f", environment: { a: "onnx" } };
  notStrictEqual(stepKey(component, one), stepKey(component, two));
});
