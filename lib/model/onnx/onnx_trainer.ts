import { Random, type RandomState } from "../../base/random.ts";
import type {
  Batch,
  Classifier,
  StepResult,
  Trainer,
  TrainerOptions,
  TrainerState,
} from "../engine.ts";
import type { Layer } from "../layers.ts";
import {
  checkBatch,
  checkLearningRate,
  checkTrainerOptions,
  checkVectors,
} from "./check_training.ts";
import { inferenceGraph } from "./inference_graph.ts";
import { type PlannedLayer, planNetwork } from "./network_plan.ts";
import { OnnxClassifier } from "./onnx_classifier.ts";
import { effectiveRate } from "./optimizer_graph.ts";
import { initialWeights, parametersOf } from "./parameters.ts";
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
  #steps: number;
  /** Behind dropout, as it was after the last step. */
  #random: RandomState;
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
    this.#steps = state.steps;
    this.#random = state.random;
  }

  /** @throws {RangeError} when the layers, an option or the state make no sense. */
  static async open(
    layers: readonly Layer[],
    options: TrainerOptions,
    runtime: Runtime,
  ): Promise<OnnxTrainer> {
    const plan = planNetwork(layers, options.imageShape);
    checkTrainerOptions(options);
    const graph = trainingGraph(plan, options);
    const state = options.state ?? firstState(plan, graph, options.seed);
    checkVectors(state, graph);
    const session = await runtime.open(graph.onnx);
    return new OnnxTrainer(layers, options, graph, runtime, session, state);
  }

  async step(
    batch: Batch,
    { learningRate }: { readonly learningRate: number },
  ): Promise<StepResult> {
    if (this.#isStepping) {
      throw new Error("Cannot step while a step is going on: await one before the next");
    }
    checkLearningRate(learningRate);
    checkBatch(batch, this.#graph);
    const { optimizer, emaMomentum } = this.#options;
    const step = this.#steps + 1;
    const buffers = this.#buffers;
    buffers.setBatch(batch);
    const random = buffers.setRandoms(this.#random);
    buffers.rate[0] = effectiveRate(optimizer, learningRate, step);
    buffers.averageShare[0] = averageShare(emaMomentum, step);
    this.#isStepping = true;
    try {
      await this.#session.run(buffers.inputs, buffers.outputs);
    } finally {
      this.#isStepping = false;
    }
    buffers.swap();
    this.#steps = step;
    this.#random = random;
    const correct = Math.round(buffers.accuracy[0]! * batch.labels.length);
    return { loss: buffers.loss[0]!, correct };
  }

  save(): Promise<TrainerState> {
    const vectors = Object.fromEntries(
      Object.entries(this.#buffers.vectors).map(([name, values]) => [name, values.slice()]),
    );
    return Promise.resolve({ vectors, steps: this.#steps, random: this.#random });
  }

  classifier(): Promise<Classifier> {
    const { weights, average } = this.#buffers.vectors;
    const onnx = inferenceGraph(this.#layers, this.#options.imageShape, average ?? weights!);
    return OnnxClassifier.open(onnx, this.#runtime);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#session[Symbol.asyncDispose]());
  }
}

function firstState(
  plan: readonly PlannedLayer[],
  graph: TrainingGraph,
  seed: number,
): TrainerState {
  const random = new Random(seed);
  const weights = initialWeights(plan.flatMap(parametersOf), random);
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
