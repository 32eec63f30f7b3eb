import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { journalTracker } from "../../lib/track/journal_tracker.ts";
import { FakeMlflow } from "../track/mirror/fake_mlflow.ts";
import { Desk, type Ended, ended } from "./command_line.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A server on this machine. */
function serveMlflow(): AsyncDisposable & { readonly fake: FakeMlflow } {
  const fake = new FakeMlflow();
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    async ({ method, url, body }) => {
      const bytes = await new Response(body).arrayBuffer();
      return await fake.fetch(url, { method, ...bytes.byteLength > 0 && { body: bytes } });
    },
  );
  fake.url = `http://127.0.0.1:${server.addr.port}`;
  return { fake, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** A desk with two runs, of which the first made a model version. */
async function deskWithRuns(): Promise<Desk & { readonly ids: readonly string[] }> {
  const desk = new Desk();
  const host = { now: () => Date.now() };
  const tracker = journalTracker({ folder: join(desk.path, ".digits"), host });
  const ids: string[] = [];
  for (const [i, experiment] of ["digits", "other"].entries()) {
    const run = await tracker.start({
      experiment,
      name: experiment,
      params: { no_epochs: 3, optimizer: "adam" },
      tags: { dataset: "mnist" },
      resumeKey: String(i),
    });
    ids.push(run.id);
    await run.log({ loss: 0.5, test_accuracy: 0.9912 }, 1);
    await run.attach("report.html", { "": bytes("<html>") });
    if (i === 0) {
      await tracker.registry.register("digits", { m: bytes("m") }, { runId: run.id, tags: {} });
      await tracker.registry.setAlias("digits", "champion", 1);
    }
    await run.end("FINISHED");
  }
  return Object.assign(desk, { ids });
}

async function runs(desk: Desk, server: string, ...args: readonly string[]): Promise<Ended> {
  return await ended(desk.start(["runs", ...args], { MLFLOW_TRACKING_URI: server }));
}

Deno.test("deno task runs says nothing of MLflow where none is set", async () => {
  await using desk = await deskWithRuns();
  const { stdout } = await desk.run("runs");
  ok(!stdout.includes("MLflow"), stdout);
  const { stdout: json } = await desk.run("runs", "--json");
  ok(JSON.parse(json).every((run: object) => !("mlflow" in run)));
  const { code, stderr } = await desk.run("runs", "--sync");
  deepStrictEqual([code, stderr.split(":")[1]], [2, " There is no MLflow server to send to"]);
});

Deno.test("deno task runs --sync sends what MLflow does not have, and says where it is", async () => {
  await using desk = await deskWithRuns();
  await using server = serveMlflow();
  const { url } = server.fake;
  const before = await runs(desk, url);
  strictEqual(before.stdout.match(/ not sent$/gm)?.length, 2, before.stdout);
  const sent = await runs(desk, url, "--sync");
  strictEqual(sent.code, 0, sent.stderr);
  match(sent.stderr, /: 3 sent, 0 there before\n$/);
  strictEqual(server.fake.runs.size, 2);
  strictEqual(server.fake.models.get("digits")!.aliases.get("champion"), 1);
  const calls = server.fake.calls.length;
  const again = await runs(desk, url, "--sync", "--json");
  deepStrictEqual(
    JSON.parse(again.stdout).map(({ outcome }: { outcome: string }) => outcome),
    ["unchanged", "unchanged", "unchanged"],
  );
  strictEqual(server.fake.calls.length, calls, "what was sent is not asked for again");
  const { stdout } = await runs(desk, url);
  strictEqual(stdout.match(/ sent$/gm)?.length, 2, stdout);
  const shown = await runs(desk, url, desk.ids[0]!.slice(0, 8));
  const [run] = server.fake.runs.values();
  match(shown.stdout, new RegExp(`^page +${url}/#/experiments/1/runs/${run!.runId}$`, "m"));
});

Deno.test("deno task runs --push sends a run to any server, once", async () => {
  await using desk = await deskWithRuns();
  await using server = serveMlflow();
  const { url } = server.fake;
  const one = await desk.run("runs", "--push", url, desk.ids[1]!);
  strictEqual(one.code, 0, one.stderr);
  deepStrictEqual([server.fake.runs.size, server.fake.models.size], [1, 0]);
  for (const _ of "12") await desk.run("runs", "--push", url);
  strictEqual(server.fake.runs.size, 2);
  deepStrictEqual([...server.fake.runs.values()].map(({ metrics }) => metrics.length), [2, 2]);
  strictEqual(server.fake.models.get("digits")!.versions.length, 1);
  strictEqual(server.fake.repeatedPoints, 0);
  // A server that lost everything gets everything again.
  server.fake.runs.clear();
  server.fake.models.clear();
  const again = await desk.run("runs", "--push", url, "--json");
  deepStrictEqual(
    JSON.parse(again.stdout).map(({ outcome }: { outcome: string }) => outcome),
    ["sent", "sent", "sent"],
  );
  deepStrictEqual([server.fake.runs.size, server.fake.models.size], [2, 1]);
});

Deno.test("deno task runs --push gives the login that is set to no other server", async () => {
  await using desk = await deskWithRuns();
  const seen: (string | null)[] = [];
  await using other = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    seen.push(request.headers.get("authorization"));
    return Response.json({ error_code: "PERMISSION_DENIED", message: "no" }, { status: 403 });
  });
  const push = async (MLFLOW_TRACKING_URI: string) => {
    const to = `http://127.0.0.1:${other.addr.port}`;
    const login = { MLFLOW_TRACKING_URI, MLFLOW_TRACKING_TOKEN: "told-to-one-server-only" };
    return await ended(desk.start(["runs", "--push", to], login));
  };
  strictEqual((await push("http://127.0.0.1:9")).code, 1);
  ok(seen.length > 0 && seen.every((header) => header === null), String(seen));
  seen.length = 0;
  strictEqual((await push(`http://127.0.0.1:${other.addr.port}/`)).code, 1);
  ok(seen.length > 0 && seen.every((header) => header === "Bearer told-to-one-server-only"));
});

Deno.test("deno task runs --push says in one sentence that a server can't be had", async () => {
  await using desk = await deskWithRuns();
  const down = await desk.run("runs", "--push", "http://127.0.0.1:9");
  strictEqual(down.code, 1);
  match(down.stderr, /^error: Cannot call .* of MLflow at http:\/\/127\.0\.0\.1:9: .*\n$/);
  const wrong = await desk.run("runs", "--push", "nonsense");
  strictEqual(wrong.code, 2);
  const both = await desk.run("runs", "--sync", "--export", "mlruns");
  deepStrictEqual([both.code, both.stderr], [2, "error: Give either --sync or --export\n"]);
});

Deno.test("deno task runs --export writes a folder, and nothing over what is there", async () => {
  await using desk = await deskWithRuns();
  const done = await desk.run("runs", "--export", "mlruns");
  strictEqual(done.code, 0, done.stderr);
  match(done.stderr, /Exported 2 runs and 1 model versions to mlruns/);
  ok(await desk.has("mlruns/models/digits/version-1/meta.yaml"));
  const again = await desk.run("runs", "--export", "mlruns");
  deepStrictEqual(
    [again.code, again.stderr],
    [2, "error: Cannot export to mlruns as it is not empty: name a new folder\n"],
  );
});
