/**
 * Tells names that stand for globals from all other uses of a name. The linter
 * gives a syntax tree and no scopes, so this looks for declarations itself.
 *
 * @module
 */

/** Any node of a syntax tree. */
export type Node = Deno.lint.Node | Deno.lint.TSParameterProperty;

/** What may stand between a value and its use without changing it. */
const WRAPPERS = new Set<string>([
  "ChainExpression",
  "TSAsExpression",
  "TSInstantiationExpression",
  "TSNonNullExpression",
  "TSSatisfiesExpression",
  "TSTypeAssertion",
]);

/** Whether this name is read as a value, and no declaration around it gives it a meaning of its own. */
export function isGlobal(node: Deno.lint.Identifier): boolean {
  if (!isValue(node)) return false;
  for (let scope = parentOf(node); scope; scope = parentOf(scope)) {
    if (declaredNames(scope).includes(node.name)) return false;
  }
  return true;
}

/** A value, past type assertions and `!`, and the node that does something with it. */
export function useOf(node: Node): { readonly value: Node; readonly use: Node | undefined } {
  let value = node;
  let use = parentOf(node);
  while (use && WRAPPERS.has(use.type)) {
    value = use;
    use = parentOf(use);
  }
  return { value, use };
}

/** The name after the dot, or in brackets when it is text; `undefined` when it is computed. */
export function memberName({ property, computed }: Deno.lint.MemberExpression): string | undefined {
  if (!computed && property.type === "Identifier") return property.name;
  return property.type === "Literal" ? String(property.value) : undefined;
}

function parentOf(node: Node): Node | undefined {
  return "parent" in node ? node.parent : undefined;
}

/** Whether the name is a value, and not a key, a member, a label, or part of a type or an import. */
function isValue(node: Deno.lint.Identifier): boolean {
  const { parent } = node;
  switch (parent.type) {
    case "MemberExpression":
      return parent.object === node || parent.computed;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return parent.value === node || parent.computed;
    case "ImportSpecifier":
    case "ExportSpecifier":
    case "ImportAttribute":
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
    case "MetaProperty":
      return false;
    default:
      return !parent.type.startsWith("TS") || WRAPPERS.has(parent.type);
  }
}

/** The names that a node declares for what is inside it. */
function declaredNames(scope: Node): readonly string[] {
  switch (scope.type) {
    case "Program":
    case "BlockStatement":
    case "StaticBlock":
    case "TSModuleBlock":
      return scope.body.flatMap(statementNames);
    case "SwitchStatement":
      return scope.cases.flatMap((branch) => branch.consequent.flatMap(statementNames));
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return [...boundNames(scope.id), ...scope.params.flatMap(boundNames)];
    case "ClassDeclaration":
    case "ClassExpression":
      return boundNames(scope.id);
    case "CatchClause":
      return boundNames(scope.param);
    case "ForStatement":
      return boundNames(scope.init);
    case "ForInStatement":
    case "ForOfStatement":
      return boundNames(scope.left);
    default:
      return [];
  }
}

function statementNames(statement: Node): readonly string[] {
  switch (statement.type) {
    case "ImportDeclaration":
      return statement.specifiers.map((specifier) => specifier.local.name);
    case "ExportNamedDeclaration":
    case "ExportDefaultDeclaration":
      return statement.declaration ? statementNames(statement.declaration) : [];
    case "FunctionDeclaration":
    case "ClassDeclaration":
    case "TSEnumDeclaration":
    case "TSModuleDeclaration":
      return boundNames(statement.id);
    default:
      return boundNames(statement);
  }
}

/** The names in a pattern or a declaration of variables. */
function boundNames(pattern: Node | null | undefined): readonly string[] {
  switch (pattern?.type) {
    case "Identifier":
      return [pattern.name];
    case "VariableDeclaration":
      return pattern.declarations.flatMap(({ id }) => boundNames(id));
    case "ObjectPattern":
      return pattern.properties.flatMap(boundNames);
    case "Property":
      return boundNames(pattern.value);
    case "ArrayPattern":
      return pattern.elements.flatMap(boundNames);
    case "AssignmentPattern":
      return boundNames(pattern.left);
    case "RestElement":
      return boundNames(pattern.argument);
    case "TSParameterProperty":
      return boundNames(pattern.parameter);
    default:
      return [];
  }
}
