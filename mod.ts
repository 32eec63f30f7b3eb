/**
 * Digits Recognizer: a complete machine-learning pipeline for digits, from
 * getting them to serving a model that reads them.
 *
 * @module
 */

// The stages
export { acquire, type AcquireOptions } from "./lib/steps/acquire.ts";
export { resolveSource } from "./lib/steps/dataset_source.ts";
export type { ResolvedSource, ResolveOptions } from "./lib/steps/dataset_source.ts";
export { type PreparedDigits, preprocess } from "./lib/steps/preprocess.ts";
export { type RecipeChanges, train, type TrainOptions } from "./lib/steps/train.ts";
export { evaluate, type EvaluateModelOptions } from "./lib/steps/evaluate.ts";
export { serve, type ServeOptions } from "./lib/steps/serve.ts";
export type { ServeOnKserveOptions, Service } from "./lib/steps/serve.ts";

// The stages as steps, and the pipelines of them
export { acquireStep } from "./lib/steps/acquire_step.ts";
export { preprocessStep } from "./lib/steps/preprocess_step.ts";
export { trainStep } from "./lib/steps/train_step.ts";
export { evaluateStep } from "./lib/steps/evaluate_step.ts";
export { registerStep } from "./lib/steps/register_step.ts";
export { contestStep } from "./lib/steps/contest_step.ts";
export { serveStep } from "./lib/steps/serve_step.ts";
export { chooseStep } from "./lib/steps/choose_step.ts";
export { digitsPipeline } from "./lib/steps/digits_pipeline.ts";
export { sweepPipeline } from "./lib/steps/sweep_pipeline.ts";
export { type SweepAxes, sweepGrid, type SweepSettings } from "./lib/steps/sweep_grid.ts";
export { digitsComponents } from "./lib/steps/digits_components.ts";
export { compileDigits, type CompileDigitsOptions } from "./lib/steps/compile_digits.ts";
export { type KubeflowParams, kubeflowParams } from "./lib/steps/kubeflow_params.ts";
export type { KubeflowParamsOptions } from "./lib/steps/kubeflow_params.ts";
export type { ConfusionMatrix, Metrics } from "./lib/steps/page_artifacts.ts";
export type { ServableModel } from "./lib/steps/model_repository.ts";
export { CHAMPION, rollBack } from "./lib/steps/champion.ts";
export { type OpenVersion, openVersion } from "./lib/steps/open_version.ts";

// What travels between steps as files
export {
  datasetArtifact,
  digitsArtifact,
  evaluationArtifact,
  modelArtifact,
} from "./lib/steps/artifacts.ts";
export { datasetCodec, digitsCodec, type FilesCodec } from "./lib/digits/digits_codec.ts";
export { evaluationCodec } from "./lib/digits/evaluation_codec.ts";

// What the stages work on
export type { Dataset, Digits, ImageShape } from "./lib/digits/digits.ts";
export type { ClassReport, Evaluation, Mistake, RocPoint } from "./lib/digits/evaluation.ts";
export { imageAt, imageSize, selectDigits } from "./lib/digits/digits.ts";
export { splitDigits, type SplitOptions } from "./lib/digits/split.ts";
export { scaleImages } from "./lib/digits/scale.ts";
export { publishedDatasets } from "./lib/digits/datasets.ts";
export type { DatasetProfile, PublishedDataset } from "./lib/digits/datasets.ts";
export type { IdxRole, PublishedFile } from "./lib/digits/datasets.ts";
export { evaluateProbabilities } from "./lib/digits/measures.ts";
export { digitFromPicture, type Picture } from "./lib/digits/picture.ts";
export { generateDigits, syntheticDataset, syntheticDefaults } from "./lib/digits/synthetic.ts";
export type { SyntheticOptions } from "./lib/digits/synthetic.ts";

