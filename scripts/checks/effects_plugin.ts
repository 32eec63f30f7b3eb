/**
 * A lint plugin for `deno.json`: effects live at the edges. Everywhere else the
 * disk, the network, clocks, threads and chance come in as arguments.
 *
 * @module
 */
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isGlobal, memberName, type Node, useOf } from "./references.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/** The files that may have effects: paths from the project's folder. */
const EDGES = [
  /^(scripts|tests|notebooks)\//,
  /^lib\/(store|track|deploy)\//,
  /^lib\/base\/(http|host|[a-z]+_host)\.ts$/,
  /^lib\/serve\/listen(_grpc)?\.ts$/,
  /^lib\/serve\/page\/browser\/main\.ts$/, // runs in the browser
  /^lib\/show\/kernel\.ts$/, // Deno's Jupyter kernel
  /^lib\/.*_worker\.ts$/,
];

const GLOBAL_OBJECT = new Set(["globalThis", "self", "window"]);

/** Globals that are effects, whatever is done with them. */
const EFFECTS = new Set([
  "alert",
  "BroadcastChannel",
  "caches",
  "confirm",
  "Deno",
  "EventSource",
  "fetch",
  "localStorage",
  "navigator",
  "performance",
  "process",
  "prompt",
  "sessionStorage",
  "setImmediate",
  "setInterval",
  "setTimeout",
  "WebSocket",
  "WebSocketStream",
  "Worker",
]);

/** Globals of which these members are effects. Passing on the whole is one too. */
const PARTLY_EFFECTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["AbortSignal", ["timeout"]],
  ["crypto", ["getRandomValues", "randomUUID"]],
  ["Date", ["now"]],
  ["Math", ["random"]],
  ["Temporal", ["Now"]],
]);

/** Modules of Node that only compute. All others are effects. */
const PURE_MODULES = new Set([
  "node:assert",
  "node:assert/strict",
  "node:buffer",
  "node:events",
  "node:path",
  "node:path/posix",
  "node:querystring",
  "node:stream",
  "node:stream/consumers",
  "node:stream/promises",
  "node:stream/web",
  "node:string_decoder",
  "node:url",
  "node:util",
  "node:util/types",
  "node:zlib",
]);

/** Modules of which only these names may be imported: of `node:crypto` all else may draw random numbers. */
const PARTLY_PURE_MODULES: ReadonlyMap<string, readonly string[]> = new Map([
  ["node:crypto", ["createHash", "createHmac", "hash", "timingSafeEqual"]],
  ["node:module", ["stripTypeScriptTypes"]],
]);

const plugin: Deno.lint.Plugin = {
  name: "rooms",
  rules: {
    "effects-at-the-edges": {
      create(context) {
        if (isEdge(context.filename)) return {};
        const report = (node: Deno.lint.Node, name: string): void =>
          context.report({
            node,
            message: `Cannot use ${name} here: effects live at the edges`,
            hint: "Take it as an argument (a Host has the usual ones), or move this to an edge, " +
              "such as lib/store",
          });
        const checkModule = (node: ModuleUse): void => {
          const name = impureImport(node);
          if (name) report(node, name);
        };
        return {
          Identifier(node) {
            const name = effectOf(node);
            if (name) report(node, name);
          },
          ImportDeclaration: checkModule,
          ExportNamedDeclaration: checkModule,
          ExportAllDeclaration: checkModule,
          ImportExpression: checkModule,
        };
      },
    },
  },
};
export default plugin;

type ModuleUse =
  | Deno.lint.ImportDeclaration
  | Deno.lint.ExportNamedDeclaration
  | Deno.lint.ExportAllDeclaration
  | Deno.lint.ImportExpression;

function isEdge(filename: string): boolean {
  const path = relative(PROJECT, resolve(PROJECT, filename)).replaceAll("\\", "/");
  return EDGES.some((edge) => edge.test(path));
}

/** What effect this name has where it stands, such as `Date.now`. */
function effectOf(node: Deno.lint.Identifier): string | undefined {
  const matters = [GLOBAL_OBJECT, EFFECTS, PARTLY_EFFECTS].some((names) => names.has(node.name));
  if (!matters || !isGlobal(node)) return undefined;

  let { value, use } = useOf(node);
  let name = node.name;
  while (GLOBAL_OBJECT.has(name)) {
    const member = isMemberOf(use, value) ? memberName(use) : undefined;
    if (member === undefined) return name;
    name = member;
    ({ value, use } = useOf(use!));
  }
  if (EFFECTS.has(name)) return name;
  const members = PARTLY_EFFECTS.get(name);
  if (!members) return undefined;
  if (isMemberOf(use, value)) {
    const member = memberName(use);
    return member === undefined || members.includes(member)
      ? `${name}.${member ?? "…"}`
      : undefined;
  }
  return isPureUse(use, value, name) ? undefined : name;
}

function isMemberOf(use: Node | undefined, value: Node): use is Deno.lint.MemberExpression {
  return use?.type === "MemberExpression" && use.object === value;
}

/** `instanceof` only asks, and a date made of something does not read the clock. */
function isPureUse(use: Node | undefined, value: Node, name: string): boolean {
  if (use?.type === "BinaryExpression") return use.operator === "instanceof" && use.right === value;
  return name === "Date" && use?.type === "NewExpression" && use.callee === value &&
    use.arguments.length > 0;
}

/** What effect this takes from a module, such as `node:fs`. */
function impureImport(node: ModuleUse): string | undefined {
  const { source } = node;
  if (source?.type !== "Literal" || typeof source.value !== "string") return undefined;
  const module = source.value;
  if (!module.startsWith("node:") || isTypeOnly(node)) return undefined;
  if (PURE_MODULES.has(module)) return undefined;
  const pure = PARTLY_PURE_MODULES.get(module);
  if (!pure || node.type !== "ImportDeclaration") return module;
  const impure = node.specifiers.find((specifier) =>
    specifier.type !== "ImportSpecifier" || specifier.imported.type !== "Identifier" ||
    !pure.includes(specifier.imported.name)
  );
  return impure && `${impure.local.name} of ${module}`;
}

function isTypeOnly(node: ModuleUse): boolean {
  switch (node.type) {
    case "ImportDeclaration":
      return node.importKind === "type";
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
      return node.exportKind === "type";
    default:
      return false;
  }
}
