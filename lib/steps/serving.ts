/**
 * Where a model that won is served: the pipeline's parameter `serving`.
 *
 * @module
 */
import * as v from "valibot";
import { UsageError } from "../base/errors.ts";
import type { DeployOptions } from "../deploy/kserve/deploy_model.ts";
import type { JsonValue } from "../pipeline/port.ts";

/** Where and how to serve. */
export type Serving = { readonly target: "local" } | KserveServing;

/** A KServe service; what is left out is as `deployModel()` has it. */
export interface KserveServing extends
  Pick<
    DeployOptions,
    | "namespace"
    | "runtime"
    | "image"
    | "pullPolicy"
    | "replicas"
    | "scale"
    | "resources"
    | "canaryPercent"
    | "serviceAccount"
    | "mode"
  > {
  /** Tells it from this machine. */
  readonly target: "kserve";
}

const wholeNumber = (low: number, high: number) => {
  const message = `must be a whole number from ${low} to ${high}`;
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(low, message),
    v.maxValue(high, message),
  );
};
const MOST_REPLICAS = 1_000; // more is a slip

const clusterName = v.pipe(
  v.string("must be a text"),
  v.regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be of lower-case letters, digits and "-"'),
);
const amounts = v.record(
  v.string(),
  v.pipe(
    v.string("must be a text"),
    v.regex(/^\d+(\.\d+)?(m|k|[KMGTPE]i?)?$/, 'must be an amount such as "500m" or "512Mi"'),
  ),
);

const replicas = (low: number) => v.exactOptional(wholeNumber(low, MOST_REPLICAS));
const oneOf = <const W extends string>(...words: readonly W[]) =>
  v.exactOptional(v.picklist(words, `must be ${words.map((word) => `"${word}"`).join(" or ")}`));

const kserve = v.strictObject({
  target: v.literal("kserve"),
  namespace: v.exactOptional(clusterName),
  runtime: oneOf("digits", "triton"),
  image: v.exactOptional(
    v.pipe(v.string("must be a text"), v.regex(/^\S+$/, "must name an image")),
  ),
  pull_policy: oneOf("Always", "IfNotPresent", "Never"),
  min_replicas: replicas(0),
  max_replicas: replicas(1),
  scale_metric: oneOf("cpu", "memory", "concurrency", "rps"),
  scale_target: v.exactOptional(wholeNumber(1, 1_000_000)),
  resources: v.exactOptional(
    v.strictObject({ requests: v.exactOptional(amounts), limits: v.exactOptional(amounts) }),
  ),
  canary_percent: v.exactOptional(wholeNumber(0, 100)),
  service_account: v.exactOptional(clusterName),
  mode: oneOf("Standard", "Knative"),
});

const schema = v.variant(
  "target",
  [v.strictObject({ target: v.literal("local") }), kserve],
  'must be "local" or "kserve"',
);

/**
 * The parameter's value, checked.
 *
 * @throws {UsageError} that names the path within it that is wrong.
 */
export function parseServing(value: JsonValue): Serving {
  const result = v.safeParse(schema, value);
  if (!result.success) throw refused(result.issues[0]);
  return result.output.target === "local" ? result.output : kserveServing(result.output);
}

function kserveServing(parsed: v.InferOutput<typeof kserve>): KserveServing {
  const { pull_policy, canary_percent, service_account, ...others } = parsed;
  const { min_replicas: min, max_replicas: max, scale_metric, scale_target, ...rest } = others;
  if (min !== undefined && max !== undefined && min > max) {
    throw new UsageError(
      `Cannot use serving.min_replicas: it must be at most max_replicas, ${max}, got ${min}`,
    );
  }
  if ((scale_metric === undefined) !== (scale_target === undefined)) {
    throw new UsageError("Cannot use serving: give scale_metric and scale_target, or neither");
  }
  return {
    ...rest,
    ...(pull_policy !== undefined && { pullPolicy: pull_policy }),
    ...((min ?? max) !== undefined && {
      replicas: { ...(min !== undefined && { min }), ...(max !== undefined && { max }) },
    }),
    ...(scale_metric !== undefined && scale_target !== undefined && {
      scale: { metric: scale_metric, target: scale_target },
    }),
    ...(canary_percent !== undefined && { canaryPercent: canary_percent }),
    ...(service_account !== undefined && { serviceAccount: service_account }),
  };
}

function refused(issue: v.BaseIssue<unknown>): UsageError {
  const path = v.getDotPath(issue);
  if (path === null) {
    return new UsageError(
      `Cannot use serving: it must be an object such as {"target":"kserve"}, got ` +
        JSON.stringify(issue.input),
    );
  }
  const what = `Cannot use serving.${path}: `;
  if (issue.expected === "never") {
    const known = Object.keys(kserve.entries).join(", ");
    return new UsageError(`${what}there is no such setting; known for kserve are ${known}`);
  }
  const why = issue.type === "strict_object" ? "must be an object" : issue.message;
  return new UsageError(`${what}it ${why}, got ${JSON.stringify(issue.input)}`);
}
