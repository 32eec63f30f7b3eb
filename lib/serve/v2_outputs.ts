/**
 * What an answer of the Open Inference Protocol (V2) can have in it.
 *
 * @module
 */
import { DataError } from "../base/errors.ts";
import { isObject, parametersOf, readFlag, unreadable } from "./request_json.ts";

/** The outputs of every model, in the order in which they come when none is asked for. */
export const OUTPUT_NAMES = ["probabilities", "class", "label"] as const;

/** `probabilities` FP32 `[n, classes]`; `class` INT64 `[n]`, the most probable; `label` BYTES `[n]`, its name. */
export type OutputName = typeof OUTPUT_NAMES[number];

/** What they are, of a model of so many classes; -1 is any number of pictures. */
export function outputTensors(
  classes: number,
): readonly { name: OutputName; datatype: "FP32" | "INT64" | "BYTES"; shape: readonly number[] }[] {
  return [
    { name: "probabilities", datatype: "FP32", shape: [-1, classes] },
    { name: "class", datatype: "INT64", shape: [-1] },
    { name: "label", datatype: "BYTES", shape: [-1] },
  ];
}

/** An output that is asked for. */
export interface OutputWish {
  readonly name: OutputName;
  /** As bytes behind the JSON. */
  readonly binary: boolean;
  /** So many of the most probable classes as texts `probability:index:label`, most probable first; 0 for the plain tensor. */
  readonly topClasses: number;
}

/**
 * Reads what a request has in `outputs`. Where it is empty, every output is wished for.
 * @param binary how they are wished for where they don't say.
 * @throws {DataError} naming the path and the value.
 */
export function readWishes(outputs: unknown, binary: boolean): readonly OutputWish[] {
  if (!Array.isArray(outputs)) throw unreadable("outputs", "a list", outputs);
  if (outputs.length > OUTPUT_NAMES.length) {
    throw unreadable("outputs", `a list of up to ${OUTPUT_NAMES.length} outputs`, outputs);
  }
  if (outputs.length === 0) return binary ? ALL_BINARY : ALL_JSON;
  const wishes = outputs.map((output, i) => readWish(output, `outputs[${i}]`, binary));
  const twice = wishes.find(({ name }, i) => wishes.findIndex((each) => each.name === name) < i);
  if (twice) throw new DataError(`Cannot answer with output "${twice.name}" twice`);
  return wishes;
}

const ALL_JSON = OUTPUT_NAMES.map((name) => ({ name, binary: false, topClasses: 0 }));
const ALL_BINARY = OUTPUT_NAMES.map((name) => ({ name, binary: true, topClasses: 0 }));

function readWish(output: unknown, path: string, binary: boolean): OutputWish {
  if (!isObject(output)) throw unreadable(path, "an output, which is an object", output);
  const name = OUTPUT_NAMES.find((each) => each === output["name"]);
  if (!name) {
    const names = OUTPUT_NAMES.map((each) => `"${each}"`).join(" or ");
    throw unreadable(`${path}.name`, names, output["name"]);
  }
  const { binary_data = binary, classification = 0 } = parametersOf(output, path);
  const top = `${path}.parameters.classification`;
  if (!Number.isSafeInteger(classification) || classification as number < 0) {
    throw unreadable(top, "a number of classes", classification);
  }
  if (classification !== 0 && name !== "probabilities") {
    throw new DataError(`Cannot use ${top}: only "probabilities" can be answered so`);
  }
  return {
    name,
    binary: readFlag(binary_data, `${path}.parameters.binary_data`),
    topClasses: classification as number,
  };
}
