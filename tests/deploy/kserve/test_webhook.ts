/** What KServe's schema and its validating webhook refuse of our services, as its source has it. */
import type { Json } from "../kubernetes/server_side_apply.ts";
import type { Refusal } from "../kubernetes/test_cluster.ts";

interface Predictor extends Json {
  readonly name?: string;
  readonly model: { readonly name?: string; readonly storageUri: string };
}

interface Spec {
  readonly predictor: Predictor;
  readonly canary?: readonly { readonly predictor: Predictor; readonly trafficPercent: number }[];
}

/** Why a service is refused, given what there is; undefined where it is taken. */
export function refusalOf(service: Json, live: Json | undefined): Refusal | undefined {
  if (service.kind !== "InferenceService") return undefined;
  const { predictor, canary = [] } = service.spec as Spec;
  const nameless = canary.findIndex(({ predictor }) => !("name" in predictor.model));
  if (nameless >= 0) {
    const field = `spec.canary[${nameless}].predictor.model.name`;
    const details = { causes: [{ field, message: "Required value" }] };
    return { code: 422, reason: "Invalid", message: "InferenceService is invalid", details };
  }
  const before = live as Spec | undefined;
  const reason = denial(service, predictor, canary) ??
    (before && before.predictor.name !== predictor.name &&
        before.predictor.model?.storageUri === predictor.model.storageUri
      ? "predictor.name change requires a model change (e.g. storageUri)"
      : undefined);
  const webhook = "inferenceservice.kserve-webhook-server.validator";
  return reason === undefined ? undefined : {
    code: 403,
    reason: "Forbidden",
    message: `admission webhook "${webhook}" denied the request: ${reason}`,
  };
}

function denial(
  { metadata }: Json,
  predictor: Predictor,
  canary: NonNullable<Spec["canary"]>,
): string | undefined {
  if (predictor.model?.name) return "the 'name' field is not allowed in standard predictor";
  const { annotations = {} } = metadata as { annotations?: Record<string, string> };
  if (canary.length > 0 && annotations["serving.kserve.io/deploymentMode"] !== "Standard") {
    return "canary is only supported in Standard deployment mode";
  }
  for (const { predictor: { name, ...fields } } of canary) {
    if (!name) return "canary[0] predictor.name is required";
    if (name === predictor.name) return `canary predictor.name "${name}" conflicts`;
    const wrong = ["maxReplicas", "scaleTarget", "scaleMetric"].find((field) => field in fields);
    if (wrong !== undefined) return `canary "${name}" must not set ${wrong}`;
  }
  return undefined;
}
