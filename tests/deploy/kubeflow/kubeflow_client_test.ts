import assert from "node:assert/strict";
import { KubeflowClient, KubeflowError } from "../../../lib/deploy/kubeflow/mod.ts";
import { UsageError } from "../../../lib/base/errors.ts";
import { answerWith, cutAfter } from "../../base/test_server.ts";
import { openClient } from "./open_client.ts";

const YAML = "pipelineInfo:\n  name: digits\n";
const SPEC = { pipelineInfo: { name: "digits" } };

Deno.test("health() tells the version and whether there are many users", async () => {
  await using open = await openClient({ multiUser: true });
  assert.deepEqual(await open.client.health(), { version: "2.17.0", multiUser: true });
});

Deno.test("health() says of Kubeflow Pipelines 1.8 in one sentence that 2.0 is needed", async () => {
  await using open = await openClient({
    fault: ({ call }) =>
      call === "GET /apis/v1beta1/healthz"
        ? answerWith(200, '{"tag_name":"1.8.5","multi_user":false}')
        : answerWith(404, "Not Found"),
  });
  await assert.rejects(open.client.health(), {
    message: `Cannot use Kubeflow Pipelines at ${open.server.url} as it is version 1.8.5: ` +
      "2.0 or newer is needed",
  });
});

Deno.test("A client refuses an endpoint that is no URL", () => {
  assert.throws(() => new KubeflowClient({ endpoint: "kubeflow.local:8080" }), UsageError);
});

Deno.test("A client keeps the path of its endpoint, in links too", () => {
  const client = new KubeflowClient({ endpoint: "https://host.example/pipeline/" });
  assert.equal(client.runLink("a b"), "https://host.example/pipeline/#/runs/details/a%20b");
});

Deno.test("pipelines.upload() sends a form; the same name again is taken", async () => {
  await using open = await openClient();
  const { pipelines } = open.client;
  const made = await pipelines.upload(YAML, { name: "digits", description: "reads digits" });
  assert.equal(made.name, "digits");
  assert.deepEqual(await pipelines.getByName("digits"), made);
  assert.equal(open.server.calls[0]!.query.get("description"), "reads digits");
  await assert.rejects(pipelines.upload(YAML, { name: "digits" }), { code: "ALREADY_EXISTS" });
});

Deno.test("pipelines.ensureVersion() makes the same text one version, and another text another", async () => {
  await using open = await openClient();
  const { pipelines } = open.client;
  const first = await pipelines.ensureVersion(YAML, { name: "digits" });
  const again = await pipelines.ensureVersion(YAML, { name: "digits" });
  const other = await pipelines.ensureVersion(`${YAML}#`, { name: "digits" });
  assert.equal(again.pipelineVersionId, first.pipelineVersionId);
  assert.notEqual(other.pipelineVersionId, first.pipelineVersionId);
  assert.equal(open.server.pipelines.length, 1);
  const versions = await Array.fromAsync(pipelines.versions(first.pipelineId, { pageSize: 1 }));
  assert.deepEqual(versions.map(({ name }) => name), [first.name, other.name]);
});

Deno.test("pipelines.upload() refuses what the server would not take before it sends it", async () => {
  await using open = await openClient();
  const large = "#".repeat((32 << 20) + 1);
  await assert.rejects(open.client.pipelines.upload(large, { name: "digits" }), UsageError);
  assert.deepEqual(open.server.called, []);
});

Deno.test("experiments.ensure() makes an experiment once, in its namespace", async () => {
  await using open = await openClient({ multiUser: true }, { namespace: "ada" });
  const { experiments } = open.client;
  const made = await experiments.ensure("mnist");
  assert.equal(made.namespace, "ada");
  assert.deepEqual(await experiments.ensure("mnist"), made);
  assert.equal(open.server.experiments.length, 1);
});

Deno.test("experiments.ensure() finds what was made when the answer got lost", async () => {
  let lose = true;
  await using open = await openClient({
    fault({ call, body }) {
      if (call !== "POST /experiments" || !lose) return undefined;
      lose = false;
      open.server.experiments.push({ experiment_id: "experiment-9", ...body });
      return (_request, response) => response.socket!.destroy();
    },
  });
  assert.equal((await open.client.experiments.ensure("mnist")).experimentId, "experiment-9");
  assert.equal(open.server.called.filter((call) => call === "POST /experiments").length, 1);
});

