/**
 * A real MLflow tracking server.
 *
 * @module
 */
import { join } from "node:path";
import { type InstallOptions, installPython } from "./installation.ts";
import { type RealServer, startServer } from "./real_server.ts";
import { type S3Access, s3Environment } from "./s3_server.ts";
import type { ServerProgram } from "./server_process.ts";

/** Of all that we test against. */
export const MLFLOW_VERSION = "3.17.2";

/** The server, what it needs for S3, and what its Python client needs to load our models. */
const PACKAGES = [
  `mlflow==${MLFLOW_VERSION}`,
  "boto3==1.44.5",
  "onnx==1.23.2",
  "onnxruntime==1.32.0",
];

/**
 * Where artifacts go: through the server to its disk, through the server to S3, or
 * `direct`, from the client to S3. The bucket must be there.
 */
export type MlflowArtifacts =
  | "disk"
  | { readonly s3: S3Access; readonly bucket: string; readonly direct: boolean };

/** The Python of MLflow's environment, which is made where it is missing. @throws {UnavailableError} */
export async function installMlflow(options: InstallOptions = {}): Promise<string> {
  return await installPython("mlflow", PACKAGES, "about 400 MB", options);
}

/** Starts MLflow, installed where it is missing, with an empty database. */
export async function startMlflow(
  options: InstallOptions & {
    /** @default "disk" */
    readonly artifacts?: MlflowArtifacts;
    /** Processes that answer; MLflow's own default is 4. @default 1, which starts faster */
    readonly workers?: number;
  } = {},
): Promise<RealServer> {
  const { artifacts = "disk", workers = 1 } = options;
  const python = await installMlflow(options);
  return await startServer(
    (place) => mlflowProgram({ ...place, python, artifacts, workers }),
    options,
  );
}

/** How MLflow is run. */
export function mlflowProgram(
  { python, port, folder, artifacts, workers = 1 }: {
    readonly python: string;
    readonly port: number;
    readonly folder: string;
    readonly artifacts: MlflowArtifacts;
    readonly workers?: number;
  },
): ServerProgram {
  return {
    name: "MLflow",
    program: python,
    args: [
      ...["-m", "mlflow", "server", "--host", "127.0.0.1", "--port", String(port)],
      ...["--backend-store-uri", `sqlite:///${join(folder, "mlflow.db")}`],
      ...["--workers", String(workers)],
      ...artifactArgs(artifacts, folder),
    ],
    env: {
      HOME: folder,
      PATH: "/usr/bin:/bin",
      LANG: "C.UTF-8",
      MLFLOW_DISABLE_TELEMETRY: "true",
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
      ...(artifacts !== "disk" && !artifacts.direct && s3Environment(artifacts.s3)),
    },
    healthPath: "/health",
  };
}

function artifactArgs(artifacts: MlflowArtifacts, folder: string): readonly string[] {
  if (artifacts === "disk") return proxied(join(folder, "artifacts"));
  const root = `s3://${artifacts.bucket}/mlflow`;
  return artifacts.direct
    ? ["--no-serve-artifacts", "--default-artifact-root", root]
    : proxied(root);
}

const proxied = (destination: string) => [
  "--serve-artifacts",
  "--artifacts-destination",
  destination,
];
