/**
 * Writes an ONNX file: the few protobuf messages a model of ours needs, by
 * their field numbers in `onnx.proto` (IR version 8, operator set 17).
 *
 * @module
 */
import { concatBytes } from "../../base/bytes.ts";

/** ONNX's numbers for the element types we use. */
const elementTypes = { float: 1, uint8: 2, uint16: 4, int64: 7, bool: 9 } as const;

/** What a tensor's elements are. */
export type ElementType = keyof typeof elementTypes;

/** ONNX's number for an element type, as the `Cast` operator wants it. */
export function elementTypeNumber(type: ElementType): number {
  return elementTypes[type];
}

/** An operator's setting. A plain number is an integer: JavaScript can't tell `1` from `1.0`. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

/** One operation. */
export interface OnnxNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A constant. */
export interface OnnxConstant {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  /** Little-endian, row-major. */
  readonly data: ArrayBufferView;
}

/** An input or output of the whole model. A named dimension may have any size. */
export interface OnnxPort {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly (number | string)[];
}

/** A whole model. */
export interface OnnxModel {
  /** What made it, for people who look into the file. */
  readonly producer: string;
  readonly graphName: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
}

type Bytes = Uint8Array<ArrayBuffer>;

const irVersion = 8;
const operatorSet = 17;

/** The file's bytes. */
export function writeOnnx(model: OnnxModel): Bytes {
  const graph = [
    ...model.nodes.map((node) => message(1, writeNode(node))),
    text(2, model.graphName),
    ...model.constants.map((constant) => message(5, writeConstant(constant))),
    ...model.inputs.map((port) => message(11, writePort(port))),
    ...model.outputs.map((port) => message(12, writePort(port))),
  ];
  return concatBytes([
    integer(1, irVersion),
    text(2, model.producer),
    message(7, graph),
    message(8, [text(1, ""), integer(2, operatorSet)]),
  ]);
}

function writeNode({ type, inputs, outputs, attributes }: OnnxNode): Bytes[] {
  return [
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(3, outputs[0] ?? type),
    text(4, type),
    ...Object.entries(attributes).map(([name, value]) => message(5, writeAttribute(name, value))),
  ];
}

function writeAttribute(name: string, value: Attribute): Bytes[] {
  if (typeof value === "number") return [text(1, name), integer(3, value), integer(20, 2)];
  if (typeof value === "string") return [text(1, name), text(4, value), integer(20, 3)];
  if ("float" in value) return [text(1, name), float(2, value.float), integer(20, 1)];
  return [text(1, name), ...value.map((item) => integer(8, item)), integer(20, 7)];
}

function writeConstant({ name, type, dims, data }: OnnxConstant): Bytes[] {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [
    ...dims.map((dim) => integer(1, dim)),
    integer(2, elementTypes[type]),
    text(8, name),
    bytes(9, raw),
  ];
}

function writePort({ name, type, dims }: OnnxPort): Bytes[] {
  const shape = dims.map((dim) =>
    message(1, [typeof dim === "string" ? text(2, dim) : integer(1, dim)])
  );
  const tensorType = [integer(1, elementTypes[type]), message(2, shape)];
  return [text(1, name), message(2, [message(1, tensorType)])];
}

// Protobuf's wire format: each field is a tag, its number and how it is written, and its value.
const asVarint = 0;
const asLengthAndBytes = 2;
const asFourBytes = 5;

function tag(field: number, writtenAs: number): Bytes {
  return varint((field << 3) | writtenAs);
}

/** Seven bits a byte, lowest first; a negative number as its 64-bit two's complement. */
function varint(value: number): Bytes {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return Uint8Array.from(out);
}

function integer(field: number, value: number): Bytes {
  return concatBytes([tag(field, asVarint), varint(value)]);
}

function float(field: number, value: number): Bytes {
  return concatBytes([tag(field, asFourBytes), new Uint8Array(Float32Array.of(value).buffer)]);
}

function bytes(field: number, value: Uint8Array): Bytes {
  return concatBytes([tag(field, asLengthAndBytes), varint(value.length), value]);
}

function text(field: number, value: string): Bytes {
  return bytes(field, new TextEncoder().encode(value));
}

function message(field: number, parts: readonly Bytes[]): Bytes {
  return bytes(field, concatBytes(parts));
}
