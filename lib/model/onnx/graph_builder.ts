import {
  type Attribute,
  type ElementType,
  elementTypeNumber,
  type OnnxConstant,
  type OnnxNode,
  type OnnxPort,
  writeOnnx,
} from "./onnx_writer.ts";

/** The name of a tensor in the graph. */
export type Value = string;

type Attributes = Readonly<Record<string, Attribute>>;

/** Puts an ONNX graph together, one operation after another. */
export class GraphBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #constants: OnnxConstant[] = [];
  readonly #sharedConstants = new Map<string, Value>();
  readonly #inputs: OnnxPort[] = [];
  readonly #outputs: OnnxPort[] = [];
  readonly #outputNames = new Map<Value, string>();
  #named = 0;

  /** Declares an input of the whole graph. */
  input(name: string, type: ElementType, dims: readonly (number | string)[]): Value {
    this.#inputs.push({ name, type, dims });
    return name;
  }

  /** Gives the result of an operation out of the graph, under this name. */
  output(name: string, type: ElementType, dims: readonly (number | string)[], value: Value): void {
    this.#outputs.push({ name, type, dims });
    this.#outputNames.set(value, name);
  }

  /** An operation with one result. */
  op(type: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    const output = this.#fresh(type);
    this.#nodes.push({ type, inputs, outputs: [output], attributes });
    return output;
  }

  /** Cuts a tensor into parts of these sizes along its first axis. */
  split(x: Value, sizes: readonly number[]): Value[] {
    const outputs = sizes.map(() => this.#fresh("Split"));
    const inputs = [x, this.integers(sizes)];
    this.#nodes.push({ type: "Split", inputs, outputs, attributes: { axis: 0 } });
    return outputs;
  }

  /** A constant vector of int64. */
  integers(values: readonly number[]): Value {
    const make = () => this.#constant("int64", [values.length], BigInt64Array.from(values, BigInt));
    const isShape = values.length <= 8; // those come again and again; longer ones hardly do
    return isShape ? this.#shared(`integers ${values}`, make) : make();
  }

  /** A constant float without dimensions. */
  scalar(value: number): Value {
    return this.#shared(
      `scalar ${value}`,
      () => this.#constant("float", [], Float32Array.of(value)),
    );
  }

  /** A constant float tensor, under this name in the file. */
  floats(values: Float32Array, dims: readonly number[], name?: string): Value {
    return this.#constant("float", dims, values, name);
  }

  add(a: Value, b: Value): Value {
    return this.op("Add", [a, b]);
  }

  subtract(a: Value, b: Value): Value {
    return this.op("Sub", [a, b]);
  }

  multiply(a: Value, b: Value): Value {
    return this.op("Mul", [a, b]);
  }

  divide(a: Value, b: Value): Value {
    return this.op("Div", [a, b]);
  }

  max(a: Value, b: Value): Value {
    return this.op("Max", [a, b]);
  }

  matmul(a: Value, b: Value): Value {
    return this.op("MatMul", [a, b]);
  }

  /** At most one of the sizes may be −1: what is left. */
  reshape(x: Value, ...dims: number[]): Value {
    return this.op("Reshape", [x, this.integers(dims)]);
  }

  transpose(x: Value, ...order: number[]): Value {
    return this.op("Transpose", [x], { perm: order });
  }

  concat(parts: readonly Value[], axis: number): Value {
    return parts.length === 1 ? parts[0]! : this.op("Concat", parts, { axis });
  }

  gather(x: Value, indices: readonly number[], axis: number): Value {
    return this.op("Gather", [x, this.integers(indices)], { axis });
  }

  /** The sum over one axis, which disappears. */
  sum(x: Value, axis: number): Value {
    return this.op("ReduceSum", [x, this.integers([axis])], { keepdims: 0 });
  }

  cast(x: Value, type: ElementType): Value {
    return this.op("Cast", [x], { to: elementTypeNumber(type) });
  }

  /** The finished file. */
  build(producer: string, graphName: string): Uint8Array<ArrayBuffer> {
    return writeOnnx({
      producer,
      graphName,
      nodes: this.#nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map((value) => this.#outputNames.get(value) ?? value),
        outputs: node.outputs.map((value) => this.#outputNames.get(value) ?? value),
      })),
      constants: this.#constants,
      inputs: this.#inputs,
      outputs: this.#outputs,
    });
  }

  #fresh(type: string): Value {
    return `${type}_${this.#named++}`;
  }

  #constant(
    type: ElementType,
    dims: readonly number[],
    data: ArrayBufferView,
    name = `constant${this.#constants.length}`,
  ): Value {
    this.#constants.push({ name, type, dims, data });
    return name;
  }

  #shared(key: string, make: () => Value): Value {
    const name = this.#sharedConstants.get(key) ?? make();
    this.#sharedConstants.set(key, name);
    return name;
  }
}
