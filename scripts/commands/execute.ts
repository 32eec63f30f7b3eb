/**
 * `scripts/main.ts execute`: one step inside a pod, as Kubeflow's launcher asks for it.
 *
 * @module
 */
import { messageOf, UsageError } from "../../lib/base/errors.ts";
import { loadBundle } from "../../lib/pipeline/bundle/load_bundle.ts";
import type { Component } from "../../lib/pipeline/component.ts";
import { executeStep } from "../../lib/pipeline/execute/execute_step.ts";
import {
  type ExecutorInput,
  parseExecutorInput,
} from "../../lib/pipeline/execute/executor_input.ts";
import { type CommandContext, defineCommand } from "../cli/command.ts";
import { readSettings, settingsOption } from "../cli/environment.ts";
import { nearestWord, text } from "../cli/options.ts";
import { podVariables } from "../cli/pod_facts.ts";
import { openPodWorkspace } from "../cli/pod_workspace.ts";
import { RunView } from "../cli/run_view.ts";

const STOPPED = 143; // as a process that SIGTERM ended

export const executeCommand = defineCommand({
  name: "execute",
  summary: "Run one step in a pod, as Kubeflow asks",
  words: "[STEP]",
  maxWords: 1,
  examples: ["execute train --executor-input '{{$}}'"],
  options: {
    "executor-input": text("JSON", "What Kubeflow's launcher puts in place of {{$}}", undefined),
    source: text("TEXT", "Module of a component that the image does not have", undefined),
    settings: settingsOption,
  },
  async run(flags, [step], context) {
    const component = await chooseComponent(step, flags.source);
    const given = flags["executor-input"];
    if (given === undefined) throw new UsageError("--executor-input is missing: give it JSON");
    const input = parseExecutorInput(given, component);
    try {
      return await execute(component, input, flags.settings, context);
    } catch (error) {
      if (!context.signal.aborted) throw error;
      context.terminal.say(`Stopped ${component.name} before its end: it wrote nothing`);
      return STOPPED;
    }
  },
});

async function execute(
  component: Component,
  input: ExecutorInput,
  settingsFile: string | undefined,
  { terminal, signal }: CommandContext,
): Promise<number> {
  const { name } = component;
  await using pod = await openPodWorkspace(await readSettings(settingsFile), {
    component: name,
    input,
    variables: podVariables(),
    terminal,
    signal,
  });
  const { host, run, checkpoint } = pod;
  // Nobody draws over the lines of a log.
  const view = new RunView({ ...terminal, live: false, style: (words) => words }, host);
  const startedAt = host.now();
  const report = (state: "succeeded" | "failed", cached: boolean) =>
    view.show({
      type: "step-finished",
      step: name,
      report: { name, state, seconds: (host.now() - startedAt) / 1000, cached },
    });
  view.show({ type: "step-started", step: name });
  try {
    const onEvent = view.show.bind(view);
    const { found } = await executeStep(component, input, {
      host,
      run,
      checkpoint,
      signal,
      onEvent,
    });
    report("succeeded", found);
  } catch (error) {
    report("failed", false);
    await pod.end(signal.aborted ? "stopped" : "failed", messageOf(error));
    throw error;
  }
  await checkpoint.clear();
  await pod.end("succeeded");
  return 0;
}

/** @throws {UsageError} when neither is given, or both, or there is no such step. */
async function chooseComponent(
  step: string | undefined,
  source: string | undefined,
): Promise<Component> {
  if (source !== undefined) {
    if (step === undefined) return await loadBundle(source);
    throw new UsageError(`Cannot execute step "${step}" and --source at once: give one of them`);
  }
  const { digitsComponents } = await import("../../lib/steps/digits_components.ts");
  const found = digitsComponents.find(({ name }) => name === step);
  if (found) return found;
  const names = digitsComponents.map(({ name }) => name);
  const near = step === undefined ? undefined : nearestWord(step, names);
  throw new UsageError(
    (step === undefined ? "No step is named" : `There is no step "${step}"`) +
      (near ? `: did you mean ${near}?` : `: known are ${names.join(", ")}`),
  );
}
