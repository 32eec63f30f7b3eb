import { DataError, messageOf } from "../../base/errors.ts";
import { type ImageShape, imageSize } from "../../digits/digits.ts";
import type { Classifier } from "../engine.ts";
import { inputName, outputName } from "./inference_graph.ts";
import { type ModelPorts, modelPorts } from "./model_ports.ts";
import type { Runtime, Session } from "./runtime.ts";

/**
 * Images that a thread computes at once: the feature maps of more don't fit into its
 * cache, which costs a third. For fewer it is not worth waking up another one.
 */
const imagesPerThread = 16;

const shares = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** A model of ours, ready to predict. */
export class OnnxClassifier implements Classifier {
  readonly imageShape: ImageShape;
  readonly classes: number;
  readonly #onnx: Uint8Array;
  readonly #runtime: Runtime;
  readonly #session: Session;
  /** On one thread. */
  readonly #quickSession: Session;

  private constructor(
    ports: ModelPorts,
    onnx: Uint8Array,
    runtime: Runtime,
    { session, quickSession }: { readonly session: Session; readonly quickSession: Session },
  ) {
    this.imageShape = ports.imageShape;
    this.classes = ports.classes;
    this.#onnx = onnx;
    this.#runtime = runtime;
    this.#session = session;
    this.#quickSession = quickSession;
  }

  /** @throws {DataError} when the bytes are not such a model. */
  static async open(onnx: Uint8Array, runtime: Runtime): Promise<OnnxClassifier> {
    // A copy, as the caller may go on to change the bytes.
    const own = onnx.slice();
    await using stack = new AsyncDisposableStack();
    const session = stack.use(await openModel(own, runtime));
    const ports = modelPorts(session);
    const quickSession = runtime.threads === 1
      ? session
      : stack.use(await runtime.open(own, { threads: 1 }));
    stack.move();
    return new OnnxClassifier(ports, own, runtime, { session, quickSession });
  }

  async predict(images: Uint8Array | Float32Array): Promise<Float32Array> {
    const size = imageSize(this.imageShape);
    if (images.length % size !== 0) {
      throw new RangeError(
        `Cannot predict as each image has ${size} values (${this.imageShape.join(" × ")}): ` +
          `got ${images.length} values`,
      );
    }
    const count = images.length / size;
    const probabilities = new Float32Array(count * this.classes);
    const chunkSize = imagesPerThread * this.#runtime.threads;
    const session = count <= imagesPerThread ? this.#quickSession : this.#session;
    const [height, width, channels] = this.imageShape;
    for (let start = 0; start < count; start += chunkSize) {
      const end = Math.min(count, start + chunkSize);
      const chunk = toPlanes(images.subarray(start * size, end * size), channels, height * width);
      const results = probabilities.subarray(start * this.classes, end * this.classes);
      await session.run(
        { [inputName]: this.#runtime.tensor(chunk, [end - start, channels, height, width]) },
        { [outputName]: this.#runtime.tensor(results, [end - start, this.classes]) },
      );
    }
    return probabilities;
  }

  save(): Promise<Uint8Array> {
    return Promise.resolve(this.#onnx.slice());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
    await this.#quickSession[Symbol.asyncDispose]();
  }
}

async function openModel(onnx: Uint8Array, runtime: Runtime): Promise<Session> {
  try {
    return await runtime.open(onnx);
  } catch (error) {
    throw new DataError(
      `Cannot load the model as ${runtime.description} can't read it: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

/** Images with channels innermost to images of one plane a channel, bytes to floats 0..1. */
function toPlanes(
  images: Uint8Array | Float32Array,
  channels: number,
  area: number,
): Float32Array {
  const isBytes = images instanceof Uint8Array;
  if (channels === 1 && !isBytes) return images; // is of one plane already
  const planes = new Float32Array(images.length);
  for (let start = 0; start < images.length; start += channels * area) {
    for (let channel = 0; channel < channels; channel++) {
      const plane = start + channel * area;
      for (let i = 0; i < area; i++) {
        const value = images[start + i * channels + channel]!;
        planes[plane + i] = isBytes ? shares[value]! : value;
      }
    }
  }
  return planes;
}
