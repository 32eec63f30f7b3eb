/**
 * `deno task runs --export`: writes what is recorded as an MLflow file store.
 *
 * @module
 */
import { resolve } from "node:path";
import { exportMlruns, type ExportReport } from "../../lib/track/mlruns/export_mlruns.ts";
import { runOrigin } from "./open_servers.ts";
import type { Terminal } from "./terminal.ts";

/** What is exported. */
export interface ExportRunsOptions {
  /** The folder that everything is kept in. */
  readonly home: string;
  /** The folder to write, which is not there yet. */
  readonly to: string;
  /** Only these runs, and the versions that they made. */
  readonly runIds?: readonly string[] | undefined;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Writes runs and models, telling how it gets on. @throws {UsageError} when the folder is taken. */
export async function exportRuns(options: ExportRunsOptions): Promise<readonly ExportReport[]> {
  const { home, to, runIds, terminal, signal } = options;
  const origin = runOrigin();
  const reports: ExportReport[] = [];
  for await (const report of exportMlruns({ folder: home, to, origin, runIds, signal })) {
    reports.push(report);
    terminal.draw(`Exported ${report.kind} ${report.id}`);
  }
  terminal.draw("");
  const count = (kind: ExportReport["kind"]) =>
    reports.filter((report) => report.kind === kind).length;
  terminal.say(
    `Exported ${count("run")} runs and ${count("version")} model versions to ${to}. To open it: ` +
      `MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri ${resolve(to)}`,
  );
  return reports;
}
