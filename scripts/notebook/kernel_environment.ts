/**
 * What a kernel is started with.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { SETTINGS } from "../../lib/config.ts";
import { readSources } from "../cli/environment.ts";

/** The folder of this project. */
export const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * The settings as this project's commands find them, wherever the notebook lies: environment, then
 * `.env`, then `digits.json` of the project's folder. What is kept is kept where commands keep it.
 * @throws {UsageError} when a file of them can't be read.
 */
export async function kernelEnvironment(): Promise<Readonly<Record<string, string>>> {
  Deno.chdir(PROJECT);
  const sources = await readSources();
  const found = Object.keys(SETTINGS).flatMap((name) => {
    const source = sources.find(({ values }) => values[name]);
    return source ? [[name, source.values[name]!]] : [];
  });
  const settings: Record<string, string> = Object.fromEntries(found);
  return {
    ...settings,
    DIGITS_HOME: resolve(PROJECT, settings["DIGITS_HOME"] ?? SETTINGS.DIGITS_HOME.fallback),
    DENO_V8_FLAGS: "--expose-gc", // See prepare_kernel.ts.
    NO_COLOR: "1", // Errors would have escape codes in saved notebooks.
  };
}

/**
 * The folder whose deno.json says what names in imports mean: the notebook's own where there is one
 * in it or above, else this project's.
 */
export async function importsFolder(folder: string): Promise<string> {
  for (let here = folder;; here = dirname(here)) {
    for (const name of ["deno.json", "deno.jsonc"]) {
      const info = await Deno.stat(join(here, name)).catch(() => undefined);
      if (info?.isFile) return folder;
    }
    if (here === dirname(here)) return PROJECT;
  }
}