Deno.test("experiments.ensure() lets one that somebody else makes first be the one", async () => {
  await using open = await openClient({
    fault({ call, body }) {
      if (call !== "POST /experiments" || open.server.experiments.length > 0) return undefined;
      open.server.experiments.push({ experiment_id: "experiment-7", ...body });
      return undefined; // the fake finds it there and refuses
    },
  });
  assert.equal((await open.client.experiments.ensure("mnist")).experimentId, "experiment-7");
});

Deno.test("experiments.ensure() takes an archived experiment out of the archive", async () => {
  await using open = await openClient();
  open.server.experiments.push({
    experiment_id: "experiment-1",
    display_name: "mnist",
    storage_state: "ARCHIVED",
  });
  assert.equal((await open.client.experiments.ensure("mnist")).archived, false);
  assert.ok(open.server.called.includes("POST /experiments/experiment-1:unarchive"));
});

Deno.test("runs.create() sends a pipeline, with platform settings beside it where there are any", async () => {
  await using open = await openClient();
  const { runs } = open.client;
  const config = { displayName: "one", parameters: { no_epochs: 3 }, pipelineRoot: "s3://b/f" };
  await runs.create({ ...config, pipeline: { spec: SPEC, platform: null } });
  const platform = { platforms: { kubernetes: {} } };
  await runs.create({ ...config, pipeline: { spec: SPEC, platform }, serviceAccount: "ada" });
  const [plain, rich] = open.server.calls.map(({ body }) => body);
  assert.deepEqual(plain, {
    display_name: "one",
    pipeline_spec: SPEC,
    runtime_config: { parameters: { no_epochs: 3 }, pipeline_root: "s3://b/f" },
  });
  assert.deepEqual(rich!["pipeline_spec"], { pipeline_spec: SPEC, platform_spec: platform });
  assert.equal(rich!["service_account"], "ada");
});

Deno.test("runs.create() starts a version that the server keeps", async () => {
  await using open = await openClient();
  const version = await open.client.pipelines.ensureVersion(YAML, { name: "digits" });
  const run = await open.client.runs.create({ displayName: "one", pipeline: version });
  assert.equal(run.state, "PENDING");
  assert.equal(run.finishedAt, null);
  assert.deepEqual(open.server.calls.at(-1)!.body["pipeline_version_reference"], {
    pipeline_id: "pipeline-1",
    pipeline_version_id: "version-1",
  });
});

Deno.test("runs.create() is sent once, even when its answer gets lost", async () => {
  await using open = await openClient({
    fault: ({ call }) =>
      call === "POST /runs" ? (_request, response) => response.socket!.destroy() : undefined,
  });
  const pipeline = { spec: SPEC, platform: null };
  await assert.rejects(open.client.runs.create({ displayName: "one", pipeline }), KubeflowError);
  assert.deepEqual(open.server.called, ["POST /runs"]);
});

Deno.test("runs.ensure() starts one run however often it is called", async () => {
  await using open = await openClient();
  const config = {
    displayName: "adam-1a2b",
    experimentId: "experiment-1",
    pipeline: { spec: SPEC, platform: null },
  };
  const first = await open.client.runs.ensure(config);
  assert.equal((await open.client.runs.ensure(config)).runId, first.runId);
  assert.equal(open.server.called.filter((call) => call === "POST /runs").length, 1);
});

Deno.test("runs.ensure() looks for a while before it starts a run again whose answer got lost", async () => {
  let broken = 0;
  await using open = await openClient({
    fault: ({ call }) =>
      call === "POST /runs" && broken++ < 2 ? answerWith(502, "bad gateway") : undefined,
  });
  await open.client.runs.ensure({
    displayName: "adam-1a2b",
    experimentId: "experiment-1",
    pipeline: { spec: SPEC, platform: null },
  });
  assert.deepEqual(
    open.server.called,
    ["GET", "POST", "GET", "GET", "GET", "POST", "GET", "GET", "GET", "POST"]
      .map((verb) => `${verb} /runs`),
  );
});

Deno.test("runs.ensure() waits for a run that a slow server makes after its gateway gave up", async () => {
  let looks = 0;
  await using open = await openClient({
    fault({ call }) {
      if (call === "POST /runs") return answerWith(504, "gateway timeout");
      const isMade = call === "GET /runs" && ++looks === 3;
      if (isMade) return answerWith(200, JSON.stringify({ runs: [{ run_id: "run-9" }] }));
      return undefined;
    },
  });
  const run = await open.client.runs.ensure({
    displayName: "adam-1a2b",
    experimentId: "experiment-1",
    pipeline: { spec: SPEC, platform: null },
  });
  assert.equal(run.runId, "run-9");
  assert.equal(open.server.called.filter((call) => call === "POST /runs").length, 1);
});

