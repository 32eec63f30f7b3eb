/**
 * One table of options checks the flags and prints the help.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { UsageError } from "../../lib/base/errors.ts";

/** A flag of a command: what it takes, what it means, and what it is without being given. */
export interface Option<T> {
  /** What stands behind the flag in the help, such as `N`; empty for a switch. */
  readonly value: string;
  readonly help: string;
  /** Turns the text into a value. @throws {UsageError} */
  readonly parse: (text: string, flag: string) => T;
  readonly fallback: T;
  readonly short?: string;
}

/** Flags by name, without the dashes. */
export type Options = Readonly<Record<string, Option<unknown>>>;

/** What the flags say. */
export type ValuesOf<O extends Options> = {
  readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never;
};

/** A switch: true when given. */
export function flag(help: string, short?: string): Option<boolean> {
  return { value: "", help, parse: () => true, fallback: false, ...(short && { short }) };
}

/** Any text. */
export function text<F extends string | undefined>(
  value: string,
  help: string,
  fallback: F,
): Option<string | F> {
  return {
    value,
    help,
    fallback,
    parse(given, name) {
      if (given.trim() === "") throw new UsageError(`--${name} is empty: give it ${value}`);
      return given;
    },
  };
}

/** One of a few words. */
export function choice<const W extends string, F extends W | undefined>(
  words: readonly W[],
  help: string,
  fallback: F,
): Option<W | F> {
  return {
    value: words.join("|"),
    help,
    fallback,
    parse(given, name) {
      const word = words.find((word) => word === given);
      if (word === undefined) {
        throw new UsageError(`--${name} takes ${listOf(words)}: got "${given}"`);
      }
      return word;
    },
  };
}

/** A whole number from `low` to `high`. */
export function integer<F extends number | undefined>(
  help: string,
  fallback: F,
  { low, high }: { readonly low: number; readonly high: number },
): Option<number | F> {
  return {
    value: "N",
    help,
    fallback,
    parse(given, name) {
      const number = Number(given);
      if (!/^[+-]?\d+$/.test(given.trim()) || number < low || number > high) {
        throw new UsageError(
          `--${name} takes a whole number from ${low} to ${high}: got "${given}"`,
        );
      }
      return number;
    },
  };
}

/** A number from `low` to `high`. */
export function number<F extends number | undefined>(
  help: string,
  fallback: F,
  { low, high }: { readonly low: number; readonly high: number },
): Option<number | F> {
  return {
    value: "X",
    help,
    fallback,
    parse(given, name) {
      const number = given.trim() === "" ? NaN : Number(given);
      if (!(number >= low && number <= high)) {
        throw new UsageError(`--${name} takes a number from ${low} to ${high}: got "${given}"`);
      }
      return number;
    },
  };
}

/** Several values of a flag, with commas between them; `fallback` is what they are without it. */
export function several<T, F>(
  option: Option<T>,
  help: string,
  fallback: F,
): Option<readonly Exclude<T, undefined>[] | F> {
  return {
    value: `${option.value},…`,
    help,
    fallback,
    parse: (given, name) =>
      given.split(",").map((part) => option.parse(part.trim(), name) as Exclude<T, undefined>),
  };
}

/**
 * Reads flags and the words between them.
 *
 * @throws {UsageError} on an unknown flag (naming the nearest known one), a missing or bad value, or too many words.
 */
export function parseOptions<O extends Options>(
  args: readonly string[],
  options: O,
  words: { readonly max: number },
): { readonly values: ValuesOf<O>; readonly words: readonly string[] } {
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(options).map(([name, { value, short }]) => [
        name,
        { type: value === "" ? "boolean" : "string", ...(short && { short }) },
      ]),
    ),
  });
  const values: Record<string, unknown> = Object.fromEntries(
    Object.entries(options).map(([name, { fallback }]) => [name, fallback]),
  );
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!option) throw new UsageError(unknownFlag(token.rawName, Object.keys(options)));
    if (option.value === "" && token.value !== undefined) {
      throw new UsageError(`--${token.name} is a switch and takes no value: got "${token.value}"`);
    }
    if (option.value !== "" && token.value === undefined) {
      throw new UsageError(`--${token.name} needs a value: ${option.value}`);
    }
    values[token.name] = option.parse(token.value ?? "", token.name);
  }
  if (positionals.length > words.max) {
    throw new UsageError(`Cannot make sense of "${positionals[words.max]}": flags begin with --`);
  }
  return { values: values as ValuesOf<O>, words: positionals };
}

/** The flags as lines of help. */
export function helpLines(options: Options): readonly string[] {
  const rows = Object.entries(options).map(([name, { value, help, short }]) => [
    `${short ? `-${short}, ` : ""}--${name}${value === "" ? "" : ` ${value}`}`,
    help,
  ]);
  const width = Math.max(...rows.map(([left]) => left!.length));
  return rows.map(([left, help]) => `  ${left!.padEnd(width)}  ${help}`);
}

function unknownFlag(given: string, known: readonly string[]): string {
  const name = given.replace(/^-+/, "");
  const near = nearestWord(name, known);
  return `There is no flag ${given}` + (near ? `: did you mean --${near}?` : "; --help lists them");
}

/** The known word that is at most two slips away, if there is one. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const near = known
    .map((candidate) => ({ candidate, slips: editDistance(word, candidate) }))
    .sort((a, b) => a.slips - b.slips)[0];
  return near && near.slips <= 2 ? near.candidate : undefined;
}

/** Insertions, deletions and replacements that turn one word into the other (Levenshtein's). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
