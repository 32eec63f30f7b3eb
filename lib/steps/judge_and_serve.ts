/**
 * What comes after a model is trained, whichever pipeline trained it.
 *
 * @module
 */
import type { Digits } from "../digits/digits.ts";
import type { TrainedModel } from "../model/trained_model.ts";
import { atLeast, equal } from "../pipeline/condition.ts";
import type { Graph } from "../pipeline/graph.ts";
import type { ArtifactPort, JsonValue, ParamPort } from "../pipeline/port.ts";
import type { Ref } from "../pipeline/ref.ts";
import { contestStep } from "./contest_step.ts";
import { evaluateStep } from "./evaluate_step.ts";
import { registerStep } from "./register_step.ts";
import { serveStep } from "./serve_step.ts";

/** What is judged, and by what. */
export interface JudgedModel {
  /** What was trained. */
  readonly model: Ref<ArtifactPort<TrainedModel>>;
  /** What it learned from: decides its name. */
  readonly dataset: Ref<ParamPort<string>>;
  /** What it meets the champion on. */
  readonly validation: Ref<ArtifactPort<Digits>>;
  /** What it is judged on. */
  readonly test: Ref<ArtifactPort<Digits>>;
  /** Below this test accuracy it is not served. */
  readonly min_accuracy: Ref<ParamPort<number>>;
  /** What computes. */
  readonly engine: Ref<ParamPort<string>>;
  /** Where it is served. */
  readonly serving: Ref<ParamPort<{ readonly [key: string]: JsonValue }>>;
}

/** Evaluates, registers, and serves what is good enough and better than what is served. */
export function judgeAndServe(judged: JudgedModel, { step, when }: Graph) {
  const { model, dataset, validation, test, engine, serving } = judged;
  const { evaluation, accuracy } = step(evaluateStep, { model, test, dataset, engine });
  const registered = { model, validation, dataset, accuracy };
  const { name, version, repository } = step(registerStep, registered);
  const served = when(atLeast(accuracy, judged.min_accuracy), () => {
    const { wins, verdict } = step(contestStep, { name, version, validation, engine });
    const winner = { name, version, verdict, repository, test, engine, serving };
    const { right, url } = when(equal(wins, true), () => step(serveStep, winner), { id: "wins" });
    return { verdict, right, url };
  }, { id: "accurate-enough" });
  return { evaluation, accuracy, name, version, ...served };
}
