/**
 * A model as a service of KServe.
 *
 * @module
 */
import type { Host } from "../base/host.ts";
import { Random } from "../base/random.ts";
import type { DeployOptions } from "../deploy/kserve/deploy_model.ts";
import { servingUri } from "../deploy/kserve/storage_uri.ts";
import { type Digits, imageSize } from "../digits/digits.ts";
import { loadEngine } from "../model/engines.ts";
import type { ModelDescription, TrainedModel } from "../model/trained_model.ts";
import type { ArtifactStore } from "../pipeline/artifact_store.ts";
import { digestFiles } from "../pipeline/digest_files.ts";
import type { Progress } from "../pipeline/step_context.ts";
import { classifierPredictor } from "../serve/predictor.ts";
import { deployVersion } from "./deploy_version.ts";
import { encodeRepository } from "./model_repository.ts";
import { PROOF_DIGITS } from "./prove.ts";

/** Where and as what to serve on a cluster. */
export interface ServeOnKserveOptions extends
  Omit<
    DeployOptions,
    "name" | "storageUri" | "version" | "runId" | "smokeTest" | "host" | "progress"
  > {
  /** Tells it from this machine. */
  readonly target: "kserve";
  /** The machine to ask the cluster from. */
  readonly host: Host;
  /** Where the model is put for the cluster to read: an S3 store. */
  readonly store: ArtifactStore;
  /** What clients call the model, and the service. @default "digits-recognizer" */
  readonly name?: string;
  /** Which version of that name it is. @default 1 */
  readonly version?: number;
  /** The run that made the model; written on the service. @default "" */
  readonly runId?: string;
  /** Pictures to prove the service with. @default ten of noise */
  readonly digits?: Digits;
  /** What computes here, to compare the service with: `auto`, `onnx` or `onnx-wasm`. @default "auto" */
  readonly engine?: string;
  /** Told how far it has come. */
  readonly progress?: (progress: Progress) => void;
}

/** A service on a cluster. It stays when the process ends. */
export interface Service {
  /** Where it answers within the cluster. */
  readonly url: string;
  /** Whether it has only a share of the requests, beside what was served before. */
  readonly canary: boolean;
}

/**
 * Stores the model where a cluster reads it, and makes a service of it or gives the service this
 * model. See `serve()`.
 */
export async function serveOnKserve(
  model: TrainedModel,
  options: ServeOnKserveOptions,
): Promise<Service> {
  const { target: _, store, name = "digits-recognizer", version = 1, engine, ...rest } = options;
  const { digits = somePictures(model.description), progress = () => {}, runId = "" } = rest;
  const { host, signal } = rest;
  const files = encodeRepository({ name, version, model });
  const key = `serving/${name}/${version}/${digestFiles(files)}`;
  servingUri(store.uri(key)); // refused before anything is stored
  const loaded = await loadEngine(engine ?? "auto", { threads: host.cores });
  await using classifier = await loaded.load(model.onnx);
  const { description } = model;
  const predictor = classifierPredictor(classifier, { name, version: `${version}`, description });
  const waiting = signal ? { signal } : {};
  const { uri } = await store.put(key, files, waiting);
  const filesUri = await store.filesUri(uri, waiting);
  const settings = { ...rest, filesUri, digits, progress, runId };
  const { url, canary } = await deployVersion(predictor, settings);
  return { url, canary };
}

/** Noise: whatever it is, the service must say of it what the model says. */
function somePictures(
  { imageShape, classNames }: Pick<ModelDescription, "imageShape" | "classNames">,
): Digits {
  const random = new Random(1);
  const images = new Uint8Array(PROOF_DIGITS * imageSize(imageShape)).map(() => random.bits());
  return { images, labels: new Uint8Array(PROOF_DIGITS), imageShape, classNames };
}
