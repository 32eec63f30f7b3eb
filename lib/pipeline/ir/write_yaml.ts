/**
 * Writes YAML that every reader takes for the same JSON, be it of YAML 1.1 (Python's, Go's) or 1.2.
 *
 * @module
 */
import type { JsonValue } from "../port.ts";

// Nobody takes these for anything but text; all other texts are quoted as in JSON.
const plain = /^[A-Za-z_/](?:[\w ,.;()'/=-]*[\w,.;()'/=-])?$/;
const reserved = /^(?:true|false|yes|no|on|off|y|n|null|e[-+]?[\d_]+)$/i;
// JSON has them bare, but YAML has not, or takes them for a line's end.
const unprintable = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** One YAML document, which ends with a line's end. */
export function writeYaml(value: JsonValue): string {
  return `${block(value, "").trimStart()}\n`;
}

/** The value, after the key or dash that it belongs to. */
function block(value: JsonValue, indent: string): string {
  if (isList(value)) {
    if (value.length === 0) return " []";
    return value.map((item) => `\n${indent}-${afterDash(item, indent)}`).join("");
  }
  if (typeof value !== "object" || value === null) return ` ${scalar(value)}`;
  const members = Object.entries(value);
  if (members.length === 0) return " {}";
  return members.map(([key, member]) =>
    `\n${indent}${scalar(key)}:${block(member, isList(member) ? indent : `${indent}  `)}`
  ).join("");
}

/** The first line of an object or list stands behind the dash. */
function afterDash(item: JsonValue, indent: string): string {
  return block(item, `${indent}  `).replace(/^\n */, " ");
}

function scalar(value: string | number | boolean | null): string {
  if (typeof value === "number") return number(value);
  if (typeof value !== "string") return String(value);
  if (plain.test(value) && !reserved.test(value)) return value;
  return JSON.stringify(value).replace(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Python takes `1e-7` for text: a number has a point before its exponent. */
function number(value: number): string {
  return JSON.stringify(value).replace(/^(-?\d+)e/, "$1.0e");
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
