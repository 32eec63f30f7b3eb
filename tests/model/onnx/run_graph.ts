/** Computes small graphs, to test what lays them. */
import { GraphBuilder, type Value } from "../../../lib/model/onnx/graph_builder.ts";
import { loadRuntime } from "../../../lib/model/onnx/runtime.ts";

/** Numbers and their shape. */
export interface Numbers {
  readonly dims: readonly number[];
  readonly data: ArrayLike<number>;
}

/**
 * Builds a graph of float inputs and outputs and computes it.
 *
 * @param lay gets the inputs' values; gives the outputs with their shapes
 */
export async function runGraph(
  inputs: Readonly<Record<string, Numbers>>,
  lay: (g: GraphBuilder) => Readonly<Record<string, [Value, readonly number[]]>>,
): Promise<Record<string, number[]>> {
  const g = new GraphBuilder();
  for (const [name, { dims }] of Object.entries(inputs)) g.input(name, "float", dims);
  const outputs = lay(g);
  for (const [name, [value, dims]] of Object.entries(outputs)) g.output(name, "float", dims, value);

  const runtime = await loadRuntime("native", 1);
  const tensor = ({ dims, data }: Numbers) => runtime.tensor(Float32Array.from(data), dims);
  const results = Object.fromEntries(
    Object.entries(outputs).map(([name, [, dims]]) => {
      const size = dims.reduce((product, dim) => product * dim, 1);
      return [name, tensor({ dims, data: new Float32Array(size) })];
    }),
  );
  await using session = await runtime.open(g.build("test", "test"));
  await session.run(
    Object.fromEntries(Object.entries(inputs).map(([name, numbers]) => [name, tensor(numbers)])),
    results,
  );
  return Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, [...data as Float32Array]]),
  );
}
