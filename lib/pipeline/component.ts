/**
 * Components: typed functions with the data needed to run them anywhere.
 *
 * @module
 */
import { checkId, checkOutputKinds, checkPorts } from "./check_names.ts";
import { checkValues } from "./check_values.ts";
import type { ContainerSpec } from "./container_spec.ts";
import { loneContext } from "./lone_context.ts";
import type { InputsOf, Ports, StoredValuesOf, ValuesOf } from "./port.ts";
import type { LookContext, StepContext } from "./step_context.ts";

/** A typed function that is also a step of a pipeline, here and on Kubeflow. */
export interface Component<I extends Ports = Ports, O extends Ports = Ports> {
  /** Lower-case letters, digits and `-`. */
  readonly name: string;
  /** For people. */
  readonly description: string;
  /** What it takes. */
  readonly inputs: I;
  /** What it gives. */
  readonly outputs: O;
  /** Whether it changes something outside, so that running it can't be replaced by a cached result. */
  readonly effects: boolean;
  /** What its results depend on and its source text does not show. */
  readonly version: string;
  /** The source text of its body. */
  readonly source: string;
  /** The source text of its `find`; null when it has none. */
  readonly findSource: string | null;
  /** The image that it is, which only Kubeflow can run; null when it is a function. */
  readonly container: ContainerSpec | null;
  /**
   * Runs the body on checked inputs, with a context that is completed where
   * parts are missing.
   * @throws {TypeError} when an input or output is missing, unknown or not of its port's type.
   */
  run(inputs: InputsOf<I>, context?: Partial<StepContext>): Promise<ValuesOf<O>>;
  /** The outputs that an effect had which happened already; `undefined` when it has not. */
  find(inputs: StoredValuesOf<I>, context: LookContext): Promise<ValuesOf<O> | undefined>;
  /** Changes when what the inputs only name (a folder, a URL) has other content. */
  fingerprint(inputs: StoredValuesOf<I>, context: LookContext): Promise<string>;
}

/** What {@linkcode defineComponent} takes. */
export interface ComponentOptions<I extends Ports, O extends Ports> {
  /** Lower-case letters, digits and `-`. */
  readonly name: string;
  /** For people. */
  readonly description: string;
  /** What it takes. */
  readonly inputs: I;
  /** What it gives. */
  readonly outputs: O;
  /** The body: gets every input, returns every output. */
  readonly run: (
    inputs: ValuesOf<I>,
    context: StepContext,
  ) => ValuesOf<O> | Promise<ValuesOf<O>>;
  /**
   * True when the body changes something outside (registers, deploys): then it is never
   * replaced by a cached result.
   * @default false
   */
  readonly effects?: boolean;
  /**
   * For a component with effects: looks whether this very effect happened already, and
   * gives the outputs it had; `undefined` lets the body run.
   */
  readonly find?: (
    inputs: StoredValuesOf<I>,
    context: LookContext,
  ) => Promise<ValuesOf<O> | undefined>;
  /**
   * For a component that reads what its inputs only name (a folder, a URL): some text
   * that changes with the content, as a cached result of other content is wrong.
   */
  readonly fingerprint?: (inputs: StoredValuesOf<I>, context: LookContext) => Promise<string>;
  /**
   * Raise it when results change for a reason that the body's source text does not show.
   * @default "1"
   */
  readonly version?: string;
}

/**
 * Makes a component: one literal is both the typed function and the step.
 *
 * ```ts
 * import { defineComponent, integer } from "@fourdotinfinity/digits-recognizer/pipeline";
 *
 * const double = defineComponent({
 *   name: "double",
 *   description: "Doubles a number",
 *   inputs: { x: integer("What to double", { default: 21 }) },
 *   outputs: { twice: integer("The double") },
 *   run: ({ x }) => ({ twice: 2 * x }),
 * });
 * const { twice } = await double.run({});
 * console.assert(twice === 42);
 * ```
 *
 * @throws {TypeError} when a name can't be used everywhere, a default is not of its type, or
 * there is a `find` without effects.
 */
export function defineComponent<const I extends Ports, const O extends Ports>(
  options: ComponentOptions<I, O>,
): Component<I, O> {
  const { name, description, inputs, outputs, effects = false, version = "1" } = options;
  checkId("Cannot define component", name);
  checkPorts(`Cannot define component "${name}" as`, "input", inputs);
  checkPorts(`Cannot define component "${name}" as`, "output", outputs);
  checkOutputKinds(`Cannot define component "${name}" as`, outputs);
  if (options.find !== undefined && !effects) {
    throw new TypeError(
      `Cannot define component "${name}" as it has "find" and no effects to be found: ` +
        `set effects to true`,
    );
  }
  return {
    name,
    description,
    inputs,
    outputs,
    effects,
    version,
    source: options.run.toString(),
    findSource: options.find?.toString() ?? null,
    container: null,
    async run(given, context = {}) {
      const values = checkValues(`Cannot run component "${name}" as input`, inputs, given);
      const result = await options.run(values as ValuesOf<I>, loneContext(name, context));
      return checkOutputs(name, outputs, result);
    },
    async find(given, context) {
      const found = await options.find?.(given, context);
      return found === undefined ? undefined : checkOutputs(name, outputs, found);
    },
    fingerprint: async (given, context) => await options.fingerprint?.(given, context) ?? "",
  };
}

function checkOutputs<O extends Ports>(
  component: string,
  outputs: O,
  result: ValuesOf<O>,
): ValuesOf<O> {
  const what = `Cannot finish component "${component}" as output`;
  return checkValues(what, outputs, result ?? {}) as ValuesOf<O>;
}
