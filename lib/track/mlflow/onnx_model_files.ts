/**
 * An ONNX model in the form that MLflow keeps models in. Pure.
 *
 * @module
 */
import { encodeJson } from "../../base/bytes.ts";
import type { Files } from "../../pipeline/artifact_store.ts";
import type { ModelInterface } from "../../pipeline/tracker.ts";
import { encodeTensorSpecs } from "./signature.ts";

/** A model, and where it belongs. */
export interface OnnxModel {
  /** The ONNX file, with all weights. */
  readonly onnx: Uint8Array;
  /** What it takes and gives; one input, as its example is of one. */
  readonly interface: ModelInterface;
  /** Where the files will be: the logged model's `artifactUri`, or a path in the run's artifacts. */
  readonly artifactPath: string;
  /** The run that made it. */
  readonly runId: string;
  /** The logged model's; none on MLflow 2 servers. */
  readonly modelId?: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** The server's. */
  readonly mlflowVersion: string;
  /** What serving it with Python needs, beside MLflow. @default onnx, onnxruntime and numpy */
  readonly requirements?: readonly string[];
  /** The Python to serve it with. @default {"3.11.9"} */
  readonly pythonVersion?: string;
}

const REQUIREMENTS = ["numpy", "onnx>=1.17", "onnxruntime>=1.20"];

/**
 * The files of a model that `mlflow.pyfunc.load_model`, `mlflow.onnx.load_model` and
 * `mlflow models serve` take, as `mlflow.onnx.log_model` of MLflow 3 writes them. `MLmodel` is
 * YAML in the form of JSON.
 *
 * @throws {RangeError} when the model has not just one input.
 */
export function onnxModelFiles(model: OnnxModel): Files {
  const { onnx, interface: { inputs, inputExample }, mlflowVersion } = model;
  const { requirements = REQUIREMENTS, pythonVersion = "3.11.9" } = model;
  if (inputs.length !== 1) {
    throw new RangeError(`Cannot describe a model of ${inputs.length} inputs: it must have one`);
  }
  const packages = [`mlflow==${mlflowVersion}`, ...requirements];
  return {
    "MLmodel": encodeJson(describeModel(model, pythonVersion)),
    "model.onnx": onnx,
    "input_example.json": encodeJson(inputExample),
    "serving_input_example.json": encodeJson({ inputs: inputExample }),
    "requirements.txt": encodeText(packages.join("\n")),
    "python_env.yaml": encodeText(pythonEnv(pythonVersion)),
    "conda.yaml": encodeText(condaEnv(pythonVersion, packages)),
  };
}

function describeModel(
  model: OnnxModel,
  pythonVersion: string,
): Readonly<Record<string, unknown>> {
  const { onnx, interface: { inputs, outputs }, modelId, runId, createdAt } = model;
  return {
    artifact_path: model.artifactPath,
    flavors: {
      onnx: {
        code: null,
        data: "model.onnx",
        onnx_session_options: null,
        onnx_version: "1.17.0",
        providers: ["CPUExecutionProvider"],
      },
      python_function: {
        data: "model.onnx",
        env: { conda: "conda.yaml", virtualenv: "python_env.yaml" },
        loader_module: "mlflow.onnx",
        python_version: pythonVersion,
      },
    },
    is_signature_from_type_hint: false,
    mlflow_version: model.mlflowVersion,
    ...(modelId !== undefined && { model_id: modelId }),
    model_size_bytes: onnx.length,
    model_uuid: modelId ?? runId,
    prompts: null,
    run_id: runId,
    saved_input_example_info: {
      artifact_path: "input_example.json",
      serving_input_path: "serving_input_example.json",
      type: "ndarray",
    },
    signature: {
      inputs: encodeTensorSpecs(inputs),
      outputs: encodeTensorSpecs(outputs),
      params: null,
    },
    type_hint_from_example: false,
    utc_time_created: new Date(createdAt).toISOString().replace("T", " ").replace("Z", "000"),
  };
}

function pythonEnv(pythonVersion: string): string {
  return `python: ${pythonVersion}
build_dependencies:
- pip
- setuptools
- wheel
dependencies:
- -r requirements.txt`;
}

function condaEnv(pythonVersion: string, packages: readonly string[]): string {
  return `channels:
- conda-forge
dependencies:
- python=${pythonVersion}
- pip
- pip:
${packages.map((name) => `  - ${name}`).join("\n")}
name: mlflow-env`;
}

function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\n`);
}
