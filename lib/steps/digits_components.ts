/**
 * Every component that this package has, by name: what a pod can be told to run.
 *
 * @module
 */
import type { Component } from "../pipeline/component.ts";
import { acquireStep } from "./acquire_step.ts";
import { chooseStep } from "./choose_step.ts";
import { contestStep } from "./contest_step.ts";
import { evaluateStep } from "./evaluate_step.ts";
import { preprocessStep } from "./preprocess_step.ts";
import { registerStep } from "./register_step.ts";
import { serveStep } from "./serve_step.ts";
import { trainStep } from "./train_step.ts";

/** The components of the digits' pipelines, in the order of their steps. */
export const digitsComponents: readonly Component[] = [
  acquireStep,
  preprocessStep,
  trainStep,
  chooseStep,
  evaluateStep,
  registerStep,
  contestStep,
  serveStep,
];
