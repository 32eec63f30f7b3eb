/**
 * What there is to see of a training run and of an evaluation, as Vega-Lite.
 * Readable on light and dark paper, and by the colour-blind: the colours are
 * Okabe and Ito's, and no two series differ by colour alone.
 *
 * @module
 */
import type { ClassReport, Evaluation, RocPoint } from "../digits/evaluation.ts";
import type { EpochReport } from "../model/training_event.ts";
import type { VegaLiteSpec } from "./vega.ts";
...
