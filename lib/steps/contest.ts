/**
 * A candidate against the present champion.
 *
 * @module
 */
import { DataError, messageOf, UnavailableError } from "../base/errors.ts";
import type { Host } from "../base/host.ts";
import { type Digits, imageSize } from "../digits/digits.ts";
import { lossAndAccuracy } from "../model/evaluate.ts";
import type { ArtifactInfo } from "../pipeline/artifact_store.ts";
import type { Progress } from "../pipeline/step_context.ts";
import type { ModelRegistry, ModelVersion } from "../pipeline/tracker.ts";
import type { Predictor } from "../serve/predictor.ts";
import { CHAMPION } from "./champion.ts";
import { digitsDigest } from "./dataset_inputs.ts";
import { type OpenVersion, openVersion } from "./open_version.ts";
import type { Verdict } from "./verdict.ts";

const DIGITS_AT_ONCE = 500; // a fraction of a second, after which Ctrl-C is heard

/** The tag of a version that says which digits its best epoch was chosen by. */
export const VALIDATION_DIGEST = "validation_digest";

/** What a contest takes. */
export interface ContestOptions {
  /** Where the champion is. */
  readonly registry: ModelRegistry;
  /** Digits that neither has learned from. */
  readonly validation: Digits;
  /** Where they are; undefined when nobody knows. */
  readonly validationInfo: ArtifactInfo | undefined;
  /** Says how many cores may compute. */
  readonly host: Pick<Host, "cores">;
  /** As `loadEngine` knows it. */
  readonly engine: string;
  /** Heard between some digits and the next. */
  readonly signal: AbortSignal;
  /** Told how many digits are read. */
  readonly progress: (progress: Progress) => void;
}

/**
 * Decides which version is to be served: the one that reads more of the validation digits right,
 * at a tie the present one. A champion that can't be loaded or can't read such digits is not in
 * the way; one that can't be had right now is.
 *
 * @throws {UnavailableError} when a model can't be had right now; the signal's reason when aborted.
 */
export async function contest(
  candidate: OpenVersion,
  options: ContestOptions,
): Promise<Verdict> {
  const { registry, validation, signal } = options;
  const { name, version } = candidate.version;
  const champion = await registry.alias(name, CHAMPION);
  const unopposed = {
    candidate: version,
    champion: version,
    before: champion?.version ?? null,
    accuracy: null,
    accuracyBefore: null,
    count: validation.labels.length,
    problem: null,
    otherSplit: champion !== undefined && wasValidatedElsewhere(champion, options.validationInfo),
  };
  if (champion === undefined || champion.version === version) return unopposed;
  let accuracyBefore: number;
  try {
    accuracyBefore = await measureChampion(champion, candidate.predictor, options);
  } catch (error) {
    if (signal.aborted || error instanceof UnavailableError) throw error;
    return { ...unopposed, problem: messageOf(error) };
  }
  const accuracy = await measure(candidate.predictor, options);
  return {
    ...unopposed,
    champion: accuracy > accuracyBefore ? version : champion.version,
    accuracy,
    accuracyBefore,
  };
}

function wasValidatedElsewhere(
  { tags: { [VALIDATION_DIGEST]: digest } }: ModelVersion,
  info: ArtifactInfo | undefined,
): boolean {
  return digest !== undefined && info !== undefined && digest !== digitsDigest(info);
}

async function measureChampion(
  champion: ModelVersion,
  candidate: Predictor,
  options: ContestOptions,
): Promise<number> {
  await using model = await openVersion(options.registry, champion, options);
  const { imageShape, classNames } = model.predictor;
  if (`${imageShape}` !== `${candidate.imageShape}`) {
    throw new DataError(`it reads pictures of ${imageShape.join(" × ")}`);
  }
  if (JSON.stringify(classNames) !== JSON.stringify(candidate.classNames)) {
    throw new DataError(`it tells other classes apart: ${classNames.join(", ")}`);
  }
  return await measure(model.predictor, options);
}

/** The share of the validation digits that a model reads right. */
async function measure(
  predictor: Predictor,
  { validation: { images, labels, imageShape }, signal, progress }: ContestOptions,
): Promise<number> {
  const size = imageSize(imageShape);
  const total = labels.length;
  const note = `version ${predictor.version}`;
  let right = 0;
  for (let from = 0; from < total; from += DIGITS_AT_ONCE) {
    signal.throwIfAborted();
    const to = Math.min(from + DIGITS_AT_ONCE, total);
    const { probabilities } = await predictor.predict(images.subarray(from * size, to * size));
    const { accuracy } = lossAndAccuracy(probabilities, labels.subarray(from, to));
    right += Math.round(accuracy * (to - from));
    progress({ done: to, total, unit: "images", note });
  }
  return total === 0 ? 0 : right / total;
}
