import { deepStrictEqual, throws } from "node:assert/strict";
import { UsageError } from "../../lib/base/errors.ts";
import {
  choice,
  flag,
  helpLines,
  integer,
  number,
  parseOptions,
  several,
  text,
} from "../../scripts/cli/options.ts";

const OPTIONS = {
  epochs: integer("Passes", 3, { low: 1, high: 1000 }),
  rate: number("Rate", undefined, { low: 0, high: 1 }),
  optimizer: choice(["adam", "sgd"], "Optimizer", "adam"),
  data: text("NAME", "Data", "auto"),
  json: flag("JSON", "j"),
};
const parse = (...args: string[]) => parseOptions(args, OPTIONS, { max: 1 });

Deno.test("parseOptions() gives the fallbacks where nothing is given", () => {
  deepStrictEqual(parse().values, {
    epochs: 3,
    rate: undefined,
    optimizer: "adam",
    data: "auto",
    json: false,
  });
});

Deno.test("parseOptions() takes values behind a space or an equals sign, and words", () => {
  const { values, words } = parse("--epochs", "5", "--rate=0.5", "a.png", "-j");
  deepStrictEqual([values.epochs, values.rate, values.json, words], [5, 0.5, true, ["a.png"]]);
});

Deno.test("several() takes values with commas between them, and checks each", () => {
  const rates = several(OPTIONS.rate, "Rates", undefined);
  const read = (...args: string[]) => parseOptions(args, { rates }, { max: 0 }).values.rates;
  deepStrictEqual(read(), undefined);
  deepStrictEqual(read("--rates", "0.5, 1e-3"), [0.5, 0.001]);
  throws(
    () => read("--rates", "0.5,"),
    new UsageError('--rates takes a number from 0 to 1: got ""'),
  );
});

for (
  const [args, message] of [
    [["--epochs", "0"], '--epochs takes a whole number from 1 to 1000: got "0"'],
    [["--epochs", "abc"], '--epochs takes a whole number from 1 to 1000: got "abc"'],
    [["--epochs=2.5"], '--epochs takes a whole number from 1 to 1000: got "2.5"'],
    [["--epochs="], '--epochs takes a whole number from 1 to 1000: got ""'],
    [["--epochs"], "--epochs needs a value: N"],
    [["--rate", "2"], '--rate takes a number from 0 to 1: got "2"'],
    [["--rate", "NaN"], '--rate takes a number from 0 to 1: got "NaN"'],
    [["--optimizer", "lion"], '--optimizer takes adam or sgd: got "lion"'],
    [["--epoch", "3"], "There is no flag --epoch: did you mean --epochs?"],
    [["--constructor"], "There is no flag --constructor; --help lists them"],
    [["--json=yes"], '--json is a switch and takes no value: got "yes"'],
    [["--data", " "], "--data is empty: give it NAME"],
    [["a", "b"], 'Cannot make sense of "b": flags begin with --'],
  ] as const
) {
  Deno.test(`parseOptions() refuses ${args.join(" ")} and says why`, () => {
    throws(() => parse(...args), new UsageError(message));
  });
}

Deno.test("helpLines() prints a line for each flag", () => {
  const lines = helpLines(OPTIONS);
  deepStrictEqual(lines.length, 5);
  deepStrictEqual(lines[4]!.trim().split(/ {2,}/), ["-j, --json", "JSON"]);
});
