/**
 * What a function uses that does not come along with its text. Pure.
 *
 * @module
 */
import type { AnyNode, Program } from "acorn";
import { analyze } from "eslint-scope";
import globals from "globals";

/**
 * Globals that nobody means: who uses one has a variable of that name around the function. And
 * `eval`, as nobody can tell what its text uses.
 */
const UNLIKELY = new Set(["closed", "eval", "getParent", "name", "nodeBootstrap"]);

/** What JavaScript, the web and Deno have everywhere. */
const EVERYWHERE: ReadonlySet<string> = new Set(
  [...Object.keys(globals.builtin), ...Object.keys(globals.denoBuiltin)]
    .filter((name) => !UNLIKELY.has(name)),
);

/** Names that nothing in the program declares, and that are not everywhere. */
export function freeNames(program: Program): readonly string[] {
  // Its types are ESTree's, and acorn's say the same in other words.
  const scopes = analyze(program as never, {
    ecmaVersion: 2026,
    ignoreEval: true,
    sourceType: "module",
  });
  const names = (scopes.globalScope?.through ?? [])
    .map(({ identifier }) => identifier.name)
    .filter((name) => !EVERYWHERE.has(name));
  return [...new Set(names)];
}

/** What has a `this` of its own. */
const OWNERS: ReadonlySet<string> = new Set([
  "FunctionExpression",
  "FunctionDeclaration",
  "ClassExpression",
  "ClassDeclaration",
]);

/**
 * What a function has from the place where it stands: its `this` and `super`, `import.meta`,
 * and imports by relative paths, as they are written.
 */
export function boundParts(fn: AnyNode): readonly string[] {
  const found = new Set<string>();
  const visit = (node: AnyNode, ownsThis: boolean): void => {
    if (node.type === "ThisExpression" && !ownsThis) found.add("this");
    if (node.type === "Super" && !ownsThis) found.add("super");
    if (node.type === "MetaProperty" && node.meta.name === "import") found.add("import.meta");
    const path = node.type === "ImportExpression" ? textOf(node.source) : "";
    if (/^(\.{0,2}\/|file:)/.test(path)) found.add(`import("${path}")`);
    for (const child of childrenOf(node)) visit(child, ownsThis || OWNERS.has(node.type));
  };
  for (const child of childrenOf(fn)) visit(child, false);
  return [...found];
}

/** A text as it is written, up to where something is put into it; empty for all else. */
function textOf(node: AnyNode): string {
  if (node.type === "TemplateLiteral") return node.quasis[0]?.value.cooked ?? "";
  return node.type === "Literal" && typeof node.value === "string" ? node.value : "";
}

function childrenOf(node: AnyNode): readonly AnyNode[] {
  return Object.values(node).flat().filter(isNode);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value &&
    typeof value.type === "string";
}
