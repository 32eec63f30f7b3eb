/**
 * Single members of structs.
 *
 * @module
 */
import { checkPortName } from "./check_names.ts";
import { checkRef } from "./check_wires.ts";
import type { JsonValue, ParamPort } from "./port.ts";
import { Ref } from "./ref.ts";

/**
 * One member of a struct that a pipeline has when it runs.
 *
 * ```ts
 * import {
 *   defineComponent,
 *   definePipeline,
 *   integer,
 *   member,
 *   text,
 * } from "@fourdotinfinity/digits-recognizer/pipeline";
 *
 * const repeat = defineComponent({
 *   name: "repeat",
 *   description: "Says something several times",
 *   inputs: { what: text("What"), times: integer("How often") },
 *   outputs: { said: text("All of it") },
 *   run: ({ what, times }) => ({ said: what.repeat(times) }),
 * });
 * const pipeline = definePipeline({
 *   name: "repeats",
 *   description: "Says several things",
 *   params: {},
 *   build: (_, { step, forEach }) =>
 *     forEach([{ what: "a", times: 2 }, { what: "b", times: 3 }], (item) =>
 *       step(repeat, {
 *         what: member(item, "what", text("What to say")),
 *         times: member(item, "times", integer("How often")),
 *       })),
 * });
 * console.assert(pipeline.nodes[0]?.kind === "for-each");
 * ```
 *
 * @param port what it is
 * @throws {TypeError} when there can't be such a member.
 */
export function member<T extends JsonValue>(
  ref: Ref<ParamPort<{ readonly [key: string]: JsonValue }>>,
  name: string,
  port: ParamPort<T>,
): Ref<ParamPort<T>> {
  checkPortName("Cannot take a member as it", name);
  const what = `Cannot take member "${name}" as what has it`;
  const { port: { type }, source, scope } = checkRef(what, ref) as typeof ref;
  if (type !== "STRUCT") throw new TypeError(`${what} must be a struct: got ${type}`);
  if (source.field !== undefined || source.from === "status") {
    throw new TypeError(
      `${what} is ${source.field === undefined ? "the status" : "a member"} itself, of which ` +
        `Kubeflow takes no members: pass it whole`,
    );
  }
  return new Ref(port, { ...source, field: name }, scope);
}
