/**
 * Settings: where things are, as texts from the environment, `.env` or a
 * settings file. What a run *does* is given by parameters, not here.
 *
 * @module
 */
import * as v from "valibot";
import { UsageError } from "./base/errors.ts";

/** Everything that can be set, checked. */
export interface Settings {
  /** Where runs, artifacts, models and downloads live. */
  readonly digitsHome: string;
  /** Base URLs that MNIST is fetched from, tried in turn; undefined means the published mirrors. */
  readonly mnistMirrors: readonly string[] | undefined;
}

/** One place that settings come from. */
export interface SettingSource {
  /** For people: `environment`, `.env`, or a file's name. */
  readonly name: string;
  /** Texts by the name of the setting. */
  readonly values: Readonly<Record<string, string | undefined>>;
  /** Whether the place holds nothing but settings, so that an unknown name in it is a slip. */
  readonly exclusive: boolean;
}

const httpUrl = v.pipe(
  v.string(),
  v.url("is not a URL"),
  v.regex(/^https?:\/\//i, "does not start with http:// or https://"),
);

const urlList = v.pipe(
  v.string(),
  v.transform((text) => text.split(/[\s,]+/).filter((part) => part !== "")),
  v.minLength(1, "names no URL"),
  v.array(httpUrl),
);

const folder = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, "is empty"),
  v.check((text) => !text.includes("\0"), "holds a NUL character"),
);

/** The one table of settings: names, meanings, checks. */
export const SETTINGS = {
  DIGITS_HOME: {
    description: "Folder for runs, artifacts, models and downloads (default .digits)",
    schema: folder,
  },
  MNIST_MIRRORS: {
    description: "Base URLs to fetch MNIST from, separated by commas",
    schema: urlList,
  },
} as const;

/** A setting's name. */
export type SettingName = keyof typeof SETTINGS;

/**
 * Reads settings from several places; the first place that has one wins, and an
 * empty text counts as not set.
 *
 * @throws {UsageError} one error that names every bad setting and where it stands.
 */
export function loadSettings(sources: readonly SettingSource[]): Settings {
  const problems: string[] = [];
  function read<T>(name: SettingName, schema: v.GenericSchema<unknown, T>): T | undefined {
    const source = sources.find(({ values }) => (values[name] ?? "") !== "");
    if (!source) return undefined;
    const text = source.values[name]!;
    const result = v.safeParse(schema, text);
    if (result.success) return result.output;
    problems.push(`${name} ${result.issues[0].message}: got "${text}" (${source.name})`);
    return undefined;
  }

  const settings = {
    digitsHome: read("DIGITS_HOME", SETTINGS.DIGITS_HOME.schema) ?? ".digits",
    mnistMirrors: read("MNIST_MIRRORS", SETTINGS.MNIST_MIRRORS.schema),
  };
  for (const { name, values } of sources.filter(({ exclusive }) => exclusive)) {
    for (const key of Object.keys(values).filter((key) => !(key in SETTINGS))) {
      problems.push(
        `"${key}" is no setting (${name}); known are ${Object.keys(SETTINGS).join(", ")}`,
      );
    }
  }
  if (problems.length > 0) {
    throw new UsageError(`Cannot use these settings:\n  ${problems.join("\n  ")}`);
  }
  return settings;
}
