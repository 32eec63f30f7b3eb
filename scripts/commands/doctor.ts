/**
 * `deno task doctor`: shows what is set, and tries it.
 *
 * @module
 */
import { join } from "node:path";
import { messageOf, UsageError } from "../../lib/base/errors.ts";
import { localHost } from "../../lib/base/local_host.ts";
import {
  describeSettings,
  loadSettings,
  type Settings,
  type SettingSource,
} from "../../lib/config.ts";
import { s3Transfer } from "../../lib/store/s3_transfer.ts";
import { defineCommand } from "../cli/command.ts";
import { readSources, settingsOption } from "../cli/environment.ts";
import { flag } from "../cli/options.ts";
import { s3Options } from "../cli/s3_options.ts";
import type { Terminal } from "../cli/terminal.ts";
import { examine, type Finding } from "../doctor/examine.ts";
import { kubernetesTopic } from "../doctor/kubernetes.ts";
import { findingLines, type Paint, settingLines, verdictLine } from "../doctor/lines.ts";
import { kubeflowTopic } from "../doctor/kubeflow.ts";
import { machineTopic } from "../doctor/machine.ts";
import { MlflowExamination } from "../doctor/mlflow.ts";
import { S3Examination } from "../doctor/s3.ts";

export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "Show every setting, and try everything that is set",
  words: "",
  maxWords: 0,
  examples: ["doctor", "doctor --json"],
  options: {
    json: flag("Print one JSON object on stdout"),
    settings: settingsOption,
  },
  async run(flags, _words, { terminal, signal }) {
    const sources = await readSources(flags.settings);
    const shown = describeSettings(sources);
    const { settings, problem } = load(sources);
    const print = flags.json ? () => {} : terminal.print;
    const paint: Paint = (text, style) =>
      Deno.stdout.isTerminal() ? terminal.style(text, style) : text;

    for (const line of settingLines(shown, paint)) print(line);
    if (problem !== null) print(`\n${paint(problem, "red")}`);
    const findings: Finding[] = [];
    for await (const finding of examineAll(settings, terminal, signal)) {
      if (finding.topic !== findings.at(-1)?.topic) print(`\n${paint(finding.topic, "bold")}`);
      for (const line of findingLines(finding, paint)) print(line);
      findings.push(finding);
    }
    const ok = problem === null && findings.every(({ verdict }) => verdict !== "failed");
    if (flags.json) terminal.print(JSON.stringify({ ok, problem, settings: shown, findings }));
    else print(`\n${problem === null ? verdictLine(findings, paint) : paint(BAD, "red")}`);
    return ok ? 0 : 1;
  },
});

const BAD = "No server was tried: the settings above must be mended first";

/** The settings; where they can't be used, what is known in spite of it, and why. */
function load(sources: readonly SettingSource[]): {
  readonly settings: Settings;
  readonly problem: string | null;
} {
  try {
    return { settings: loadSettings(sources), problem: null };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { settings: loadSettings([]), problem: messageOf(error) };
  }
}

async function* examineAll(
  settings: Settings,
  terminal: Terminal,
  signal: AbortSignal,
): AsyncGenerator<Finding, void> {
  const { digitsHome, s3, mlflow, kubeflow, namespace } = settings;
  const host = localHost({ cacheFolder: join(digitsHome, "downloads") });
  await using stack = new AsyncDisposableStack();
  const topics = [machineTopic(digitsHome, host)];
  if (s3) topics.push(stack.use(new S3Examination(s3, { host, signal })).topic);
  if (mlflow) {
    const transfer = s3 && s3Transfer({ ...s3Options(s3, host), patienceMs: 0 });
    topics.push(stack.use(new MlflowExamination(mlflow, { host, signal, transfer })).topic);
  }
  if (kubeflow) topics.push(await kubeflowTopic(settings, { host, signal }));
  if (kubeflow || namespace !== undefined) {
    topics.push(await kubernetesTopic({ host, signal, namespace }));
  }
  const clock = () => performance.now();
  const onStart = (what: string) => terminal.draw(`  … ${what}`);
  for await (const finding of examine(topics, { clock, signal, onStart })) {
    terminal.draw("");
    yield finding;
  }
}
