import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "../../../lib/base/errors.ts";
import { journalTracker } from "../../../lib/track/journal_tracker.ts";
import { exportMlruns, type ExportOptions } from "../../../lib/track/mlruns/export_mlruns.ts";
import { tickingClock } from "../registry_contract.ts";
import { someRun } from "../tracker_contract.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A home with two runs, the first of which made a model version. */
async function recordedHome(): Promise<
  AsyncDisposable & {
    readonly path: string;
    readonly ids: readonly string[];
    readonly options: ExportOptions;
  }
> {
  const path = await Deno.makeTempDir({ prefix: "digits-export-" });
  const tracker = journalTracker({ folder: join(path, "home"), host: tickingClock() });
  const ids: string[] = [];
  for (const experiment of ["digits", "other"]) {
    const run = await tracker.start({ ...someRun, experiment, resumeKey: experiment });
    ids.push(run.id);
    await run.log({ a: 1, "a/b": 2 }, 0);
    if (experiment === "digits") {
      const about = { runId: run.id, tags: {} };
      await tracker.registry.register("digits", { "": bytes("network") }, about);
      await tracker.registry.setAlias("digits", "champion", 1);
    }
    await run.end("FINISHED");
  }
  const origin = { user: "ada", sourceName: "test", sourceType: "LOCAL" } as const;
  return {
    path,
    ids,
    options: { folder: join(path, "home"), to: join(path, "mlruns"), origin },
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

const namesIn = (path: string) => Array.from(Deno.readDirSync(path), ({ name }) => name).sort();

Deno.test("exportMlruns() gives the same bytes each time, but for the place", async () => {
  await using home = await recordedHome();
  const reports = await Array.fromAsync(exportMlruns(home.options));
  deepStrictEqual(reports, [
    { kind: "run", id: home.ids[0] },
    { kind: "run", id: home.ids[1] },
    { kind: "version", id: "digits version 1" },
  ]);
  const again = join(home.path, "again");
  await Array.fromAsync(exportMlruns({ ...home.options, to: again }));
  const read = (folder: string, path = ""): [string, string][] =>
    namesIn(join(folder, path)).flatMap((name) => {
      const file = join(path, name);
      return Deno.statSync(join(folder, file)).isDirectory
        ? read(folder, file)
        : [[file, Deno.readTextFileSync(join(folder, file)).replaceAll(folder, "")]];
    });
  deepStrictEqual(read(again), read(home.options.to));
});

Deno.test("exportMlruns() writes only the runs that are named, and their versions", async () => {
  await using home = await recordedHome();
  const { options, ids } = home;
  const reports = await Array.fromAsync(exportMlruns({ ...options, runIds: [ids[1]!] }));
  deepStrictEqual(reports, [{ kind: "run", id: ids[1] }]);
  strictEqual(namesIn(options.to).includes("models"), false);
});

Deno.test("exportMlruns() keeps a metric apart from the folder of others", async () => {
  await using home = await recordedHome();
  await Array.fromAsync(exportMlruns(home.options));
  const [experiment] = namesIn(home.options.to).filter((name) => /^[1-9]\d+$/.test(name));
  const [run] = namesIn(join(home.options.to, experiment!)).filter((name) => name.length === 32);
  deepStrictEqual(namesIn(join(home.options.to, experiment!, run!, "metrics")), ["a", "a_"]);
});

Deno.test("exportMlruns() touches nothing that is there", async () => {
  await using home = await recordedHome();
  const { options } = home;
  await Deno.mkdir(options.to);
  await Deno.writeTextFile(join(options.to, "mine"), "");
  await rejects(
    Array.fromAsync(exportMlruns(options)),
    new UsageError(`Cannot export to ${options.to} as it is not empty: name a new folder`),
  );
  deepStrictEqual(namesIn(options.to), ["mine"]);
  const hidden = join(home.path, "artifacts/mlruns");
  await rejects(
    Array.fromAsync(exportMlruns({ ...options, to: hidden })),
    /^UsageError: Cannot export to .* as MLflow finds no runs below a folder named "artifacts"$/,
  );
});

Deno.test("exportMlruns() leaves nothing when it is given up", async () => {
  await using home = await recordedHome();
  const exporting = exportMlruns(home.options);
  await exporting.next();
  await exporting.return();
  deepStrictEqual(namesIn(home.path), ["home"]);
  const aborted = { ...home.options, signal: AbortSignal.abort() };
  await rejects(Array.fromAsync(exportMlruns(aborted)), { name: "AbortError" });
  deepStrictEqual(namesIn(home.path), ["home"]);
});
