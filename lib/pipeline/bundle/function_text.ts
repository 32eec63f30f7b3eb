/**
 * Functions as members of an object literal. Pure.
 *
 * @module
 */
import { type AnyNode, type Expression, parse, type Program } from "acorn";
import { messageOf } from "../../base/errors.ts";
import { boundParts, freeNames } from "./foreign_parts.ts";

/**
 * A member of an object literal that is this function: `run: ({ x }) => …`, or `run(…) {…}`.
 * @param name the member's
 * @param what begins errors: `Cannot bundle component "double" as its run`
 * @param text what `toString()` gives of the function, however it was written
 * @throws {TypeError} when the text is no function's, or would not do the same elsewhere.
 */
export function functionMember(name: string, what: string, text: string): string {
  const { program, fn, member } = readExpression(name, text) ?? readMethod(name, what, text);
  if (fn.type !== "ArrowFunctionExpression" && fn.type !== "FunctionExpression") {
    throw new TypeError(`${what} is no function: got ${JSON.stringify(text.slice(0, 40))}`);
  }
  const foreign = [...freeNames(program), ...boundParts(fn)];
  if (foreign.length === 0) return member;
  const [is, it] = foreign.length > 1 ? ["are", "them"] : ["is", "it"];
  throw new TypeError(
    `${what} uses ${foreign.slice(0, 5).join(", ")}, which ${is} not part of it, and a pod gets ` +
      `nothing else: pass ${it} as input, define ${it} inside, or import inside with ` +
      'await import("npm:…")',
  );
}

interface ReadFunction {
  readonly program: Program;
  readonly fn: AnyNode;
  readonly member: string;
}

/** A function that is written as one: `undefined` when it is a method. */
function readExpression(name: string, text: string): ReadFunction | undefined {
  try {
    const program = parseModule(`(${text})`);
    return { program, fn: expressionOf(program), member: `${name}: ${text}` };
  } catch {
    return undefined;
  }
}

function readMethod(name: string, what: string, text: string): ReadFunction {
  let program: Program;
  try {
    program = parseModule(`({${text}})`);
  } catch (error) {
    const why = text.includes("[native code]")
      ? "is bound or built in, and has no text that could be sent: write it out"
      : `can't be read as JavaScript: ${messageOf(error)}`;
    throw new TypeError(`${what} ${why}`);
  }
  const object = expressionOf(program);
  const [property] = object.type === "ObjectExpression" ? object.properties : [];
  if (property?.type !== "Property") return { program, fn: object, member: "" };
  const { key, computed, value: fn } = property;
  const isNamedSo = !computed && key.type === "Identifier" && key.name === name;
  // However a method's name is written, it is the only value of its object.
  const member = isNamedSo ? text : `${name}: Object.values({ ${text} })[0]`;
  return { program, fn, member };
}

/** The only one, with nothing around it. */
function expressionOf(program: Program): Expression {
  const [statement] = program.body;
  if (statement?.type === "ExpressionStatement") return statement.expression;
  throw new TypeError("Cannot find an expression");
}

function parseModule(text: string): Program {
  return parse(text, { ecmaVersion: "latest", sourceType: "module", ranges: true });
}
