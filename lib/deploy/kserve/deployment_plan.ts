/**
 * What a deployment changes. Pure.
 *
 * @module
 */
import { withCanary } from "./canary.ts";
import { DeployError } from "./deploy_error.ts";
import { type InferenceService, modeOf, revisionOf } from "./inference_service.ts";
import type { Expected } from "./judge.ts";

/** What to apply, and what it should come to. */
export interface DeploymentPlan {
  /** What to apply. */
  readonly service: InferenceService;
  /** What it should come to. */
  readonly expected: Expected;
  /** Whether the new version gets only a share of the requests. */
  readonly canary: boolean;
}

/**
 * How to get from what is there to the new version.
 *
 * @param before what is there.
 * @param next what should be there where nothing is.
 * @param percent of the requests that the new version is to get; undefined stands for all.
 */
export function planDeployment(
  before: InferenceService | undefined,
  next: InferenceService,
  percent: number | undefined,
): DeploymentPlan {
  const revision = revisionOf(next.spec.predictor);
  const whole = { revision, canary: undefined, alone: true };
  if (before === undefined) return { service: next, expected: whole, canary: false };
  const { predictor } = before.spec;
  if (percent === undefined || percent === 100) {
    // A Deployment that a promoted canary left behind keeps its name.
    const named = { ...predictor.name !== undefined && { name: predictor.name } };
    const service = { ...next, spec: { predictor: { ...named, ...next.spec.predictor } } };
    return { service, expected: whole, canary: false };
  }
  if (modeOf(before) === undefined) {
    throw new DeployError(
      `Cannot add a canary to ${before.metadata.name} as KServe has not seen it yet: is its ` +
        "controller running (kubectl get pods -n kserve)?",
      { reason: "NotSeen" },
    );
  }
  if (revisionOf(predictor) === revision && predictor.canaryTrafficPercent === undefined) {
    const service = { ...next, spec: before.spec }; // no canary of itself
    return { service, expected: { ...whole, alone: false }, canary: false };
  }
  const service = withCanary(before, next, percent);
  const canary = service.spec.canary?.[0]?.predictor.name;
  return { service, expected: { revision, canary, alone: false }, canary: true };
}
