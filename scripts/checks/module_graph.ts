/**
 * Who imports whom in this project, as Deno itself resolves it.
 *
 * @module
 */
import { relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** One file of the project that names another. Paths are from the project's folder, with `/`. */
export interface Import {
  readonly from: string;
  /** 1 for the first. */
  readonly line: number;
  readonly to: string;
  /** `url` is `new URL("./x_worker.ts", import.meta.url)`: another program, and so no part of a cycle. */
  readonly kind: "import" | "url";
}

/** The part of `deno info --json` that is read here. */
interface Info {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly code?: Resolved;
      readonly type?: Resolved;
    }[];
  }[];
}

interface Resolved {
  /** Missing when it can't be resolved, which is the type checker's to say. */
  readonly specifier?: string;
  readonly span: { readonly start: { readonly line: number } };
}

/**
 * All imports between the project's files that `mod.ts`, `scripts/main.ts` or a
 * file under `lib` leads to: of values and of types, dynamic ones too.
 * @param project the project's folder.
 */
export async function readImports(project: string): Promise<readonly Import[]> {
  const roots = ["scripts/main.ts", "mod.ts", ...await listFiles(project, "lib")];
  const byFile = new Map<string, readonly Import[]>();
  for (const root of roots) {
    if (byFile.has(root) || !await exists(`${project}/${root}`)) continue;
    for (const { specifier, dependencies = [] } of (await readInfo(project, root)).modules) {
      const from = pathIn(project, specifier);
      if (from === undefined || byFile.has(from)) continue;
      const imports = dependencies.flatMap(({ code, type }) =>
        [code, type].flatMap((resolved): readonly Import[] => {
          const to = resolved?.specifier && pathIn(project, resolved.specifier);
          return to ? [{ from, line: resolved.span.start.line + 1, to, kind: "import" }] : [];
        })
      );
      byFile.set(from, [...imports, ...await readUrls(project, from)]);
    }
  }
  return [...byFile.values()].flat();
}

async function readInfo(project: string, root: string): Promise<Info> {
  const { success, stdout, stderr } = await new Deno.Command("deno", {
    args: ["info", "--json", root],
    cwd: project,
  }).output();
  if (!success) {
    throw new Error(`Cannot read the imports of ${root}: ${new TextDecoder().decode(stderr)}`);
  }
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Modules that a file names by URL, as worker entries are. */
async function readUrls(project: string, from: string): Promise<readonly Import[]> {
  const source = await Deno.readTextFile(`${project}/${from}`).catch(() => "");
  return [...source.matchAll(/new URL\(\s*"(\.[^"]+\.ts)",\s*import\.meta\.url/g)].flatMap(
    (match): readonly Import[] => {
      const line = source.slice(0, match.index).split("\n").length;
      const url = new URL(match[1]!, pathToFileURL(`${project}/${from}`));
      const to = pathIn(project, url.href);
      return to ? [{ from, line, to, kind: "url" }] : [];
    },
  );
}

async function listFiles(project: string, folder: string): Promise<readonly string[]> {
  if (!await exists(`${project}/${folder}`)) return [];
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${project}/${folder}`)) {
    const path = `${folder}/${name}`;
    if (isDirectory) files.push(...await listFiles(project, path));
    else if (path.endsWith(".ts")) files.push(path);
  }
  return files.sort();
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The path within the project; `undefined` for what is elsewhere, such as `npm:hono`. */
function pathIn(project: string, specifier: string): string | undefined {
  if (!specifier.startsWith("file:")) return undefined;
  const path = relative(project, fileURLToPath(specifier)).replaceAll("\\", "/");
  return path.startsWith("..") ? undefined : path;
}
