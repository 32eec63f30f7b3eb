/**
 * What MLflow has of recorded runs, as far as this machine knows: no server is asked.
 *
 * @module
 */
import type { Host } from "../../lib/base/host.ts";
import type { Settings } from "../../lib/config.ts";
import type { RunFacts } from "./run_facts.ts";

/** What is known of a run that is sent to MLflow. */
export interface MlflowFacts {
  /** Whether everything that is recorded of it is sent. */
  readonly sent: boolean;
  /** Its page; null as long as MLflow does not know it. */
  readonly page: string | null;
}

/** Facts with `mlflow`, where a server is set. */
export type FactsWithMlflow = RunFacts & { readonly mlflow?: MlflowFacts };

/** Adds what is known of each run; nothing where no server is set. */
export async function withMlflowFacts(
  runs: readonly RunFacts[],
  { settings, host }: { readonly settings: Settings; readonly host: Host },
): Promise<readonly FactsWithMlflow[]> {
  if (!settings.mlflow) return runs;
  const { openServers } = await import("./open_servers.ts");
  await using tracker = openServers(settings, { host, notice: () => {} }).tracker!;
  const { mirror } = tracker;
  return await Promise.all(runs.map(async (run) => ({
    ...run,
    mlflow: {
      sent: await mirror.isRunSent(run.runId),
      page: await mirror.pageOf(run.runId) ?? null,
    },
  })));
}
