/**
 * Which code is running: results of other code must not be taken from the cache.
 *
 * @module
 */
import { hashHex } from "../../lib/base/bytes.ts";
import project from "../../deno.json" with { type: "json" };

/** The package's version and a digest of its sources and of the libraries they are locked to. */
export async function codeVersion(): Promise<string> {
  const root = new URL("../../", import.meta.url);
  const paths = ["deno.lock", ...await listSources(new URL("lib/", root), "lib/")].sort();
  const digests = await Promise.all(
    paths.map(async (path) => `${path} ${hashHex(await Deno.readFile(new URL(path, root)))}`),
  );
  return `${project.version}+${hashHex(digests.join("\n")).slice(0, 16)}`;
}

async function listSources(folder: URL, prefix: string): Promise<readonly string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const nested = await Promise.all(entries.map(({ name, isDirectory }) => {
    if (isDirectory) return listSources(new URL(`${name}/`, folder), `${prefix}${name}/`);
    return name.endsWith(".ts") ? [`${prefix}${name}`] : [];
  }));
  return nested.flat();
}
