/**
 * Gives a new version a share of the requests, and then all or none. Pure: each takes a service
 * as it is and gives it as it should be.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";
import {
  type InferenceService,
  labelsOf,
  modeOf,
  type Predictor,
  revisionOf,
} from "./inference_service.ts";
import { VERSION_LABEL } from "./names.ts";

/** Without it Knative gives the newest revision no address of its own. */
const TAG_ANNOTATION = "serving.kserve.io/enable-tag-routing";
const MODE_ANNOTATION = "serving.kserve.io/deploymentMode";
/** What decides how many pods there are. */
const SCALE_FIELDS: readonly string[] = [
  "minReplicas",
  "maxReplicas",
  "scaleMetric",
  "scaleTarget",
];

/**
 * The service with a new version beside the present one.
 *
 * @param live what is there, ready.
 * @param next what the whole service would be with the new version.
 * @param percent of the requests, 0 to 100.
 */
export function withCanary(
  live: InferenceService,
  next: InferenceService,
  percent: number,
): InferenceService {
  checkPercent(percent);
  if (modeOf(live) === "Knative") {
    return {
      ...next,
      metadata: {
        ...next.metadata,
        annotations: { ...next.metadata.annotations, [TAG_ANNOTATION]: "true" },
      },
      spec: { predictor: { ...next.spec.predictor, canaryTrafficPercent: percent } },
    };
  }
  return {
    ...live,
    metadata: {
      ...live.metadata,
      annotations: { ...live.metadata.annotations, [MODE_ANNOTATION]: "Standard" },
    },
    spec: {
      predictor: live.spec.predictor,
      canary: [{
        predictor: canaryPredictor(next.spec.predictor, percent),
        trafficPercent: percent,
      }],
    },
  };
}

/**
 * A canary has a fixed number of pods, which KServe derives from its share: none for no share, and
 * then it could not be tried. Its model must have a name, by an oversight in KServe's schema; an
 * empty one counts as none.
 */
function canaryPredictor(predictor: Predictor, percent: number): Predictor {
  const own = Object.entries(predictor).filter(([field]) => !SCALE_FIELDS.includes(field));
  return {
    name: canaryName(predictor),
    ...percent === 0 && { minReplicas: 1 },
    ...Object.fromEntries(own),
    model: { name: "", ...predictor.model },
  };
}

/** Names its Deployment: as many letters as a service's name leaves room for. */
export function canaryName(predictor: Predictor): string {
  const version = (predictor.labels?.[VERSION_LABEL] ?? "").toLowerCase()
    .replace(/[^a-z0-9]/g, "").slice(0, 5);
  return `v${version}-${revisionOf(predictor)?.slice(0, 5) ?? "new"}`;
}

/**
 * The service with its canary as the only version.
 *
 * @throws {UsageError} when it has none.
 */
export function withCanaryPromoted(live: InferenceService): InferenceService {
  const { predictor, canary } = live.spec;
  if (predictor.canaryTrafficPercent !== undefined) {
    const { canaryTrafficPercent: _, ...whole } = predictor;
    return { ...live, spec: { predictor: whole } };
  }
  const [next] = canary ?? [];
  if (next === undefined) throw noCanary(live, "promote");
  const { annotations = {} } = next.predictor;
  return {
    ...live,
    metadata: {
      ...live.metadata,
      labels: { ...live.metadata.labels, ...labelsOf(annotations) },
      annotations: { ...live.metadata.annotations, ...annotations },
    },
    spec: { predictor: promotedPredictor(predictor, next.predictor) },
  };
}

/**
 * The service without its canary: Knative then sends all requests to the revision before.
 *
 * @throws {UsageError} when it has none.
 */
export function withoutCanary(live: InferenceService): InferenceService {
  const { predictor, canary } = live.spec;
  if (predictor.canaryTrafficPercent !== undefined) {
    return { ...live, spec: { predictor: { ...predictor, canaryTrafficPercent: 0 } } };
  }
  if (!canary?.length) throw noCanary(live, "take back");
  return { ...live, spec: { predictor } };
}

/** By its name, the canary's Deployment goes on. */
function promotedPredictor(before: Predictor, canary: Predictor): Predictor {
  const { name: _, ...model } = canary.model ?? {};
  const scale = Object.entries(before).filter(([field]) => SCALE_FIELDS.includes(field));
  return { ...Object.fromEntries(scale), ...canary, model };
}

function checkPercent(percent: number): void {
  if (Number.isInteger(percent) && percent >= 0 && percent <= 100) return;
  throw new UsageError(`Cannot give a canary ${percent} % of the requests: take 0 to 100`);
}

function noCanary({ metadata: { name } }: InferenceService, verb: string): UsageError {
  return new UsageError(
    `Cannot ${verb} the canary of ${name} as it has none: deploy a version with a canary percentage`,
  );
}
