/**
 * What a report tells of.
 *
 * @module
 */
import type { Evaluation } from "../digits/evaluation.ts";
import type { ModelDescription } from "../model/trained_model.ts";

/** Everything a report of one run shows. Plain JSON. */
export interface ReportInput {
  /** The page's heading. */
  readonly title: string;
  /** The run it tells of. */
  readonly run: {
    readonly id: string;
    readonly experiment: string;
    /** Milliseconds since 1970. */
    readonly startedAt: number;
    readonly status: string;
  };
  /** What was learned from and judged on. */
  readonly dataset: {
    /** `synthetic` is met with a warning. */
    readonly name: string;
    /** Where it came from, for people. */
    readonly source: string;
    /** How many pictures: `{ train: 55_000, validation: 5_000, test: 10_000 }`. */
    readonly counts: Readonly<Record<string, number>>;
  };
  /** The version that the model was registered as; null when it was not. */
  readonly model: { readonly name: string; readonly version: number } | null;
  /** The model, and how it learned. */
  readonly description: ModelDescription;
  /** On the test digits. */
  readonly evaluation: Evaluation;
  /** Training speed, without validation; null where the training was done before. */
  readonly imagesPerSecond: number | null;
  /** In the order in which they ran. */
  readonly steps: readonly {
    readonly name: string;
    readonly state: string;
    readonly seconds: number;
    readonly cached: boolean;
  }[];
  /** The pipeline's parameters. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What the model had to pass before it is served. */
  readonly gate: {
    /** The least accuracy asked for, 0..1. */
    readonly minAccuracy: number;
    /** Whether it was reached. */
    readonly passed: boolean;
    /** Which version is served and why, in a sentence; null where that was not decided. */
    readonly verdict: string | null;
  };
}
