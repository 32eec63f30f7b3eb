import assert from "node:assert/strict";
import { installMlflow, MLFLOW_VERSION } from "../../scripts/services/mlflow.ts";
import { runPython } from "./python.ts";

interface Service {
  readonly image: string;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly healthcheck: { readonly test: readonly string[] };
  readonly command?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<"minio" | "mlflow", Service>>;
  readonly volumes: Readonly<Record<string, null>>;
}

async function compose(): Promise<Compose> {
  const input = await Deno.readTextFile(new URL("../../compose.yaml", import.meta.url));
  return await runPython<Compose>(
    "import json, sys, yaml; print(json.dumps(yaml.safe_load(json.loads(sys.argv[1]))))",
    { input },
  );
}

Deno.test("compose.yaml pins both servers, and only this machine reaches them", async () => {
  const { services, volumes } = await compose();
  assert.deepEqual(Object.keys(services), ["minio", "mlflow"]);
  assert.equal(services.mlflow.image, `ghcr.io/mlflow/mlflow:v${MLFLOW_VERSION}-full`);
  assert.match(services.minio.image, /:RELEASE\.\d{4}-/);
  for (const { ports, healthcheck, volumes: mounts } of Object.values(services)) {
    assert.match(ports.join(), /^127\.0\.0\.1:(\d+):\1$/);
    assert.equal(healthcheck.test[0], "CMD");
    assert.equal(mounts.length, 1);
    assert(mounts[0]!.split(":")[0]! in volumes);
  }
});

Deno.test("compose.yaml gives both servers the same keys, from the settings' own names", async () => {
  const { minio, mlflow } = (await compose()).services;
  const { MINIO_ROOT_USER, MINIO_ROOT_PASSWORD } = minio.environment;
  assert.match(MINIO_ROOT_USER!, /^\$\{MINIO_ACCESS_KEY:-[\w-]{3,}\}$/);
  assert.match(MINIO_ROOT_PASSWORD!, /^\$\{MINIO_SECRET_KEY:-[\w-]{8,}\}$/);
  assert.equal(mlflow.environment["AWS_ACCESS_KEY_ID"], MINIO_ROOT_USER);
  assert.equal(mlflow.environment["AWS_SECRET_ACCESS_KEY"], MINIO_ROOT_PASSWORD);
});

Deno.test("compose.yaml starts MLflow with flags that it knows", async () => {
  const { command } = (await compose()).services.mlflow;
  const { stdout } = await new Deno.Command(await installMlflow(), {
    args: ["-m", "mlflow", "server", "--help"],
  }).output();
  const help = new TextDecoder().decode(stdout);
  const flags = command!.filter((word) => word.startsWith("--"));
  assert(flags.length > 4);
  for (const flag of flags) assert(help.includes(flag.split("=")[0]!), flag);
});
