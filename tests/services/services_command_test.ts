import assert from "node:assert/strict";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { Desk, ended } from "../scripts/command_line.ts";
import { runPython } from "./python.ts";

interface Report {
  readonly ok: boolean;
  readonly findings: readonly {
    readonly what: string;
    readonly verdict: string;
    readonly detail: string;
  }[];
}

/** What is on both servers, as their own clients see it. */
const LOOK = `
import json
import boto3, mlflow
client = mlflow.MlflowClient()
s3 = boto3.client("s3")
buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
print(json.dumps({
    "buckets": buckets,
    "objects": sum(s3.list_objects_v2(Bucket=name)["KeyCount"] for name in buckets),
    "experiments": [experiment.name for experiment in client.search_experiments()],
    "runs": len(mlflow.search_runs(search_all_experiments=True)),
    "models": len(client.search_registered_models()),
}))
`;

/** Temporary keys that may read but not write. */
const WEAK_KEYS = `
import json
import boto3
policy = {"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::*"]}]}
keys = boto3.client("sts").assume_role(
    RoleArn="arn:xxx:xxx:xxx:xxxx", RoleSessionName="weak", Policy=json.dumps(policy),
    DurationSeconds=900)["Credentials"]
print(json.dumps({"MINIO_ACCESS_KEY": keys["AccessKeyId"],
                  "MINIO_SECRET_KEY": keys["SecretAccessKey"],
                  "MINIO_SESSION_TOKEN": keys["SessionToken"]}))
`;

Deno.test("services starts servers that the doctor finds well, and stops just them", async (t) => {
  await using desk = new Desk();
  await using _servers = {
    [Symbol.asyncDispose]: async () => void await desk.run("services", "stop"),
  };
  const started = await desk.run("services", "start", "--artifacts", "s3", "--env", ".env");
  assert.equal(started.code, 0, started.stderr);
  assert.equal(started.stdout, "");
  const file = join(desk.path, ".env");
  const env = parseEnv(await Deno.readTextFile(file)) as Record<string, string>;
  const { MINIO_ENDPOINT: endpoint, MLFLOW_TRACKING_URI: uri } = env;
  const { MINIO_ACCESS_KEY: accessKey, MINIO_SECRET_KEY: secretKey } = env;
  const s3 = { url: endpoint!, accessKey: accessKey!, secretKey: secretKey!, region: "us-east-1" };
  const secrets = new Set([secretKey!]);

  async function doctor(changes: Record<string, string> = {}): Promise<Report> {
    for (const name of ["MINIO_SECRET_KEY", "MINIO_SESSION_TOKEN", "MLFLOW_TRACKING_TOKEN"]) {
      if (changes[name]) secrets.add(changes[name]);
    }
    const { stdout, stderr, code } = await ended(desk.start(["doctor", "--json"], changes));
    for (const secret of secrets) assert(!(stdout + stderr).includes(secret), stdout + stderr);
    const report = JSON.parse(stdout) as Report;
    assert.equal(code, report.ok ? 0 : 1);
    return report;
  }

  async function complains(changes: Record<string, string>, ...expected: readonly RegExp[]) {
    const { findings } = await doctor(changes);
    const failures = findings.filter(({ verdict }) => verdict === "failed");
    assert.equal(failures.length, expected.length, JSON.stringify(failures));
    failures.forEach(({ detail }, i) => assert.match(detail, expected[i]!));
  }

  await t.step("Only their owner can read the keys", async () => {
    for (const path of [file, join(desk.path, ".digits", "services", "services.json")]) {
      assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600, path);
    }
  });

  await t.step("The doctor finds both well, and leaves nothing on them", async () => {
    for (let visit = 1; visit <= 2; visit++) {
      const { ok, findings } = await doctor();
      assert(ok, JSON.stringify(findings));
      assert.equal(findings.filter(({ verdict }) => verdict === "skipped").length, 0);
      assert.deepEqual(await runPython(LOOK, { trackingUri: uri!, s3 }), {
        buckets: ["mlflow"],
        objects: 0,
        experiments: ["Default"],
        runs: 0,
        models: 0,
      });
    }
  });

  await t.step("The doctor tells wrong keys, rights and addresses apart", async () => {
    await complains({ MINIO_ACCESS_KEY: "nobody-of-tests" }, /check MINIO_ACCESS_KEY$/);
    await complains({ MINIO_SECRET_KEY: "wrong-key-of-tests" }, /check MINIO_SECRET_KEY$/);
    await complains({ MINIO_SESSION_TOKEN: "old-token-of-tests" }, /token .* new temporary keys$/);
    const weak = await runPython<Record<string, string>>(WEAK_KEYS, {
      s3,
      env: { AWS_ENDPOINT_URL_STS: s3.url },
    });
    await complains({ ...weak, MINIO_BUCKET: "mlflow" }, /the access key lacks a right/);
    await complains(
      { MINIO_ENDPOINT: endpoint!.replace("http:", "https:") },
      /does not speak TLS: give the endpoint as http:/,
    );
    await complains(
      { MLFLOW_TRACKING_URI: uri!.replace("http:", "https:") },
      /does not speak TLS: write http:/,
    );
    await complains(
      { MINIO_ENDPOINT: uri!, MLFLOW_TRACKING_URI: endpoint! },
      /no S3 server .*: check MINIO_ENDPOINT$/,
      /MLflow/,
    );
  });

  await t.step(
    "Starting again changes nothing, and others are not started beside them",
    async () => {
      const again = await desk.run("services", "start", "--artifacts", "s3");
      assert.equal(again.code, 0, again.stderr);
      assert.deepEqual(parseEnv(again.stdout), env);
      const other = await desk.run("services", "start", "--s3", "seaweedfs");
      assert.equal(other.code, 2);
      assert.match(
        other.stderr,
        /others run, with --s3 minio --artifacts s3: deno task services stop/,
      );
    },
  );

  await t.step("Stopping ends them", async () => {
    const status = async () => {
      const { stdout } = await desk.run("services", "status", "--json");
      const all = JSON.parse(stdout) as { name: string; pid: number | null; answers: boolean }[];
      return all.map(({ name, pid, answers }) => [name, pid !== null, answers]);
    };
    assert.deepEqual(await status(), [["minio", true, true], ["mlflow", true, true]]);
    assert.match((await desk.run("services", "stop")).stderr, /^Stopped mlflow, minio$/m);
    assert.deepEqual(await status(), [["minio", false, false], ["mlflow", false, false]]);
    assert.match((await desk.run("services", "stop", "--delete")).stderr, /^None was running$/m);
    assert.equal(await desk.has(join(".digits", "services")), false);
  });
});