Deno.test("runs.list() reads all pages", async () => {
  await using open = await openClient();
  const pipeline = { spec: SPEC, platform: null };
  for (let i = 0; i < 5; i++) {
    await open.client.runs.create({ displayName: `run ${i}`, experimentId: "e", pipeline });
  }
  const runs = await Array.fromAsync(open.client.runs.list({ experimentId: "e", pageSize: 2 }));
  assert.equal(runs.length, 5);
  assert.equal(open.server.calls.at(-1)!.query.get("sort_by"), "created_at desc");
});

Deno.test("runs.get() gives nothing where there is no such run", async () => {
  await using open = await openClient();
  assert.equal(await open.client.runs.get("run-404"), undefined);
});

Deno.test("runs.terminate() is content with a run that is over", async () => {
  await using open = await openClient();
  const pipeline = { spec: SPEC, platform: null };
  const { runId } = await open.client.runs.create({ displayName: "one", pipeline });
  assert.equal(await open.client.runs.terminate(runId), true);
  assert.equal(await open.client.runs.terminate(runId), false);
  assert.equal((await open.client.runs.get(runId))!.state, "FAILED");
  await assert.rejects(open.client.runs.terminate("run-404"), {
    code: "NOT_FOUND",
    message: `Cannot terminate run run-404 of Kubeflow Pipelines at ${open.server.url}: there is ` +
      "no such run, or no longer; the id stands at the end of its page's address",
  });
});

Deno.test("runs can be retried, archived, taken back and deleted", async () => {
  await using open = await openClient();
  const { runs } = open.client;
  const pipeline = { spec: SPEC, platform: null };
  const { runId } = await runs.create({ displayName: "one", pipeline });
  await runs.retry(runId);
  await runs.archive(runId);
  await runs.unarchive(runId);
  await runs.delete(runId);
  assert.deepEqual(open.server.called.slice(1), [
    `POST /runs/${runId}:retry`,
    `POST /runs/${runId}:archive`,
    `POST /runs/${runId}:unarchive`,
    `DELETE /runs/${runId}`,
  ]);
});

Deno.test("recurringRuns.ensure() makes a schedule that can be switched off and on", async () => {
  await using open = await openClient();
  const { recurringRuns } = open.client;
  const made = await recurringRuns.ensure({
    displayName: "nightly",
    experimentId: "experiment-1",
    pipeline: { spec: SPEC, platform: null },
    trigger: { cron: "0 0 3 * * *", startAt: 0 },
  });
  assert.deepEqual(made.trigger, { cron: "0 0 3 * * *" });
  assert.equal(made.enabled, true);
  await recurringRuns.disable(made.recurringRunId);
  assert.equal((await recurringRuns.get(made.recurringRunId))!.enabled, false);
  await recurringRuns.enable(made.recurringRunId);
  const [listed] = await Array.fromAsync(recurringRuns.list());
  assert.deepEqual(listed, made);
  await recurringRuns.delete(made.recurringRunId);
  assert.deepEqual(open.server.calls[1]!.body["trigger"], {
    cron_schedule: { cron: "0 0 3 * * *", start_time: "1970-01-01T00:00:00.000Z" },
  });
});

Deno.test("recurringRuns.ensure() makes a schedule of equal pauses", async () => {
  await using open = await openClient();
  const made = await open.client.recurringRuns.ensure({
    displayName: "hourly",
    experimentId: "experiment-1",
    pipeline: { spec: SPEC, platform: null },
    trigger: { everySeconds: 3600 },
    maxConcurrency: 2,
    enabled: false,
  });
  assert.deepEqual(made.trigger, { everySeconds: 3600 });
  assert.equal(made.maxConcurrency, 2);
  assert.equal(made.enabled, false);
});

Deno.test("A half answer is asked for again by nobody but the caller, in one sentence", async () => {
  const half = new TextEncoder().encode('{"run_id":"run-1","display');
  await using open = await openClient({
    fault: () => answerWith(200, half),
  });
  await assert.rejects(open.client.runs.get("run-1"), {
    message: `Cannot look for run run-1 in Kubeflow Pipelines at ${open.server.url}: the answer ` +
      "breaks off: try again",
    retryable: true,
  });
});

Deno.test("An answer that breaks off on the way is asked for again", async () => {
  let cut = true;
  await using open = await openClient({
    fault() {
      if (!cut) return undefined;
      cut = false;
      return cutAfter(5, new TextEncoder().encode('{"tag_name":"2.17.0"}'));
    },
  });
  assert.equal((await open.client.health()).version, "2.17.0");
  assert.equal(open.server.calls.length, 2);
});
