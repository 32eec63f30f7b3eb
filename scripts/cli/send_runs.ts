/**
 * `deno task runs --sync` and `--push`: sends what is recorded to MLflow.
 *
 * @module
 */
import { UsageError } from "../../lib/base/errors.ts";
import type { Host } from "../../lib/base/host.ts";
import type { MlflowSettings, Settings } from "../../lib/config.ts";
import type { Mirror } from "../../lib/track/mirror/mirror.ts";
import { type SendReport, sendRuns } from "../../lib/track/mirror/send_runs.ts";
import { parseTrackingUri } from "../../lib/track/mlflow/tracking_uri.ts";
import { openServers } from "./open_servers.ts";
import { noticeOn, type Terminal } from "./terminal.ts";

/** What is sent. */
export interface SendOptions {
  readonly settings: Settings;
  readonly host: Host;
  /** Another server than the one that is set. */
  readonly uri?: string | undefined;
  /** Only these runs, and the versions that they made. */
  readonly runIds?: readonly string[] | undefined;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/**
 * Sends runs, versions and aliases, telling how it gets on.
 *
 * @throws {UsageError} when no server is named. {UnavailableError} when it can't be had.
 */
export async function sendToMlflow(options: SendOptions): Promise<readonly SendReport[]> {
  const { uri, terminal, signal } = options;
  await using tracker = openTracker(options);
  const { mirror } = tracker;
  const total = options.runIds?.length ?? (await mirror.runs.starts()).length;
  const reports: SendReport[] = [];
  const sending = sendRuns(mirror, {
    runIds: options.runIds,
    onlyFresh: uri === undefined,
    signal,
  });
  terminal.draw(`Sending to ${mirror.server}`);
  for await (const report of sending) {
    reports.push(report);
    await tell(report, mirror, terminal);
    const done = reports.filter(({ kind }) => kind === "run").length;
    terminal.draw(`Sent ${done} of ${total} runs to ${mirror.server}`);
  }
  terminal.draw("");
  const count = (outcome: SendReport["outcome"]) =>
    reports.filter((report) => report.outcome === outcome).length;
  terminal.say(
    `MLflow at ${mirror.server}: ${count("sent")} sent, ${count("unchanged")} there before` +
      (count("skipped") > 0 ? `, ${count("skipped")} left out` : ""),
  );
  return reports;
}

async function tell(report: SendReport, mirror: Mirror, terminal: Terminal): Promise<void> {
  const { kind, id, outcome, reason } = report;
  if (outcome === "unchanged") return;
  terminal.draw("");
  if (outcome === "skipped") return noticeOn(terminal)(reason ?? id);
  const page = kind === "run" ? await mirror.pageOf(id) : undefined;
  terminal.say(`Sent ${kind} ${id}${page === undefined ? "" : `: ${page}`}`);
}

function openTracker({ settings, host, uri, terminal }: SendOptions) {
  const trackingUri = uri ?? settings.mlflow?.trackingUri;
  if (trackingUri === undefined) {
    throw new UsageError(
      "There is no MLflow server to send to: set MLFLOW_TRACKING_URI, or name one with --push",
    );
  }
  const { url, auth: own } = parseTrackingUri(trackingUri);
  const set = settings.mlflow;
  // The login that is set is for the server that is set, and nobody else gets to see it.
  const isSet = set !== undefined && new URL(set.trackingUri).origin === new URL(url).origin;
  const mlflow: MlflowSettings = {
    trackingUri: url,
    auth: own.kind === "basic" ? own : isSet ? set.auth : { kind: "none" },
    runId: undefined,
  };
  const notice = noticeOn(terminal);
  return openServers({ ...settings, mlflow }, { host, notice }).tracker!;
}
