/**
 * The import-order check of `deno task ok`: fails when a room imports one that
 * it must not know, or files import each other in a circle.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { type Import, readImports } from "./module_graph.ts";

/** Every room, in order, and the rooms it may import beside itself. */
const ROOMS = new Map<string, readonly string[] | "all above">([
  ["base", []],
  ["pipeline", ["base"]],
  ["store", ["base", "pipeline"]],
  ["track", ["base", "pipeline"]],
  ["digits", ["base"]],
  ["model", ["base", "digits"]],
  ["draw", ["base", "digits", "model"]],
  ["serve", ["base", "digits", "model"]],
  ["deploy", ["base", "pipeline", "serve"]],
  ["steps", "all above"],
  ["show", "all above"],
]);

/** Files that count as part of a room although they are not in its folder. */
const ALSO_IN_ROOM: ReadonlyMap<string, string> = new Map([["lib/config.ts", "base"]]);

/** What is wrong with these imports, one line each, sorted. Nothing wrong is no line. */
export function checkImports(imports: readonly Import[]): readonly string[] {
  const files = new Set(imports.flatMap(({ from, to }) => [from, to]));
  const problems = [
    ...[...files].flatMap(checkPlace),
    ...imports.flatMap(checkOrder),
    ...findCycles(imports),
  ];
  return [...new Set(problems)].sort();
}

function checkPlace(file: string): readonly string[] {
  if (!file.startsWith("lib/") || roomOf(file) !== undefined) return [];
  return [`${file} is in no room: the rooms of lib are ${[...ROOMS.keys()].join(", ")}`];
}

function checkOrder({ from, line, to }: Import): readonly string[] {
  const complaint = `${from}:${line} imports ${to}`;
  if (from === "mod.ts" && !to.startsWith("lib/")) {
    return [`${complaint}: mod.ts may import only lib`];
  }
  const room = roomOf(from);
  const target = roomOf(to);
  if (room === undefined || room === target) return [];
  const allowed = roomsFor(room);
  if (target !== undefined && allowed.includes(target)) return [];
  const may = allowed.length ? `only ${allowed.join(", ")}` : "no other room";
  return [`${complaint}: ${room} may import ${may}`];
}

function roomsFor(room: string): readonly string[] {
  const allowed = ROOMS.get(room)!;
  const names = [...ROOMS.keys()];
  return allowed === "all above" ? names.slice(0, names.indexOf(room)) : allowed;
}

function roomOf(path: string): string | undefined {
  const room = ALSO_IN_ROOM.get(path) ?? /^lib\/([^/]+)\//.exec(path)?.[1];
  return room !== undefined && ROOMS.has(room) ? room : undefined;
}

/** Every way round that a walk through the imports comes upon. */
function findCycles(imports: readonly Import[]): readonly string[] {
  const targets = new Map<string, Set<string>>();
  for (const { from, to, kind } of imports) {
    if (kind === "import") targets.set(from, (targets.get(from) ?? new Set()).add(to));
  }
  const cycles: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  function walk(file: string): void {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push(`${[...path.slice(start), file].join(" → ")}: a circle of imports`);
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    targets.get(file)?.forEach(walk);
    path.pop();
    done.add(file);
  }
  for (const file of [...targets.keys()].sort()) walk(file);
  return cycles;
}

if (import.meta.main) {
  const project = fileURLToPath(new URL("../../", import.meta.url));
  const problems = checkImports(await readImports(project));
  for (const problem of problems) console.error(problem);
  if (problems.length) Deno.exit(1);
}
