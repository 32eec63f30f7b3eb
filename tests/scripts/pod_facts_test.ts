import assert from "node:assert/strict";
import { join } from "node:path";
import { localHost } from "../../lib/base/local_host.ts";
import { experimentName, kubeflowRun, workKey } from "../../scripts/cli/pod_facts.ts";
import { podLogin } from "../../scripts/cli/pod_login.ts";

Deno.test("kubeflowRun() goes by the run's id, and by the workflow's name where there is none", () => {
  const id = "5f4dcc3b-5aa7-65d6-1d83-27deb882cf99";
  for (
    const pod of [
      "digits-x7k2p-system-container-impl-123",
      "digits-x7k2p-retry-system-container-executor-9",
    ]
  ) {
    assert.deepEqual(kubeflowRun({ KFP_RUN_ID: id, KFP_POD_NAME: pod }), {
      id,
      name: "digits-x7k2p",
    });
    assert.deepEqual(kubeflowRun({ KFP_POD_NAME: pod }), {
      id: "digits-x7k2p",
      name: "digits-x7k2p",
    });
  }
  assert.deepEqual(kubeflowRun({ KFP_RUN_ID: id }), { id, name: "kubeflow-5f4dcc3b" });
  assert.equal(kubeflowRun({}), undefined);
  assert.equal(kubeflowRun({ KFP_POD_NAME: "my-notebook-0" }), undefined);
});

Deno.test("experimentName() goes by the pipeline's parameter, then by the environment", async () => {
  const nameOf = (id: string) => Promise.resolve(id === "7" ? "seventh" : undefined);
  const name = (chosen: string | null, variables: Parameters<typeof experimentName>[1]) =>
    experimentName({ parameters: { mlflow_experiment: chosen } }, variables, nameOf);
  const both = { MLFLOW_EXPERIMENT_ID: "7", MLFLOW_EXPERIMENT_NAME: "named" };
  assert.equal(await name("chosen", both), "chosen");
  assert.equal(await name(null, both), "named");
  assert.equal(await name("", { MLFLOW_EXPERIMENT_ID: "7" }), "seventh");
  assert.equal(await name(null, { MLFLOW_EXPERIMENT_ID: "8" }), "digits-recognizer-kfp");
  assert.equal(await name(null, {}), "digits-recognizer-kfp");
});

Deno.test("workKey() is the same for every attempt, and another for every turn of a loop", () => {
  const artifact = (uri: string, name = "1") => ({
    name,
    uri,
    customPath: undefined,
    metadata: {},
  });
  const key = (rate: number, uri: string, name?: string) =>
    workKey("train", { parameters: { rate, seed: 1 }, artifacts: { data: [artifact(uri, name)] } });
  const first = key(0.1, "s3://b/a");
  assert.match(first, /^train-[0-9a-f]{8}$/);
  assert.equal(key(0.1, "s3://b/a", "another number"), first);
  assert.notEqual(key(0.2, "s3://b/a"), first);
  assert.notEqual(key(0.1, "s3://b/b"), first);
  const reordered = {
    parameters: { seed: 1, rate: 0.1 },
    artifacts: { data: [artifact("s3://b/a")] },
  };
  assert.equal(workKey("train", reordered), first);
});

Deno.test("podLogin() uses the pod's account where Kubeflow says so, and no login was set", async () => {
  const account = await Deno.makeTempDir({ prefix: "digits-account-" });
  try {
    await Deno.writeTextFile(join(account, "token"), "first\n");
    await Deno.writeTextFile(join(account, "namespace"), "team-a\n");
    const asked: Headers[] = [];
    const host = {
      ...localHost({ cacheFolder: "" }),
      fetch(_: string | URL, options?: RequestInit) {
        asked.push(new Headers(options?.headers));
        return Promise.resolve(new Response());
      },
    };
    const none = { auth: { kind: "none" } } as const;
    const namespaced = { MLFLOW_TRACKING_AUTH: "kubernetes-namespaced" };
    const login = await podLogin(none, namespaced, { host, account });
    assert.ok(login.auth.kind === "bearer" && typeof login.auth.token === "function");
    assert.equal(await login.auth.token(), "first\n");
    await Deno.writeTextFile(join(account, "token"), "second");
    assert.equal(await login.auth.token(), "second");
    await login.host.fetch("http://mlflow", { headers: { a: "b" } });
    assert.deepEqual(Object.fromEntries(asked[0]!), { a: "b", "x-mlflow-workspace": "team-a" });

    const set = { auth: { kind: "bearer", token: "set" } } as const;
    const other = await podLogin(set, { ...namespaced, MLFLOW_WORKSPACE: "team-b" }, {
      host,
      account,
    });
    assert.equal(other.auth, set.auth);
    await other.host.fetch("http://mlflow");
    assert.equal(asked[1]!.get("x-mlflow-workspace"), "team-b");
    assert.deepEqual(await podLogin(none, {}, { host, account }), { auth: none.auth, host });
  } finally {
    await Deno.remove(account, { recursive: true });
  }
});
