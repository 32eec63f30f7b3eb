/**
 * Sends what is recorded in a folder, now.
 *
 * @module
 */
import { BusyError, DataError, messageOf } from "../../base/errors.ts";
import type { CallOptions } from "../mlflow/mlflow_http.ts";
import type { Mirror } from "./mirror.ts";

/** How one run, or one model's versions and aliases, was sent. */
export interface SendReport {
  /** What it is. */
  readonly kind: "run" | "model";
  /** The run's id, or the model's name. */
  readonly id: string;
  /** `unchanged` when MLflow had all of it; `skipped` when it can't have it now. */
  readonly outcome: "sent" | "unchanged" | "skipped";
  /** Why it was skipped; null when it was not. */
  readonly reason: string | null;
}

/**
 * Sends runs and then models, one after another; reports each when it is done.
 *
 * @param options.runIds only these runs, and the versions that they made; all runs and models by
 * default, oldest first
 * @param options.onlyFresh whether what was sent to this server before is taken for sent; else
 * the server is asked whether it still has it
 * @throws {UnavailableError} when the server can't be had.
 */
export async function* sendRuns(
  mirror: Mirror,
  options: CallOptions & {
    readonly runIds?: readonly string[] | undefined;
    readonly onlyFresh?: boolean;
  } = {},
): AsyncGenerator<SendReport, void> {
  const { runIds, onlyFresh = false, signal } = options;
  const call = signal ? { signal } : {};
  const starts = [...await mirror.runs.starts()].sort((a, b) => a.time - b.time);
  for (const id of runIds ?? starts.map(({ id }) => id)) {
    yield await report("run", id, async () => {
      const before = await mirror.positionOf(id);
      const wasSent = await mirror.isRunSent(id);
      if (wasSent && onlyFresh) return false;
      const known = await mirror.sendRun(id, call);
      return !wasSent || before?.runId !== known?.runId;
    });
  }
  for (const name of await mirror.registry.names()) {
    const model = mirror.model(name);
    if (runIds === undefined) {
      yield await report("model", name, () => model.send({ ...call, ask: !onlyFresh }));
      continue;
    }
    for (const runId of runIds) {
      const versions = await mirror.registry.versions(name);
      if (versions.every((version) => version.runId !== runId)) continue;
      yield await report("model", name, () => model.sendVersionsOf(runId, call));
    }
  }
}

async function report(
  kind: SendReport["kind"],
  id: string,
  send: () => Promise<boolean>,
): Promise<SendReport> {
  try {
    return { kind, id, outcome: await send() ? "sent" : "unchanged", reason: null };
  } catch (error) {
    if (!(error instanceof BusyError) && !(error instanceof DataError)) throw error;
    return { kind, id, outcome: "skipped", reason: messageOf(error) };
  }
}
