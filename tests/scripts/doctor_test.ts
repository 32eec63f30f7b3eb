import assert from "node:assert/strict";
import { answerWith, testServer } from "../base/test_server.ts";
import { FakeKubeflow } from "../deploy/kubeflow/fake_kubeflow.ts";
import { Desk, ended } from "./command_line.ts";

interface Report {
  readonly ok: boolean;
  readonly problem: string | null;
  readonly settings: readonly { readonly name: string; readonly source: string | null }[];
  readonly findings: readonly {
    readonly topic: string;
    readonly what: string;
    readonly verdict: string;
    readonly detail: string;
    readonly advice: string | null;
  }[];
}

const SECRETS = ["access-key-of-tests", "secret-key-of-tests", "token-of-tests", "kfp-of-tests"];

const settings = (url: string) => ({
  MINIO_ENDPOINT: url,
  MINIO_ACCESS_KEY: SECRETS[0]!,
  MINIO_SECRET_KEY: SECRETS[1]!,
  MLFLOW_TRACKING_URI: url,
  MLFLOW_TRACKING_TOKEN: SECRETS[2]!,
  KFP_ENDPOINT: url,
  KFP_TOKEN: SECRETS[3]!,
});

Deno.test("doctor finds a machine without servers well, and leaves nothing", async () => {
  await using desk = new Desk();
  const { code, stdout, stderr } = await desk.run("doctor");
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /DIGITS_HOME +\.digits +default\n/);
  assert.match(stdout, /MNIST_MIRRORS +http:\/\/127\.0\.0\.1:9\/ +environment\n/);
  assert.match(stdout, /✓ write in \.digits .* free\n/);
  assert.match(stdout, /✓ train and predict .* threads\n/);
  assert.equal(await desk.has(".digits"), false);
});

Deno.test("doctor tells what failed, and no secret, when servers are none of ours", async () => {
  const page = answerWith(200, "<html>", { "content-type": "text/html" });
  await using server = await testServer(page);
  await using desk = new Desk();
  const { code, stdout, stderr } = await ended(
    desk.start(["doctor", "--json"], settings(server.url)),
  );
  assert.equal(code, 1, stdout + stderr);
  const { ok, findings } = JSON.parse(stdout) as Report;
  assert.equal(ok, false);
  const failed = findings.filter(({ verdict }) => verdict === "failed");
  assert.deepEqual(
    failed.map(({ what }) => what),
    ["find the bucket", "ask for its version", "ask for its version"],
  );
  assert.match(failed[0]!.detail, /check MINIO_ENDPOINT/);
  assert.match(failed[1]!.detail, /check the host, port and path of MLFLOW_TRACKING_URI/);
  assert.match(failed[2]!.detail, /the answer is a web page, .* renew KFP_TOKEN, or check KFP_END/);
  for (const secret of SECRETS) assert(!(stdout + stderr).includes(secret));
});

Deno.test("doctor says where to look when nobody answers", async () => {
  const server = await testServer(answerWith(200));
  const { url } = server;
  await server[Symbol.asyncDispose]();
  await using desk = new Desk();
  const { code, stdout } = await ended(desk.start(["doctor"], settings(url)));
  assert.equal(code, 1, stdout);
  const text = stdout.replaceAll(/\s+/g, " ");
  assert.match(text, /does not answer .* start it, or check MINIO_ENDPOINT Is it reachable/);
  assert.match(text, /nothing listens there: start the server, or check MLFLOW_TRACKING_URI/);
  assert.match(text, /nothing listens there: start the port-forward .* or check KFP_ENDPOINT/);
  assert.match(text, /3 of \d+ checks failed/);
});

Deno.test("doctor shows the settings also when they can't be used", async () => {
  await using desk = new Desk();
  const env = { MINIO_ENDPOINT: "ftp://minio", MLFLOW_TRACKING_URI: "mlruns" };
  const { code, stdout } = await ended(desk.start(["doctor", "--json"], env));
  assert.equal(code, 1);
  const { ok, problem, settings, findings } = JSON.parse(stdout) as Report;
  assert.equal(ok, false);
  assert.match(problem!, /MINIO_ENDPOINT does not start with http:\/\/.*\n.*MLFLOW_TRACKING_URI/);
  assert.equal(settings.find(({ name }) => name === "MINIO_ENDPOINT")?.source, "environment");
  assert.deepEqual(new Set(findings.map(({ topic }) => topic)), new Set(["This machine"]));
});

Deno.test("doctor tries Kubeflow", async () => {
  await using kubeflow = await FakeKubeflow.start({ multiUser: true });
  await using desk = new Desk();
  const env = { KFP_ENDPOINT: kubeflow.url, DIGITS_IMAGE: "digits:1" };
  const alone = await ended(desk.start(["doctor"], env));
  assert.equal(alone.code, 1, alone.stdout);
  assert.match(
    alone.stdout.replaceAll(/\s+/g, " "),
    /it has many users: set K8S_NAMESPACE to yours/,
  );
  const { code, stdout } = await ended(desk.start(["doctor"], { ...env, K8S_NAMESPACE: "ada" }));
  assert.equal(code, 0, stdout);
  assert.match(stdout, /✓ ask for its version .* Pipelines 2\.17\.0\n/);
  assert.match(stdout, /✓ list experiments .* there are none yet\n/);
  assert.match(stdout, /✓ read what steps gave .* the metadata store answers\n/);
  assert.match(stdout, /✓ know the image .* digits:1\n/);
});
