/** A small, strict reader of HTML and SVG, apart from the code that writes them. */
import assert from "node:assert/strict";

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (Element | string)[];
}

const voidElements = new Set(["meta", "img", "br", "hr", "input", "link"]);
const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
};

/** Parses one document; anything unclosed, unquoted or unescaped fails. */
export function parseMarkup(source: string): Element {
  const root: Element = { name: "", attributes: {}, children: [] };
  const open = [root];
  let at = 0;
  const take = (pattern: RegExp): RegExpMatchArray | undefined => {
    const sticky = new RegExp(pattern.source, "sy");
    sticky.lastIndex = at;
    const match = sticky.exec(source) ?? undefined;
    if (match) at = sticky.lastIndex;
    return match;
  };
  take(/<!doctype html>/);
  while (at < source.length) {
    const parent = open.at(-1)!;
    const text = take(/[^<]+/);
    if (text) {
      parent.children.push(parent.name === "style" ? text[0] : unescape(text[0]));
      continue;
    }
    const close = take(/<\/([\w-]+)>/);
    if (close) {
      assert.equal(open.pop()!.name, close[1], `closed at ${place(source, at)}`);
      continue;
    }
    const start = take(/<([\w:-]+)/);
    assert.ok(start, `no tag at ${place(source, at)}`);
    const attributes: Record<string, string> = {};
    for (let found; (found = take(/\s+([\w:-]+)(?:="([^"<]*)")?/));) {
      assert.ok(!(found[1]! in attributes), `${found[1]} twice at ${place(source, at)}`);
      attributes[found[1]!] = unescape(found[2] ?? "");
    }
    const end = take(/\s*(\/?)>/);
    assert.ok(end, `tag not closed at ${place(source, at)}`);
    const element = { name: start[1]!, attributes, children: [] };
    parent.children.push(element);
    if (end[1] !== "/" && !voidElements.has(element.name)) open.push(element);
  }
  assert.equal(open.length, 1, `<${open.at(-1)!.name}> is not closed`);
  const elements = root.children.filter((child) => typeof child !== "string");
  assert.equal(elements.length, 1);
  return elements[0]!;
}

/** All elements of a name, in order; of any name when none is given. */
export function findAll(root: Element, name?: string): Element[] {
  const found = root.children.flatMap((child) =>
    typeof child === "string" ? [] : findAll(child, name)
  );
  return name === undefined || root.name === name ? [root, ...found] : found;
}

/** All text within an element. */
export function textOf(element: Element): string {
  return element.children.map((child) => typeof child === "string" ? child : textOf(child)).join(
    "",
  );
}

function unescape(text: string): string {
  return text.replace(/&([^;]*;?)/g, (whole, name: string) => {
    const character = entities[name.slice(0, -1)];
    assert.ok(character, `unknown entity ${whole}`);
    return character;
  });
}

function place(source: string, at: number): string {
  return `${at}: ${JSON.stringify(source.slice(at, at + 60))}`;
}
