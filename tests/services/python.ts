/** Python's own clients, as oracles. */
import { installMlflow } from "../../scripts/services/mlflow.ts";
import { type S3Access, s3Environment } from "../../scripts/services/s3_server.ts";

/** What a script gets to work with. */
export interface PythonOptions {
  /** The MLflow server that its `mlflow` talks to. */
  readonly trackingUri?: string;
  /** The S3 that its `boto3` and MLflow's direct artifacts talk to. */
  readonly s3?: S3Access;
  /** `json.loads(sys.argv[1])` in the script. */
  readonly input?: unknown;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a Python script that has `mlflow`, `boto3`, `numpy`, `onnx` and `onnxruntime`,
 * and gives what it prints in its last line, as JSON.
 */
export async function runPython<T>(script: string, options: PythonOptions = {}): Promise<T> {
  const { trackingUri, s3, input, env } = options;
  const { success, stdout, stderr } = await new Deno.Command(await installMlflow(), {
    args: ["-c", script, JSON.stringify(input ?? null)],
    env: {
      PATH: "/usr/bin:/bin",
      LANG: "C.UTF-8",
      HOME: Deno.env.get("HOME") ?? "/",
      MLFLOW_DISABLE_TELEMETRY: "true",
      MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: "false",
      ...(trackingUri && { MLFLOW_TRACKING_URI: trackingUri }),
      ...(s3 && s3Environment(s3)),
      ...env,
    },
    clearEnv: true,
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`The Python script failed:\n${text.decode(stderr)}`);
  return JSON.parse(text.decode(stdout).trim().split("\n").at(-1)!);
}
