/**
 * Which commit the code is at, read from git's own files: git need not be installed, nor allowed.
 *
 * @module
 */
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The commit that is checked out in `folder`; `undefined` when it is no git work tree. */
export async function gitCommit(folder: URL): Promise<string | undefined> {
  if (folder.protocol !== "file:") return undefined;
  try {
    return await headOf(await gitFolder(join(fileURLToPath(folder), ".git")));
  } catch {
    return undefined; // whatever is wrong with it, a run can be recorded without
  }
}

/** A linked work tree has a file that names its folder. */
async function gitFolder(path: string): Promise<string> {
  if ((await Deno.stat(path)).isDirectory) return path;
  const named = (await readLine(path)).replace(/^gitdir: /, "");
  return isAbsolute(named) ? named : resolve(path, "..", named);
}

async function headOf(folder: string): Promise<string | undefined> {
  const head = await readLine(join(folder, "HEAD"));
  if (!head.startsWith("ref: ")) return commitIn(head);
  const ref = head.slice("ref: ".length);
  // A linked work tree shares its branches with the one it was made from.
  const common = await readLine(join(folder, "commondir")).catch(() => ".");
  const shared = resolve(folder, common);
  const loose = await readLine(join(shared, ref)).catch(() => undefined);
  if (loose !== undefined) return commitIn(loose);
  const packed = await Deno.readTextFile(join(shared, "packed-refs"));
  return commitIn(packed.split("\n").find((line) => line.endsWith(` ${ref}`)) ?? "");
}

async function readLine(path: string): Promise<string> {
  return (await Deno.readTextFile(path)).trim();
}

function commitIn(text: string): string | undefined {
  return text.match(/^[0-9a-f]{40}([0-9a-f]{24})?/)?.[0];
}
