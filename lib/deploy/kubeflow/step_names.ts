/**
 * Which steps a compiled pipeline has. Pure.
 *
 * @module
 */
import * as v from "valibot";

const dagSchema = v.object({
  dag: v.optional(v.object({
    tasks: v.record(v.string(), v.object({ componentRef: v.object({ name: v.string() }) })),
  })),
});
const specSchema = v.object({
  root: dagSchema,
  components: v.optional(v.record(v.string(), dagSchema), {}),
});
type Dag = v.InferOutput<typeof dagSchema>;

/**
 * The names of all tasks that do something themselves, also those within groups; each once.
 *
 * @param spec Pipeline IR
 * @throws {TypeError} when it is none.
 */
export function stepNames(spec: object): readonly string[] {
  const parsed = v.safeParse(specSchema, spec);
  if (!parsed.success) throw new TypeError("Cannot list the steps as this is no compiled pipeline");
  const { root, components } = parsed.output;
  return [...new Set(namesIn(root, components))];
}

function namesIn({ dag }: Dag, components: Readonly<Record<string, Dag>>): readonly string[] {
  return Object.entries(dag?.tasks ?? {}).flatMap(([name, { componentRef }]) => {
    const component = components[componentRef.name];
    return component?.dag ? namesIn(component, components) : [name];
  });
}
