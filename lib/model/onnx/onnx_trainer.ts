import { Random } from "../../base/random.ts";
import type {
  Batch,
  Classifier,
  StepResult,
  Trainer,
  TrainerOptions,
  TrainerState,
} from "../engine.ts";
import type { Layer } from "../layers.ts";
import { inferenceGraph } from "./inference_graph.ts";
import { type PlannedLayer, planNetwork } from "./network_plan.ts";
import { OnnxClassifier } from "./onnx_classifier.ts";
import { effectiveRate } from "./optimizer_graph.ts";
import { initialWeights } from "./parameters.ts";
import type { Runtime, Session } from "./runtime.ts";
import { StepBuffers } from "./step_buffers.ts";
import { type TrainingGraph, trainingGraph } from "./training_graph.ts";

/** Trains by running a {@linkcode trainingGraph}, one step a run. */
export class OnnxTrainer implements Trainer {
  readonly #layers: readonly Layer[];
  readonly #options: TrainerOptions;
  readonly #graph: TrainingGraph;
  readonly #runtime: Runtime;
  readonly #session: Session;
  readonly #buffers: StepBuffers;
  readonly #random: Random;
  #steps: number;
  #isStepping = false;

  private constructor(
    layers: readonly Layer[],
    options: TrainerOptions,
    graph: TrainingGraph,
    runtime: Runtime,
    session: Session,
    state: TrainerState,
  ) {
    this.#layers = layers;
    this.#options = options;
    this.#graph = graph;
    this.#runtime = runtime;
    this.#session = session;
    this.#buffers = new StepBuffers(graph, state.vectors, runtime);
    this.#random = new Random(0);
    this.#random.state = state.random;
    this.#steps = state.steps;
  }

  /** @throws {RangeError} when the layers, an option or the state make no sense. */
  static async open(
    layers: readonly Layer[],
    options: TrainerOptions,
    runtime: Runtime,
  ): Promise<OnnxTrainer> {
    checkOptions(options);
    const plan = planNetwork(layers, options.imageShape);
    const graph = trainingGraph(plan, options);
    const state = options.state ?? firstState(plan, graph, options.seed);
    checkState(state, graph);
    const session = await runtime.open(graph.onnx);
    return new OnnxTrainer(layers, options, graph, runtime, session, state);
  }

  async step(
    batch: Batch,
    { learningRate }: { readonly learningRate: number },
  ): Promise<StepResult> {
    this.#checkIdle("step");
    const buffers = this.#buffers;
    const step = this.#steps + 1;
    this.#setBatch(batch);
    for (const words of buffers.randoms) this.#fillRandom(words);
    buffers.rate[0] = effectiveRate(this.#options.optimizer, learningRate, step);
    buffers.averageShare[0] = averageShare(this.#options.emaMomentum, step);
    this.#isStepping = true;
    try {
      await this.#session.run(buffers.inputs, buffers.outputs);
    } finally {
      this.#isStepping = false;
    }
    buffers.swap();
    this.#steps = step;
    const correct = Math.round(buffers.accuracy[0]! * batch.labels.length);
    return { loss: buffers.loss[0]!, correct };
  }

  save(): Promise<TrainerState> {
    this.#checkIdle("save");
    const vectors = Object.fromEntries(
      Object.entries(this.#buffers.vectors).map(([name, values]) => [name, values.slice()]),
    );
    return Promise.resolve({ vectors, steps: this.#steps, random: this.#random.state });
  }

  classifier(): Promise<Classifier> {
    this.#checkIdle("make a classifier");
    const { weights, average } = this.#buffers.vectors;
    const onnx = inferenceGraph(this.#layers, this.#options.imageShape, average ?? weights!);
    return OnnxClassifier.open(onnx, this.#runtime);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#session[Symbol.asyncDispose]());
  }

  /** Fills the batch in; a short one is made up with images of no weight, which change nothing. */
  #setBatch({ images, labels }: Batch): void {
    const { batchSize, imageSize, classes } = this.#graph;
    const count = labels.length;
    if (count < 1 || count > batchSize) {
      throw new RangeError(
        `Cannot step as a batch must have 1 to ${batchSize} labels: got ${count}`,
      );
    }
    if (images.length !== count * imageSize) {
      throw new RangeError(
        `Cannot step as ${count} images must have ${count * imageSize} bytes: got ${images.length}`,
      );
    }
    const wrong = labels.find((label) => label >= classes);
    if (wrong !== undefined) {
      throw new RangeError(`Cannot step as a label must be 0 to ${classes - 1}: got ${wrong}`);
    }
    this.#buffers.images.set(images);
    this.#buffers.labels.set(labels);
    this.#buffers.imageWeights.fill(1 / count, 0, count).fill(0, count);
  }

  #fillRandom(words: Uint32Array): void {
    for (let i = 0; i < words.length; i++) words[i] = this.#random.bits();
  }

  #checkIdle(action: string): void {
    if (this.#isStepping) {
      throw new Error(`Cannot ${action} while a step is going on: await every step()`);
    }
  }
}

function firstState(
  plan: readonly PlannedLayer[],
  graph: TrainingGraph,
  seed: number,
): TrainerState {
  const random = new Random(seed);
  const weights = initialWeights(plan, random);
  const vectors = graph.vectors.map((name) => {
    const startsAsWeights = name === "weights" || name === "average";
    return [name, startsAsWeights ? weights : new Float32Array(graph.vectorLength)];
  });
  return { vectors: Object.fromEntries(vectors), steps: 0, random: random.state };
}

/**
 * How far the average moves to the weights at this step, 1 for the first: all
 * the way then, and then ever less, so that it spans the newest tenth of the
 * steps until that is as long as the momentum wants. So the average is good
 * early, and has nothing of the first random weights.
 */
function averageShare(emaMomentum: number, step: number): number {
  return Math.max(1 - emaMomentum, 10 / (9 + step));
}

function checkOptions({ batchSize, emaMomentum, seed }: TrainerOptions): void {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    refuse("batchSize", "an integer from 1", batchSize);
  }
  if (!Number.isSafeInteger(seed)) refuse("seed", "an integer", seed);
  if (!(emaMomentum >= 0 && emaMomentum < 1)) {
    refuse("emaMomentum", "from 0 up to, but not including, 1", emaMomentum);
  }
}

function refuse(name: string, wanted: string, value: unknown): never {
  throw new RangeError(`Cannot train as ${name} must be ${wanted}: got ${value}`);
}

function checkState({ vectors }: TrainerState, graph: TrainingGraph): void {
  const found = Object.entries(vectors).map(([name, { length }]) => `${name}[${length}]`);
  const wanted = graph.vectors.map((name) => `${name}[${graph.vectorLength}]`);
  if (found.toSorted().join() !== wanted.toSorted().join()) {
    throw new RangeError(
      `Cannot go on from this state as its vectors must be ${wanted.join(", ")}: ` +
        `got ${found.join(", ")}`,
    );
  }
}
