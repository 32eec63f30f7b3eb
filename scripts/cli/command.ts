/**
 * What a subcommand is, and its help.
 *
 * @module
 */
import { flag, helpLines, type Options, parseOptions, type ValuesOf } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** What a command gets to work with. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

/** One subcommand, ready to be called with its arguments. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly help: string;
  /** @returns the exit code. */
  run(args: readonly string[], context: CommandContext): Promise<number>;
}

interface CommandOptions<O extends Options> {
  readonly name: string;
  readonly summary: string;
  /** What stands behind the command's name, such as `PICTURE...`; empty when only flags do. */
  readonly words: string;
  readonly maxWords: number;
  /** Lines as a user would type them behind `deno task`. */
  readonly examples: readonly string[];
  readonly options: O;
  readonly run: (
    values: ValuesOf<O>,
    words: readonly string[],
    context: CommandContext,
  ) => Promise<number>;
}

/** Makes a subcommand out of a table of options and a function. `--help` comes with it. */
export function defineCommand<const O extends Options>(options: CommandOptions<O>): Command {
  const { name, summary, words, maxWords, examples } = options;
  const table = { ...options.options, help: flag("Show this help", "h") };
  const help = [
    summary,
    "",
    `Usage: deno task ${name}${words === "" ? "" : ` ${words}`} [flags]`,
    "",
    "Flags:",
    ...helpLines(table),
    "",
    "Examples:",
    ...examples.map((example) => `  deno task ${example}`),
    "",
  ].join("\n");
  return {
    name,
    summary,
    help,
    async run(args, context) {
      const { values, words } = parseOptions(args, table, { max: maxWords });
      if (values["help"] === true) {
        context.terminal.print(help);
        return 0;
      }
      return await options.run(values as ValuesOf<O>, words, context);
    },
  };
}
