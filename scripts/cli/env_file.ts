/**
 * Settings as lines of a `.env` file.
 *
 * @module
 */
import { diskReason } from "../../lib/base/disk_reason.ts";
import { messageOf, UsageError } from "../../lib/base/errors.ts";
import { unlessMissing } from "../../lib/base/unless_missing.ts";

/** The text with these values in place of its own for the same names; other lines stay. */
export function mergeEnv(text: string, values: Readonly<Record<string, string>>): string {
  const lines = text.split("\n").filter((line) => {
    const name = /^\s*(?:export\s+)?(\w+)\s*=/.exec(line)?.[1];
    return name === undefined || !Object.hasOwn(values, name);
  });
  while (lines.at(-1) === "") lines.pop();
  const own = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return [...lines, ...own, ""].join("\n");
}

/**
 * Puts values into a file that only this user can read then, as there may be keys among them.
 * @throws {UsageError} when the disk refuses.
 */
export async function writeEnvFile(
  path: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  try {
    const before = await unlessMissing(Deno.readTextFile(path)) ?? "";
    await Deno.writeTextFile(path, mergeEnv(before, values), { mode: 0o600 });
  } catch (error) {
    throw new UsageError(`Cannot write "${path}": ${diskReason(error) ?? messageOf(error)}`);
  }
}
