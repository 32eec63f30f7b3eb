import grpc from "@grpc/grpc-js";
import { Buffer } from "node:buffer";
import protobuf from "protobufjs/light.js";

/** Messages as a client sends and reads them: each field by its number, with no code of ours. */
export function message(
  fields: Readonly<Record<number, string | number | boolean | Uint8Array | readonly unknown[]>>,
): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const [key, value] of Object.entries(fields)) {
    const id = Number(key);
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item === "string") writer.uint32(id << 3 | 2).string(item);
      else if (item instanceof Uint8Array) writer.uint32(id << 3 | 2).bytes(item);
      else writer.uint32(id << 3).int64(Number(item));
    }
  }
  return writer.finish();
}

/** The fields of a message: numbers, and bytes of everything else, in their order. */
export function fieldsOf(bytes: Uint8Array): Record<number, (number | Uint8Array)[]> {
  // Not the Buffer that it may be: its slice() does not copy.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const reader = protobuf.Reader.create(plain);
  const fields: Record<number, (number | Uint8Array)[]> = {};
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const values = fields[tag >>> 3] ??= [];
    values.push((tag & 7) === 0 ? Number(reader.int64()) : reader.bytes());
  }
  return fields;
}

/** The text of the first such field. */
export function textOf(bytes: Uint8Array, id: number): string {
  return new TextDecoder().decode(fieldsOf(bytes)[id]?.[0] as Uint8Array | undefined);
}

/** A request for predictions of these bytes. */
export function inferMessage(
  model: string,
  pixels: Uint8Array,
  { name = "image", datatype = "UINT8", shape = [1, 6], id = "" } = {},
): Uint8Array {
  const packed = protobuf.Writer.create();
  for (const size of shape) packed.int64(size);
  const input = message({ 1: name, 2: datatype, 3: packed.finish() });
  return message({ 1: model, 3: id, 5: input, 7: pixels });
}

/** What a call came to. */
export interface CallOutcome {
  readonly code: number;
  readonly details: string;
  readonly bytes: Uint8Array;
}

/**
 * A client that sends bytes and gives bytes. To be disposed of before its server: where a server
 * says that it goes away, Deno's node:http2 client now and then crashes the process.
 */
export class GrpcClient implements Disposable {
  readonly #client: grpc.Client;

  constructor(address: string) {
    this.#client = new grpc.Client(address, grpc.credentials.createInsecure());
  }

  /** Calls a method of the service. */
  call(
    method: string,
    request: Uint8Array,
    options: { readonly deadlineMs?: number; readonly authorization?: string } = {},
  ): Promise<CallOutcome> {
    const metadata = new grpc.Metadata();
    if (options.authorization) metadata.set("authorization", options.authorization);
    const { promise, resolve } = Promise.withResolvers<CallOutcome>();
    this.#client.makeUnaryRequest(
      `/inference.GRPCInferenceService/${method}`,
      (bytes: Uint8Array) => Buffer.from(bytes),
      (bytes: Buffer) => new Uint8Array(bytes),
      request,
      metadata,
      options.deadlineMs === undefined ? {} : { deadline: Date.now() + options.deadlineMs },
      (error, bytes) =>
        resolve({
          code: error?.code ?? 0,
          details: error?.details ?? "",
          bytes: bytes ?? new Uint8Array(),
        }),
    );
    return promise;
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}
