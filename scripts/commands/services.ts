/**
 * `deno task services`: real MinIO and MLflow servers on this machine, to try things out.
 *
 * @module
 */
import { join } from "node:path";
import { UsageError } from "../../lib/base/errors.ts";
import { unlessMissing } from "../../lib/base/unless_missing.ts";
import { type CommandContext, defineCommand } from "../cli/command.ts";
import { writeEnvFile } from "../cli/env_file.ts";
import { readSettings, settingsOption } from "../cli/environment.ts";
import { choice, flag, text } from "../cli/options.ts";
import { tableLines } from "../cli/table.ts";
import { BackgroundServices } from "../services/background.ts";
import { installMinio } from "../services/minio.ts";
import { installMlflow } from "../services/mlflow.ts";
import { installSeaweedfs } from "../services/seaweedfs.ts";
import { ARTIFACT_PLACES, S3_KINDS } from "../services/services_state.ts";

type Terminal = CommandContext["terminal"];

export const servicesCommand = defineCommand({
  name: "services",
  summary: "Start and stop a real MinIO and MLflow on this machine, to try things out",
  words: "start|stop|status|install",
  maxWords: 1,
  examples: [
    "services start --env .env",
    "services start --artifacts s3 --s3 seaweedfs",
    "services status",
    "services stop",
  ],
  options: {
    artifacts: choice(
      ARTIFACT_PLACES,
      "Where MLflow keeps artifacts (disk); direct: its clients write them to S3",
      "disk",
    ),
    s3: choice(S3_KINDS, "Which S3 server (minio)", "minio"),
    env: text("FILE", "Write the settings into FILE, such as .env, not to stdout", undefined),
    delete: flag("With stop: also delete all that the servers keep"),
    json: flag("With status: print one JSON array on stdout"),
    settings: settingsOption,
  },
  async run(flags, [action = ""], { terminal, signal }) {
    const { digitsHome } = await readSettings(flags.settings);
    const folder = join(digitsHome, "services");
    const services = new BackgroundServices(folder);
    const install = { terminal, signal };
    switch (action) {
      case "start":
        await giveSettings(await services.start(flags, install), flags.env, terminal);
        break;
      case "stop": {
        const stopped = await services.stop();
        terminal.say(stopped.length === 0 ? "None was running" : `Stopped ${stopped.join(", ")}`);
        if (flags.delete) await unlessMissing(Deno.remove(folder, { recursive: true }));
        break;
      }
      case "status":
        await showStatus(services, flags.json, terminal);
        break;
      case "install":
        terminal.print(await (flags.s3 === "minio" ? installMinio : installSeaweedfs)(install));
        terminal.print(await installMlflow(install));
        break;
      default:
        throw new UsageError(
          `Say what to do, start, stop, status or install: got "${action}"`,
        );
    }
    return 0;
  },
});

/** On stdout in a form that a shell can `eval`. */
async function giveSettings(
  settings: Readonly<Record<string, string>>,
  file: string | undefined,
  terminal: Terminal,
): Promise<void> {
  terminal.say(`MLflow answers at ${settings["MLFLOW_TRACKING_URI"]}`);
  terminal.say(`S3 answers at ${settings["MINIO_ENDPOINT"]}`);
  if (file === undefined) {
    for (const [name, value] of Object.entries(settings)) terminal.print(`export ${name}=${value}`);
  } else {
    await writeEnvFile(file, settings);
    terminal.say(`The settings for them are in ${file}`);
  }
  terminal.say("deno task services stop ends them; what they keep stays");
}

async function showStatus(
  services: BackgroundServices,
  json: boolean,
  terminal: Terminal,
): Promise<void> {
  const all = await Promise.all(
    (await services.status()).map(async (each) => ({ ...each, answers: await answers(each.url) })),
  );
  if (json) return terminal.print(JSON.stringify(all));
  if (all.length === 0) return terminal.say("None was started yet: deno task services start");
  const rows = all.map(({ name, pid, answers, url, logFile }) => [
    name,
    pid === null ? "stopped" : answers ? "answers" : "does not answer",
    url,
    String(pid ?? ""),
    logFile,
  ]);
  for (const line of tableLines(["server", "state", "url", "pid", "log"], rows)) {
    terminal.print(line);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url, { signal: AbortSignal.timeout(5_000) })).body?.cancel();
    return true;
  } catch {
    return false;
  }
}
