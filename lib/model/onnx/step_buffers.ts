import { Random, type RandomState } from "../../base/random.ts";
import type { Batch } from "../engine.ts";
import type { Runtime, TensorData, Tensors } from "./runtime.ts";
import type { TrainingGraph } from "./training_graph.ts";

type Vectors = Readonly<Record<string, Float32Array>>;

/**
 * The arrays that a training graph reads and writes, made once.
 *
 * The vectors exist twice: a step reads one set and writes the other, and the
 * next step does it the other way round.
 */
export class StepBuffers {
  readonly rate = new Float32Array(1);
  readonly averageShare = new Float32Array(1);
  readonly loss = new Float32Array(1);
  readonly accuracy = new Float32Array(1);
  readonly #images: Uint8Array;
  readonly #labels: Uint8Array;
  readonly #imageWeights: Float32Array;
  /** Two values a word; an input of odd length leaves half of its last. */
  readonly #randoms: readonly Uint32Array[];
  #current: Side;
  #other: Side;

  /** @param vectors first values; they are copied */
  constructor(graph: TrainingGraph, vectors: Vectors, runtime: Runtime) {
    const { batchSize, imageSize } = graph;
    this.#images = new Uint8Array(batchSize * imageSize);
    this.#labels = new Uint8Array(batchSize);
    this.#imageWeights = new Float32Array(batchSize);
    this.#randoms = graph.randoms.map(({ dims }) => new Uint32Array(Math.ceil(product(dims) / 2)));

    const tensor = (data: TensorData, ...dims: number[]) => runtime.tensor(data, dims);
    const inputs: Tensors = {
      images: tensor(this.#images, batchSize, imageSize),
      labels: tensor(this.#labels, batchSize),
      image_weights: tensor(this.#imageWeights, batchSize),
      rate: tensor(this.rate),
      ...(graph.vectors.includes("average") ? { average_share: tensor(this.averageShare) } : {}),
      ...Object.fromEntries(
        graph.randoms.map(({ name, dims }, i) => {
          const halves = new Uint16Array(this.#randoms[i]!.buffer, 0, product(dims));
          return [name, tensor(halves, ...dims)];
        }),
      ),
    };
    const outputs: Tensors = { loss: tensor(this.loss), accuracy: tensor(this.accuracy) };

    const first = Object.fromEntries(graph.vectors.map((name) => [name, vectors[name]!.slice()]));
    const second = Object.fromEntries(
      graph.vectors.map((name) => [name, new Float32Array(graph.vectorLength)]),
    );
    const read = (set: Vectors) => ({ ...inputs, ...tensorsOf(set, "", runtime) });
    const write = (set: Vectors) => ({ ...outputs, ...tensorsOf(set, "next_", runtime) });
    this.#current = { vectors: first, inputs: read(first), outputs: write(second) };
    this.#other = { vectors: second, inputs: read(second), outputs: write(first) };
  }

  /** The vectors as the last step left them. */
  get vectors(): Vectors {
    return this.#current.vectors;
  }

  /** What the next step reads. */
  get inputs(): Tensors {
    return this.#current.inputs;
  }

  /** What the next step writes. */
  get outputs(): Tensors {
    return this.#current.outputs;
  }

  /** Fills the batch in; a short one is made up with images of no weight, which change nothing. */
  setBatch({ images, labels }: Batch): void {
    this.#images.set(images);
    this.#labels.set(labels);
    this.#imageWeights.fill(1 / labels.length, 0, labels.length).fill(0, labels.length);
  }

  /** Fills new random numbers in; gives the generator's state after that. */
  setRandoms(state: RandomState): RandomState {
    const random = new Random(0);
    random.state = state;
    for (const words of this.#randoms) {
      for (let i = 0; i < words.length; i++) words[i] = random.bits();
    }
    return random.state;
  }

  /** What was written is what is read next. */
  swap(): void {
    [this.#current, this.#other] = [this.#other, this.#current];
  }
}

interface Side {
  readonly vectors: Vectors;
  readonly inputs: Tensors;
  readonly outputs: Tensors;
}

function tensorsOf(vectors: Vectors, prefix: string, runtime: Runtime): Tensors {
  return Object.fromEntries(
    Object.entries(vectors).map((
      [name, values],
    ) => [prefix + name, runtime.tensor(values, [values.length])]),
  );
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, 1);
}
