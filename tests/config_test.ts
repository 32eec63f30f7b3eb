import { deepStrictEqual, throws } from "node:assert/strict";
import { UsageError } from "../lib/base/errors.ts";
import { loadSettings, type SettingSource } from "../lib/config.ts";

const place = (
  name: string,
  values: Record<string, string>,
  exclusive = false,
): SettingSource => ({ name, values, exclusive });

Deno.test("loadSettings() has a default for everything", () => {
  deepStrictEqual(loadSettings([]), { digitsHome: ".digits", mnistMirrors: undefined });
});

Deno.test("loadSettings() lets the first place win, and an empty text is not set", () => {
  const settings = loadSettings([
    place("environment", { DIGITS_HOME: "" }),
    place(".env", { DIGITS_HOME: "one", UNRELATED: "x" }),
    place("digits.json", { DIGITS_HOME: "two", MNIST_MIRRORS: "http://a/, https://b/x/" }, true),
  ]);
  deepStrictEqual(settings, { digitsHome: "one", mnistMirrors: ["http://a/", "https://b/x/"] });
});

Deno.test("loadSettings() names every bad setting, and where it stands, in one error", () => {
  throws(
    () =>
      loadSettings([
        place("environment", { MNIST_MIRRORS: "ftp://a/", DIGITS_HOME: " " }),
        place("digits.json", { DIGITS_HOUSE: "x" }, true),
      ]),
    new UsageError(
      "Cannot use these settings:\n" +
        '  DIGITS_HOME is empty: got " " (environment)\n' +
        '  MNIST_MIRRORS does not start with http:// or https://: got "ftp://a/" (environment)\n' +
        '  "DIGITS_HOUSE" is no setting (digits.json); known are DIGITS_HOME, MNIST_MIRRORS',
    ),
  );
});
