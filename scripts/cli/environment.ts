/**
 * Settings as this process finds them: environment, then `.env`, then a settings file.
 *
 * @module
 */
import { parseEnv } from "node:util";
import * as v from "valibot";
import { diskReason } from "../../lib/base/disk_reason.ts";
import { messageOf, UsageError } from "../../lib/base/errors.ts";
import { loadSettings, SETTINGS, type Settings, type SettingSource } from "../../lib/config.ts";
import { text } from "./options.ts";

const textsInJson = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string()));

/** `--settings`, which every command has. */
export const settingsOption = text(
  "FILE",
  "Settings file (digits.json where there is one)",
  undefined,
);

/** Reads and checks all settings; `file` is what `--settings` named. @throws {UsageError} */
export async function readSettings(file?: string): Promise<Settings> {
  return loadSettings(await readSources(file));
}

/** The places that settings come from, the first one winning. @throws {UsageError} */
export async function readSources(file?: string): Promise<readonly SettingSource[]> {
  const environment = Object.fromEntries(
    Object.keys(SETTINGS).map((name) => [name, Deno.env.get(name)]),
  );
  const dotEnv = parseEnv(await readText(".env") ?? "");
  return [
    { name: "environment", values: environment, exclusive: false },
    { name: ".env", values: { ...dotEnv }, exclusive: false },
    ...await settingsFile(file),
  ];
}

async function settingsFile(named: string | undefined): Promise<readonly SettingSource[]> {
  const path = named ?? "digits.json";
  const content = await readText(path);
  if (content === undefined) {
    if (named === undefined) return [];
    throw new UsageError(`Cannot read the settings file "${named}": there is no such file`);
  }
  return [{ name: path, values: parseSettings(content, path), exclusive: true }];
}

function parseSettings(content: string, path: string): Record<string, string> {
  const result = v.safeParse(textsInJson, content);
  if (result.success) return result.output;
  const { message, path: at } = result.issues[0];
  const where = at ? ` at "${v.getDotPath(result.issues[0])}"` : "";
  throw new UsageError(
    `Cannot read the settings file "${path}" as it should be a JSON object of texts${where}: ${message}`,
  );
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new UsageError(`Cannot read "${path}": ${diskReason(error) ?? messageOf(error)}`);
  }
}
