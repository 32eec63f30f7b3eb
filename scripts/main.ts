/**
 * The command line: `deno task pipeline`, `sweep`, `serve`, `predict`, `runs`, `clean`,
 * `services`, `image`, `doctor`, `bench`; and `execute`, which pods call.
 *
 * @module
 */
import { messageOf, UsageError } from "../lib/base/errors.ts";
import type { Command } from "./cli/command.ts";
import { nearestWord } from "./cli/options.ts";
import { interruptSignal } from "./cli/interrupt.ts";
import { processTerminal, type Terminal } from "./cli/terminal.ts";

/** Loaded when called: a prediction should not pay for the benchmark's imports. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  pipeline: async () => (await import("./commands/pipeline.ts")).pipelineCommand,
  sweep: async () => (await import("./commands/sweep.ts")).sweepCommand,
  serve: async () => (await import("./commands/serve.ts")).serveCommand,
  predict: async () => (await import("./commands/predict.ts")).predictCommand,
  runs: async () => (await import("./commands/runs.ts")).runsCommand,
  clean: async () => (await import("./commands/clean.ts")).cleanCommand,
  services: async () => (await import("./commands/services.ts")).servicesCommand,
  execute: async () => (await import("./commands/execute.ts")).executeCommand,
  notebook: async () => (await import("./commands/notebook.ts")).notebookCommand,
  notebooks: async () => (await import("./commands/notebooks.ts")).notebooksCommand,
  image: async () => (await import("./commands/image.ts")).imageCommand,
  doctor: async () => (await import("./commands/doctor.ts")).doctorCommand,
  bench: async () => (await import("./commands/bench.ts")).benchCommand,
};

/** Runs one command line; gives the exit code: 0 done, 1 failed, 2 wrong use, 130 interrupted. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name = "help", ...rest] = args;
  const interrupt = interruptSignal(terminal);
  let printed = false;
  const print = (text: string) => {
    printed = true;
    terminal.print(text);
  };
  // Whoever asked for JSON gets one object, however the command ends.
  const printError = (message: string) => {
    if (rest.includes("--json") && !printed) terminal.print(JSON.stringify({ error: message }));
  };
  try {
    if (["help", "--help", "-h"].includes(name)) {
      terminal.print(await overview());
      return 0;
    }
    const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!load) throw new UsageError(unknownCommand(name));
    const command = await load();
    return await command.run(rest, { terminal: { ...terminal, print }, signal: interrupt.signal });
  } catch (error) {
    if (interrupt.signal.aborted) {
      printError("Interrupted");
      terminal.say("Stopped");
      return 130;
    }
    printError(messageOf(error));
    terminal.say(`${terminal.style("error", "red")}: ${messageOf(error)}`);
    if (Deno.env.get("DIGITS_DEBUG")) terminal.say(Deno.inspect(error));
    return error instanceof UsageError ? 2 : 1;
  } finally {
    interrupt[Symbol.dispose]();
  }
}

async function overview(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  return [
    "Digits Recognizer: acquire, preprocess, train, evaluate and serve a digit classifier.",
    "",
    "Usage: deno task COMMAND [flags]",
    "",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`),
    "",
    "deno task COMMAND --help tells more.",
  ].join("\n");
}

function unknownCommand(name: string): string {
  const known = Object.keys(COMMANDS);
  const near = nearestWord(name, known);
  return `There is no command "${name}": ` +
    (near ? `did you mean ${near}?` : `known are ${known.join(", ")}`);
}

if (import.meta.main) {
  Deno.exit(await main(Deno.args, processTerminal()));
}
