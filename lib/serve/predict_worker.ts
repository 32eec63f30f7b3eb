/**
 * The thread that predicts large requests; `predict_thread.ts` starts it.
 *
 * @module
 */
import { loadEngine } from "../model/engines.ts";
import { type PredictingThread, servePredictions } from "./serve_predictions.ts";

servePredictions({ port: self as unknown as PredictingThread["port"], loadEngine });
