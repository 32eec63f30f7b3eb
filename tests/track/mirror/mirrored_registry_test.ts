import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { mlflowRegistry } from "../../../lib/track/mirror/mlflow_registry.ts";
import { someInterface } from "../registry_contract.ts";
import { someRun } from "../tracker_contract.ts";
import { bytes, MirroredHome, type Opened, patience } from "./mirrored_home.ts";

const files = (text: string) => ({ "model.onnx": bytes(text), "model.json": bytes("{}") });

/** Registers a model under a run of its own, makes it champion, and sends all that. */
async function release({ tracker }: Opened, text: string): Promise<number> {
  const run = await tracker.start({ ...someRun, resumeKey: text });
  const { version } = await run.registry.register("digits", files(text), {
    runId: run.id,
    tags: { dataset: "mnist" },
    interface: someInterface,
  });
  await run.registry.setAlias("digits", "candidate", version);
  await run.registry.setAlias("digits", "champion", version);
  await run.end("FINISHED");
  return version;
}

async function sendAll({ tracker }: Opened): Promise<void> {
  deepStrictEqual(await tracker.drain(patience), { complete: true, reason: null });
}

Deno.test("a mirrored registry takes over MLflow's champion and its numbers", async () => {
  await using ada = await MirroredHome.make();
  await using grace = await MirroredHome.make(ada.server);
  const [a, g] = [ada.open(), grace.open()];
  strictEqual(await release(a, "one"), 1);
  strictEqual(await release(a, "two"), 2);
  await sendAll(a);

  const champion = await g.tracker.registry.alias("digits", "champion");
  deepStrictEqual(
    [champion!.version, champion!.tags, champion!.interface],
    [2, { dataset: "mnist" }, someInterface],
  );
  deepStrictEqual(await g.tracker.registry.files(champion!), files("two"));
  strictEqual(await release(g, "three"), 3);
  await sendAll(g);

  const { versions, aliases, tags } = ada.server.models.get("digits")!;
  deepStrictEqual(versions.map(({ version }) => version), [1, 2, 3]);
  deepStrictEqual([...aliases], [["candidate", 3], ["champion", 3]]);
  strictEqual(tags.get("digits.alias_history.champion"), "[1,2,3]");
  deepStrictEqual([...a.notices, ...g.notices], []);
  // The next process of the first one follows.
  const again = ada.open().tracker.registry;
  strictEqual((await again.alias("digits", "champion"))?.version, 3);
  deepStrictEqual(await again.aliasHistory("digits", "champion"), [1, 2, 3]);
});

Deno.test("a mirrored registry links versions to their runs, and says what they take", async () => {
  await using home = await MirroredHome.make();
  const opened = home.open();
  await release(opened, "one");
  await sendAll(opened);
  const [run] = home.server.runs.values();
  const [version] = home.server.models.get("digits")!.versions;
  const [model] = home.server.loggedModels.values();
  deepStrictEqual([version!.runId, version!.modelId], [run!.runId, model!.modelId]);
  deepStrictEqual([model!.sourceRunId, model!.name], [run!.runId, "digits"]);
  deepStrictEqual(run!.outputs, [model!.modelId]);
  const direct = mlflowRegistry(home.client());
  const champion = await direct.alias("digits", "champion");
  const local = await opened.tracker.registry.alias("digits", "champion");
  const { uri: _uri, createdAt: _time, ...described } = champion!;
  const { uri: _place, createdAt: _made, ...expected } = local!;
  deepStrictEqual(described, expected);
  deepStrictEqual(await direct.files(champion!), files("one"));
});

Deno.test("a mirrored registry works while MLflow is away", async () => {
  await using home = await MirroredHome.make();
  const opened = home.open();
  home.server.fault = () => "dropped before";
  strictEqual(await release(opened, "one"), 1);
  strictEqual(await release(opened, "two"), 2);
  strictEqual((await opened.tracker.registry.alias("digits", "champion"))?.version, 2);
  home.server.fault = () => undefined;
  await sendAll(opened);
  const { versions, aliases } = home.server.models.get("digits")!;
  deepStrictEqual(versions.map(({ version }) => version), [1, 2]);
  strictEqual(aliases.get("champion"), 2);
  strictEqual(opened.notices.length, 2, opened.notices.join("\n")); // away, and back
});

Deno.test("a mirrored registry leaves an alias alone that somebody else moved meanwhile", async () => {
  await using ada = await MirroredHome.make();
  await using grace = await MirroredHome.make(ada.server);
  const [a, g] = [ada.open(), grace.open()];
  await release(a, "one");
  await sendAll(a);
  await g.tracker.registry.alias("digits", "champion");
  await release(g, "two");
  await release(a, "three"); // does not know of two
  await sendAll(g);
  await sendAll(a);
  const { versions, aliases } = ada.server.models.get("digits")!;
  strictEqual(versions.length, 3);
  strictEqual(aliases.get("champion"), 2);
  deepStrictEqual(g.notices, []);
  deepStrictEqual(a.notices, [
    'Alias "candidate" of model "digits" is left at version 2 in MLflow as somebody else moved it ' +
    "there; here it is version 2",
    'Alias "champion" of model "digits" is left at version 2 in MLflow as somebody else moved it ' +
    "there; here it is version 2",
  ]);
  // From the next process on, MLflow's is the champion here too, beside what was made here.
  const next = ada.open().tracker.registry;
  const champion = await next.alias("digits", "champion");
  deepStrictEqual(await next.files(champion!), files("two"));
  strictEqual(champion!.version, 4); // 2 is taken here, and 3 in MLflow
});

Deno.test("a mirrored registry does not take over what another program registered", async () => {
  await using home = await MirroredHome.make();
  const { registry } = home.client();
  await registry.ensureModel("digits");
  await registry.createVersion({ name: "digits", source: "s3://somewhere/model" });
  await registry.setAlias("digits", "champion", 1);
  const opened = home.open();
  strictEqual(await opened.tracker.registry.alias("digits", "champion"), undefined);
  strictEqual(await release(opened, "one"), 2);
  await sendAll(opened);
  const { aliases } = home.server.models.get("digits")!;
  deepStrictEqual([aliases.get("champion"), aliases.get("candidate")], [1, 2]);
  deepStrictEqual(opened.notices, [
    'Cannot use version 1 of model "digits", which is MLflow\'s "champion": Cannot read version 1 ' +
    'of model "digits" in MLflow as another program registered it',
    'Alias "champion" of model "digits" is left at version 1 in MLflow as somebody else moved it ' +
    "there; here it is version 2",
  ]);
});

Deno.test("a mirrored registry has versions and files on MLflow 2, too", async () => {
  await using home = await MirroredHome.make();
  home.server.version = "2.22.0";
  const opened = home.open();
  await release(opened, "one");
  await sendAll(opened);
  const [run] = home.server.runs.values();
  const [version] = home.server.models.get("digits")!.versions;
  strictEqual(version!.runId, run!.runId);
  ok(version!.source.startsWith(`mlflow-artifacts:/${run!.experimentId}/${run!.runId}/artifacts/`));
  const direct = mlflowRegistry(home.client());
  deepStrictEqual(await direct.files((await direct.versions("digits"))[0]!), files("one"));
});
