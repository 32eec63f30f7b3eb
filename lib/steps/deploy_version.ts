/**
 * A model version as a KServe service.
 *
 * @module
 */
import type { Host } from "../base/host.ts";
import type { DeployOptions } from "../deploy/kserve/deploy_model.ts";
import type { Digits } from "../digits/digits.ts";
import type { Progress } from "../pipeline/step_context.ts";
import { connect } from "../serve/client.ts";
import type { Predictor } from "../serve/predictor.ts";
import { prove } from "./prove.ts";

const TOLERANCE = 1e-3; // another processor, and with Triton another release of the runtime

/** What a deployment takes. */
export interface DeployVersionOptions
  extends
    Omit<DeployOptions, "name" | "storageUri" | "version" | "smokeTest" | "host" | "progress"> {
  /** Where the model's repository lies. */
  readonly filesUri: string;
  /** Digits to prove the service with. */
  readonly digits: Digits;
  /** The machine to ask from. */
  readonly host: Host;
  /** Told how far it has come. */
  readonly progress: (progress: Progress) => void;
}

/** A version in service. */
export interface DeployedVersion {
  /** Where the service answers within the cluster. */
  readonly url: string;
  /** How many of the digits it read right. */
  readonly right: number;
  /** Whether it has only a share of the requests, beside the version before. */
  readonly canary: boolean;
}

/**
 * Deploys a version to KServe and proves the service by predictions. Where that fails, the version
 * before is put back.
 *
 * @param predictor the version itself: what the service must answer as.
 * @throws what `deployModel()` throws.
 */
export async function deployVersion(
  predictor: Predictor,
  options: DeployVersionOptions,
): Promise<DeployedVersion> {
  const { filesUri, digits, progress, ...settings } = options;
  const { host } = options;
  const { name, version } = predictor;
  // Loaded when there is something to deploy: it brings a client for Kubernetes.
  const { deployModel } = await import("../deploy/kserve/deploy_model.ts");
  let right = 0;
  const { url, canary } = await deployModel({
    ...settings,
    name,
    version,
    storageUri: filesUri,
    progress: (note) => progress({ done: 0, total: 1, unit: "services", note }),
    async smokeTest(url, waiting) {
      const client = connect(url, { model: name, host });
      right = await prove(client, { predictor, digits, tolerance: TOLERANCE, ...waiting });
    },
  });
  return { url, right, canary };
}