// Networks, and what computes them
export { conv2d, dense, digitsCnn, dropout, maxPooling2d } from "./lib/model/layers.ts";
export type { Activation, Layer } from "./lib/model/layers.ts";
export { adam, optimizerNamed, rmsprop, sgd } from "./lib/model/optimizers.ts";
export type { FitContext } from "./lib/model/fit_context.ts";
export { defaultRecipe } from "./lib/model/recipe.ts";
export { trainHere, type Training, trainInWorker } from "./lib/model/train.ts";
export type { TrainHereOptions, TrainInWorkerOptions } from "./lib/model/train.ts";
export type { Recipe, TrainingData, TrainingSettings } from "./lib/model/training_settings.ts";
export type { BatchReport, EpochReport, EpochResult } from "./lib/model/training_event.ts";
export type { FitState, TrainingEvent } from "./lib/model/training_event.ts";
export type { EpochSums } from "./lib/model/epoch_sums.ts";
export type { Schedule } from "./lib/model/learning_rate.ts";
export type { ModelDescription, TrainedModel } from "./lib/model/trained_model.ts";
export { decodeModel, encodeModel } from "./lib/model/model_codec.ts";
export { engineNames, type EngineOptions, loadEngine } from "./lib/model/engines.ts";
export type { Batch, Classifier, Engine, Optimizer, StepResult } from "./lib/model/engine.ts";
export type { Trainer, TrainerOptions, TrainerState } from "./lib/model/engine.ts";

// Serving
export { createHandler, type Handler, type HandlerOptions } from "./lib/serve/handler.ts";
export type { Routes } from "./lib/serve/handler.ts";
export { listen, type ListenOptions, type Server } from "./lib/serve/listen.ts";
export { classifierPredictor, type Predictor } from "./lib/serve/predictor.ts";
export type { ClassifierPredictorOptions, PredictOptions } from "./lib/serve/predictor.ts";
export type { ModelLookup, ModelState, ModelStatus, ServedModel } from "./lib/serve/repository.ts";
export type { Protocol, RequestObserver, RequestReport } from "./lib/serve/observer.ts";
export { type Client, connect, type ConnectOptions, type Fetch } from "./lib/serve/client.ts";
export type { CallOptions, ModelMetadata, NetworkOptions } from "./lib/serve/client.ts";
export type { HttpHost, TensorMetadata } from "./lib/serve/client.ts";
export type { Prediction } from "./lib/serve/v1.ts";

// Pipelines of your own: all of it is in ./pipeline
export { defineComponent } from "./lib/pipeline/component.ts";
export { definePipeline } from "./lib/pipeline/pipeline.ts";
export { runLocal, type RunLocalOptions } from "./lib/pipeline/run_local.ts";
export { type RunResult, StepError } from "./lib/pipeline/run_event.ts";

// Keeping artifacts and recording runs
export { memoryStore } from "./lib/store/memory_store.ts";
export { folderStore } from "./lib/store/folder_store.ts";
export { type S3Progress, type S3Store, s3Store } from "./lib/store/s3_store.ts";
export type { S3StoreOptions } from "./lib/store/s3_store.ts";
export { s3Transfer, type S3TransferOptions } from "./lib/store/s3_transfer.ts";
export type { S3ConnectionOptions } from "./lib/store/s3_connection.ts";
export { parseS3Endpoint, type S3Endpoint } from "./lib/store/s3_endpoint.ts";
export type { Swept } from "./lib/store/s3_sweep.ts";
export { memoryTracker } from "./lib/track/memory_tracker.ts";
export { journalTracker } from "./lib/track/journal_tracker.ts";
export { storeRegistry, type StoreRegistryOptions } from "./lib/track/store_registry.ts";
export { storeStepCache } from "./lib/pipeline/step_cache.ts";

// The ground they stand on
export type { Disk, FileInfo, Host } from "./lib/base/host.ts";
export { localHost } from "./lib/base/local_host.ts";
export { Random, type RandomState } from "./lib/base/random.ts";
export { BusyError, DataError, UnavailableError, UsageError } from "./lib/base/errors.ts";
export {
  type KubeflowLogin,
  type KubeflowSettings,
  loadSettings,
  type MlflowLogin,
  type MlflowSettings,
  type S3Settings,
  type Settings,
  type SettingSource,
} from "./lib/config.ts";
