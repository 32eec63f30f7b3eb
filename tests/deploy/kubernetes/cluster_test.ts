import assert from "node:assert/strict";
import { type Cluster, openCluster } from "../../../lib/deploy/kubernetes/cluster.ts";
import { KubeError } from "../../../lib/deploy/kubernetes/kube_error.ts";
import { KINDS, type KubeObject } from "../../../lib/deploy/kubernetes/kube_object.ts";
import { fakeHost } from "../../base/fake_host.ts";
import type { Json } from "./server_side_apply.ts";
import { certificateAuthority } from "./test_certificates.ts";
import { type TestCluster, testCluster, type TestClusterOptions } from "./test_cluster.ts";

interface Place extends AsyncDisposable {
  readonly server: TestCluster;
  readonly cluster: Cluster;
}

async function place(
  options: TestClusterOptions = {},
  login?: (server: TestCluster) => Json,
  changes: Json = {},
): Promise<Place> {
  const stack = new AsyncDisposableStack();
  const server = stack.use(await testCluster(options));
  const host = stack.use(await fakeHost());
  const kubeconfig = await server.kubeconfig(login?.(server), changes);
  const cluster = await openCluster({ host, kubeconfig });
  return { server, cluster, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const mnist = (spec: Json = { predictor: { minReplicas: 1 } }): KubeObject & { spec: Json } => ({
  apiVersion: "serving.kserve.io/v1beta1",
  kind: "InferenceService",
  metadata: { name: "mnist", labels: { "a.b/c": "1" } },
  spec,
});

const { inferenceService } = KINDS;
const me = { manager: "me" };

async function failureOf(action: Promise<unknown>): Promise<KubeError> {
  try {
    await action;
  } catch (error) {
    assert(error instanceof KubeError, String(error));
    return error;
  }
  throw new Error("it did not fail");
}

Deno.test("a cluster is asked with a token, over TLS, in the context's namespace", async () => {
  await using it = await place();
  assert.equal(await it.cluster.version(), "v1.35.0");
  assert.equal(it.server.user(), "token");
  assert.equal(it.cluster.namespace, "team-a");
  assert.equal(await it.cluster.get(inferenceService, "mnist"), undefined);
});

Deno.test("a cluster is asked with a client certificate", async () => {
  await using it = await place({}, ({ authority }) => {
    const { cert, key } = authority.client("alice");
    const base64 = (text: string) => new TextEncoder().encode(text).toBase64();
    return { "client-certificate-data": base64(cert), "client-key-data": base64(key) };
  });
  await it.cluster.version();
  assert.equal(it.server.user(), "alice");
});

Deno.test("a cluster is asked with the token in a file", async () => {
  const tokenFile = await Deno.makeTempFile();
  await Deno.writeTextFile(tokenFile, "from-file");
  await using it = await place(
    { tokens: ["from-file"] },
    () => ({ "auth-provider": { name: "tokenFile", config: { tokenFile } } }),
  );
  await it.cluster.version();
  assert.equal(it.server.user(), "from-file");
  await Deno.remove(tokenFile);
});

Deno.test("a cluster is asked with the token that a login program prints", async () => {
  const credential = JSON.stringify({
    apiVersion: "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    status: { token: "printed" },
  });
  await using it = await place(
    { tokens: ["printed"] },
    () => ({ exec: { apiVersion: "v1", command: "echo", args: [credential] } }),
  );
  await it.cluster.version();
  assert.equal(it.server.user(), "printed");
});

Deno.test("a login program that fails is named, and what it said", async () => {
  await using it = await place(
    {},
    () => ({ exec: { command: "sh", args: ["-c", "echo session expired >&2; exit 3"] } }),
  );
  const { failure, message } = await failureOf(it.cluster.version());
  assert.equal(failure, "unauthorized");
  assert.equal(
    message,
    "Cannot log in to the cluster as the login program sh fails: session expired: log in again, " +
      "until kubectl get pods works",
  );
});

Deno.test("a server with a certificate of another authority is not trusted", async () => {
  const other = new TextEncoder().encode(certificateAuthority().cert).toBase64();
  await using it = await place({}, undefined, { "certificate-authority-data": other });
  const { failure, message } = await failureOf(it.cluster.version());
  assert.equal(failure, "unreachable");
  assert.match(message, /is not the one that the kubeconfig trusts \(.+\): fetch the kubeconfig/);
  assert.deepEqual(it.server.asked, []);
});

Deno.test("a cluster that does not answer is named, with what to look at", async () => {
  const server = "https://127.0.0.1:1";
  await using it = await place({}, undefined, { server });
  const { failure, message } = await failureOf(it.cluster.list(KINDS.pod));
  assert.equal(failure, "unreachable");
  assert.match(
    message,
    /^Cannot list pods in team-a: the cluster at https:\/\/127\.0\.0\.1:1 does/,
  );
});

Deno.test("a token that has expired is told plainly, and is not in the message", async () => {
  await using it = await place({ tokens: ["new"] }, () => ({ token: "old-secret-token" }));
  const { failure, message } = await failureOf(it.cluster.version());
  assert.equal(failure, "unauthorized");
  assert.match(message, /does not know who asks, or the login has expired \(401\)/);
  assert.doesNotMatch(message, /old-secret/);
});

Deno.test("apply() makes an object, and changes nothing the second time", async () => {
  await using it = await place();
  const first = await it.cluster.apply(inferenceService, mnist(), me);
  const second = await it.cluster.apply(inferenceService, mnist(), me);
  assert.equal(first.metadata.generation, 1);
  assert.deepEqual(second, first);
});

Deno.test("apply() takes away what it no longer mentions, and leaves what others set", async () => {
  await using it = await place();
  await it.cluster.apply(inferenceService, mnist({ predictor: { maxReplicas: 3 } }), me);
  const others = mnist({ predictor: { minReplicas: 2 } });
  await it.cluster.apply(inferenceService, others, { manager: "others" });
  const last = await it.cluster.apply(inferenceService, mnist({ predictor: { name: "a" } }), me);
  assert.deepEqual(last.spec, { predictor: { minReplicas: 2, name: "a" } });
  assert.equal(last.metadata.generation, 3);
});

Deno.test("apply() says which fields another manager has set, and overwrites them by force", async () => {
  await using it = await place();
  const theirs = mnist({ predictor: { minReplicas: 2 } });
  await it.cluster.apply(inferenceService, theirs, { manager: "kubectl-edit" });
  const error = await failureOf(it.cluster.apply(inferenceService, mnist(), me));
  assert.equal(error.failure, "conflict");
  assert.deepEqual(error.managers, ["kubectl-edit"]);
  assert.equal(
    error.message,
    "Cannot apply InferenceService mnist in team-a: others have set these fields, and it would " +
      "overwrite them: .spec.predictor.minReplicas (kubectl-edit): undo their change, or take the " +
      "fields over with force",
  );
  const forced = await it.cluster.apply(inferenceService, mnist(), { ...me, force: true });
  assert.deepEqual(forced.spec, { predictor: { minReplicas: 1 } });
});

Deno.test("apply() refuses a field that the cluster does not know", async () => {
  await using it = await place();
  const wrong = mnist({ predictor: { minReplica: 1 } });
  const { failure, message } = await failureOf(it.cluster.apply(inferenceService, wrong, me));
  assert.equal(failure, "invalid");
  assert.match(
    message,
    /does not know all its fields, .*: .*\.spec\.predictor\.minReplica: field not declared/,
  );
});

Deno.test("apply() only asks with dryRun", async () => {
  await using it = await place();
  await it.cluster.apply(inferenceService, mnist(), { ...me, dryRun: true });
  assert.equal(await it.cluster.get(inferenceService, "mnist"), undefined);
});

const refusals: Readonly<
  Record<
    string,
    {
      readonly code: number;
      readonly message: string;
      readonly details?: Json;
      readonly failure: string;
      readonly says: RegExp;
    }
  >
> = {
  "an admission webhook's denial apart from a missing right": {
    code: 403,
    message: 'admission webhook "inferenceservice.kserve-webhook-server.validator" denied the ' +
      "request: predictor.name change requires a model change",
    failure: "denied",
    says: /the cluster denies it: predictor\.name change requires a model change \(admission/,
  },
  "a webhook that does not answer": {
    code: 500,
    message: 'Internal error occurred: failed calling webhook "x.kserve": connection refused',
    failure: "unreachable",
    says: /webhook x\.kserve does not answer: is the controller behind it running/,
  },
  "a quota that is used up": {
    code: 403,
    message: 'services "mnist" is forbidden: exceeded quota: team, requested: cpu=2, used: ' +
      "cpu=3, limited: cpu=4",
    failure: "quota",
    says: /quota is used up \(team, requested: cpu=2, used: cpu=3, limited: cpu=4\): ask for less/,
  },
  "an object that is not valid": {
    code: 422,
    message: "InferenceService is invalid",
    details: { causes: [{ field: "spec.predictor", message: "Required value" }] },
    failure: "invalid",
    says: /finds it invalid: spec\.predictor: Required value$/,
  },
  "a namespace that is not there": {
    code: 404,
    message: 'namespaces "team-a" not found',
    details: { kind: "namespaces", name: "team-a" },
    failure: "missing",
    says: /there is no namespace team-a: create it, or set K8S_NAMESPACE$/,
  },
  "anything else by its number": {
    code: 418,
    message: "I am a teapot",
    failure: "other",
    says: /the cluster answered 418: I am a teapot$/,
  },
};

for (const [what, { failure, says, ...refusal }] of Object.entries(refusals)) {
  Deno.test(`a cluster's errors tell ${what}`, async () => {
    await using it = await place({ refuse: () => refusal });
    const error = await failureOf(it.cluster.apply(inferenceService, mnist(), me));
    assert.equal(error.failure, failure);
    assert.match(error.message, says);
    assert.equal(error.status, refusal.code);
  });
}

Deno.test("a missing right is named, with the account, and what grants it", async () => {
  await using it = await place({ forbidden: ["patch inferenceservices"] });
  const { failure, message } = await failureOf(it.cluster.apply(inferenceService, mnist(), me));
  assert.equal(failure, "forbidden");
  assert.equal(
    message,
    "Cannot apply InferenceService mnist in team-a: system:serviceaccount:team-a:pipeline-runner " +
      "may not patch inferenceservices in the namespace team-a: have an administrator apply the " +
      "Role and RoleBinding in deploy/ (kubectl apply -k deploy -n team-a)",
  );
});

Deno.test("a cluster without KServe is told apart from one without the service", async () => {
  await using it = await place({ kserve: false });
  const { failure, message } = await failureOf(it.cluster.get(inferenceService, "mnist"));
  assert.equal(failure, "not-installed");
  assert.match(message, /KServe is not installed in this cluster/);
  assert.deepEqual(await it.cluster.groupVersions("serving.kserve.io"), []);
});

Deno.test("a server that is busy is asked again", async () => {
  let count = 0;
  const busy = { code: 503, message: "etcd leader changed" };
  await using it = await place({ refuse: () => count++ < 2 ? busy : undefined });
  assert.deepEqual(await it.cluster.list(KINDS.pod), []);
});

Deno.test("list() gives all objects of a kind", async () => {
  await using it = await place();
  await it.cluster.apply(inferenceService, mnist(), me);
  const other = { ...mnist(), metadata: { name: "other" } };
  await it.cluster.apply(inferenceService, other, me);
  const names = (await it.cluster.list(inferenceService)).map(({ metadata }) => metadata.name);
  assert.deepEqual(names, ["mnist", "other"]);
});

Deno.test("delete() removes an object once", async () => {
  await using it = await place();
  await it.cluster.apply(inferenceService, mnist(), me);
  assert.equal(await it.cluster.delete(inferenceService, "mnist"), true);
  assert.equal(await it.cluster.delete(inferenceService, "mnist"), false);
});

Deno.test("may() tells what the account may do", async () => {
  await using it = await place({ forbidden: ["get pods/log"] });
  const right = { verb: "get", group: "", resource: "pods" };
  assert.equal(await it.cluster.may(right), true);
  assert.equal(await it.cluster.may({ ...right, subresource: "log" }), false);
});

Deno.test("logs() gives a container's last lines", async () => {
  await using it = await place({ log: "one\ntwo\n" });
  assert.equal(await it.cluster.logs("pod-1", { container: "server", lines: 2 }), "one\ntwo\n");
  assert.match(
    it.server.asked[0]!,
    /pods\/pod-1\/log\?container=server&tailLines=2&previous=false$/,
  );
});

Deno.test("a request is given up with the signal's reason", async () => {
  await using it = await place();
  const reason = new Error("Ctrl-C");
  await assert.rejects(it.cluster.version({ signal: AbortSignal.abort(reason) }), reason);
});

Deno.test("openCluster() says what to do without a kubeconfig, or with one that is no good", async () => {
  await using host = await fakeHost();
  const missing = await failureOf(openCluster({ host, kubeconfig: "/nowhere/config" }));
  assert.equal(missing.failure, "unconfigured");
  assert.match(missing.message, /the kubeconfig can't be read \(.+\): set KUBECONFIG to one that/);
  await using server = await testCluster();
  const kubeconfig = await server.kubeconfig();
  const { message } = await failureOf(openCluster({ host, kubeconfig, context: "prod" }));
  assert.match(message, /has no context "prod" with a cluster: choose one/);
});
