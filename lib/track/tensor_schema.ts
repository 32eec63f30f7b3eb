/**
 * Arrays and models as journals describe them.
 *
 * @module
 */
import * as v from "valibot";
import { isJson } from "../pipeline/check_values.ts";
import type { JsonValue } from "../pipeline/port.ts";

/** A `TensorSpec`. */
export const tensorSchema = v.object({
  name: v.string(),
  dtype: v.string(),
  shape: v.pipe(v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(-1))), v.readonly()),
});

const tensors = v.pipe(v.array(tensorSchema), v.readonly());

/** A `ModelInterface`. */
export const modelInterfaceSchema = v.object({
  inputs: tensors,
  outputs: tensors,
  inputExample: v.custom<JsonValue>(isJson),
});
