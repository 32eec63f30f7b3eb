/**
 * Modules that were edited while a kernel runs, which keeps those that it has.
 *
 * @module
 */
import { join } from "node:path";

/** Looks after the modules of a folder. */
export class EditedModules {
  readonly #folder: string;
  readonly #since: number;
  /** The edits that were told of. */
  readonly #told = new Map<string, number>();

  /** @param since milliseconds since 1970: edits before do not count. */
  constructor(folder: string, since: number) {
    this.#folder = folder;
    this.#since = since;
  }

  /** What a reader should know of edits since the last call; undefined when there is nothing. */
  async notice(): Promise<string | undefined> {
    const edited: string[] = [];
    for await (const { path, editedAt } of modulesIn(this.#folder)) {
      if (editedAt <= (this.#told.get(path) ?? this.#since)) continue;
      this.#told.set(path, editedAt);
      edited.push(path);
    }
    const [first, ...others] = edited;
    if (first === undefined) return undefined;
    const what = others.length > 0 ? `${first} and ${others.length} more` : first;
    const were = others.length > 0 ? "were" : "was";
    return `${what} ${were} edited while this kernel runs: what it has imported stays as it was ` +
      "until you restart the kernel";
  }
}

/** `mod.ts` and all that is in `lib`. */
async function* modulesIn(
  folder: string,
): AsyncGenerator<{ readonly path: string; readonly editedAt: number }> {
  for (const path of ["mod.ts", ...await listModules(folder, "lib")]) {
    const info = await Deno.stat(join(folder, path)).catch(() => undefined); // It has gone.
    if (info) yield { path, editedAt: info.mtime?.getTime() ?? 0 };
  }
}

async function listModules(folder: string, below: string): Promise<readonly string[]> {
  const paths: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(join(folder, below))) {
      const path = `${below}/${name}`;
      if (isDirectory) paths.push(...await listModules(folder, path));
      else if (name.endsWith(".ts")) paths.push(path);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return paths.sort();
}
