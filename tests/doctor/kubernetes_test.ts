import assert from "node:assert/strict";
import { examine, type Finding } from "../../scripts/doctor/examine.ts";
import { kubernetesTopic } from "../../scripts/doctor/kubernetes.ts";
import { fakeHost } from "../base/fake_host.ts";
import type { Json } from "../deploy/kubernetes/server_side_apply.ts";
import { type TestCluster, testCluster } from "../deploy/kubernetes/test_cluster.ts";

async function examineCluster(server: TestCluster): Promise<readonly Finding[]> {
  await using host = await fakeHost();
  const { signal } = new AbortController();
  const kubeconfig = await server.kubeconfig();
  const topic = await kubernetesTopic({ host, signal, namespace: undefined, kubeconfig });
  return await Array.fromAsync(examine([topic], { clock: () => 0, signal }));
}

function put(server: TestCluster, api: string, plural: string, name: string, rest: Json): void {
  const object = { metadata: { name }, ...rest };
  const path = `/${api}/namespaces/team-a/${plural}/${name}`;
  server.objects.set(path, { object, owners: new Map(), looks: 0, pods: [] });
}

function fill(server: TestCluster): void {
  const spec = { containers: [{ image: "registry.example/digits:1" }] };
  const serving = "digits-recognizer-serving";
  put(server, "apis/serving.kserve.io/v1alpha1", "servingruntimes", "digits-recognizer", { spec });
  put(server, "apis/rbac.authorization.k8s.io/v1", "rolebindings", "digits-recognizer-deployer", {
    subjects: [{ kind: "ServiceAccount", name: "pipeline-runner", namespace: "team-a" }],
  });
  put(server, "api/v1", "serviceaccounts", serving, { secrets: [{ name: serving }] });
  put(server, "api/v1", "secrets", serving, {
    metadata: { name: serving, annotations: { "serving.kserve.io/s3-endpoint": "minio:9000" } },
    data: { AWS_ACCESS_KEY_ID: "c2VjcmV0", AWS_SECRET_ACCESS_KEY: "c2VjcmV0" },
  });
  put(server, "api/v1", "secrets", "digits-recognizer", { data: { MINIO_ENDPOINT: "c2VjcmV0" } });
}

Deno.test("doctor finds everything that a deployment needs, and makes nothing", async () => {
  await using server = await testCluster();
  fill(server);
  const count = server.objects.size;
  const findings = await examineCluster(server);
  assert.deepEqual(findings.map(({ what, verdict, detail }) => [what, verdict, detail]), [
    ["reach the cluster", "ok", "Kubernetes v1.35.0"],
    ["find KServe", "ok", "serving.kserve.io/v1beta1, serving.kserve.io/v1alpha1"],
    ["may use inferenceservices", "ok", "get, list, create, patch, delete"],
    ["may use pods", "ok", "get, list"],
    ["may use events", "ok", "get, list"],
    ["may use pods/log", "ok", "get"],
    ["find the steps' right", "ok", "pipeline-runner of team-a"],
    ["find our runtime", "ok", "registry.example/digits:1"],
    ["find its account", "ok", "with the Secret digits-recognizer-serving"],
    ["find its Secret", "ok", "minio:9000"],
    ["find the steps' Secret", "ok", "MINIO_ENDPOINT"],
    ["ask for a service", "ok", "it would be made"],
  ]);
  assert.equal(server.objects.size, count);
});

Deno.test("doctor says of each thing that is missing what to do", async () => {
  await using server = await testCluster({
    forbidden: ["patch inferenceservices", "get pods/log", "get secrets"],
  });
  const findings = await examineCluster(server);
  const doubts = findings.filter(({ verdict }) => verdict === "warning");
  assert.deepEqual(doubts.map(({ what }) => what), [
    "may use inferenceservices",
    "may use pods/log",
    "find the steps' right",
    "find our runtime",
    "find its account",
    "find its Secret",
    "find the steps' Secret",
    "ask for a service",
  ]);
  assert(findings.every(({ verdict }) => verdict !== "failed"));
  assert.equal(
    doubts[0]!.detail,
    "This account may not patch them; the one that deploys must, and is given that by kubectl " +
      "apply -k deploy -n team-a",
  );
  assert.equal(
    doubts[2]!.detail,
    "There is no RoleBinding digits-recognizer-deployer: kubectl apply -k deploy -n team-a",
  );
  assert.equal(
    doubts[5]!.detail,
    "This account may not look at secrets: ask somebody who may for digits-recognizer-serving",
  );
});

Deno.test("doctor sees an endpoint with a scheme, and keys that are not there", async () => {
  await using server = await testCluster();
  fill(server);
  const name = "digits-recognizer-serving";
  const annotations = { "serving.kserve.io/s3-endpoint": "http://minio:9000" };
  const keys = { AWS_ACCESS_KEY_ID: "c2VjcmV0", AWS_SECRET_ACCESS_KEY: "c2VjcmV0" };
  put(server, "api/v1", "secrets", name, { metadata: { name, annotations }, data: keys });
  const detailOf = (findings: readonly Finding[]) =>
    findings.find(({ what }) => what === "find its Secret")!.detail;
  assert.equal(
    detailOf(await examineCluster(server)),
    'Its serving.kserve.io/s3-endpoint must be HOST:PORT: got "http://minio:9000"; http:// is ' +
      'serving.kserve.io/s3-usehttps: "0"',
  );
  put(server, "api/v1", "secrets", name, { data: { AWS_ACCESS_KEY_ID: "c2VjcmV0" } });
  assert.match(detailOf(await examineCluster(server)), /^It lacks AWS_SECRET_ACCESS_KEY: see dep/);
});

Deno.test("doctor tells a cluster without KServe, and tries no more there", async () => {
  await using server = await testCluster({ kserve: false });
  const findings = await examineCluster(server);
  assert.deepEqual(findings.slice(0, 3).map(({ verdict }) => verdict), ["ok", "failed", "skipped"]);
  assert.match(
    findings[1]!.detail,
    /KServe is not installed \(serving\.kserve\.io\/v1beta1 is not/,
  );
});

Deno.test("doctor only doubts where there is no kubeconfig", async () => {
  await using host = await fakeHost();
  const { signal } = new AbortController();
  const kubeconfig = "/nowhere/config";
  const topic = await kubernetesTopic({ host, signal, namespace: "a", kubeconfig });
  const findings = await Array.fromAsync(examine([topic], { clock: () => 0, signal }));
  assert.deepEqual(findings.map(({ verdict }) => verdict), ["warning"]);
  assert.match(findings[0]!.detail, /set KUBECONFIG to one that kubectl works with$/);
});
