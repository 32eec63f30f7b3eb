import { deepStrictEqual, equal } from "node:assert/strict";
import { parse } from "yaml";
import { Random } from "../../../lib/base/random.ts";
import { writeYaml } from "../../../lib/pipeline/ir/write_yaml.ts";
import type { JsonValue } from "../../../lib/pipeline/port.ts";
import { fuzzCount } from "../../fuzz_count.ts";

Deno.test("writeYaml() indents objects and lists as people do", () => {
  equal(
    writeYaml({ a: { b: [1, { c: "x", d: [] }], e: {} }, f: [[2, 3], null, true] }),
    `a:
  b:
  - 1
  - c: x
    d: []
  e: {}
f:
- - 2
  - 3
- null
- true
`,
  );
});

Deno.test("writeYaml() quotes every text that some reader takes for something else", () => {
  const quoted = ["", " a", "a ", "yes", "No", "null", "TRUE", "y", "~", "1", "1e3", "0x1", "1:30"];
  const more = ["a: b", "a #b", "- a", "? a", "[a", "{a", "*a", "&a", "!a", "%a", "@a", "|", ">"];
  for (const text of [...quoted, ...more, "2026-01-01", ".nan", "=", "<<", "a\nb", "é", "'a"]) {
    equal(writeYaml({ key: text }), `key: ${JSON.stringify(text)}\n`);
  }
  for (const text of ["a", "Trains, judges", "comp-train", "/data", "a.b", "x=1", "it's (so)"]) {
    equal(writeYaml({ key: text }), `key: ${text}\n`);
  }
  equal(writeYaml({ on: 1, "a b": 2, "1": 3 }), '"1": 3\n"on": 1\na b: 2\n');
});

Deno.test("writeYaml() escapes what YAML has no bare form for", () => {
  equal(writeYaml(["\u0085\u2028\ufeff\u007f\u0000"]), '- "\\u0085\\u2028\\ufeff\\u007f\\u0000"\n');
  equal(writeYaml(["😀"]), '- "😀"\n');
});

Deno.test("writeYaml() writes numbers that Python takes for numbers", () => {
  equal(
    writeYaml([1e-7, -2.5e22, 1e21, -0, 0.5, 3]),
    "- 1.0e-7\n- -2.5e+22\n- 1.0e+21\n- 0\n- 0.5\n- 3\n",
  );
});

Deno.test("writeYaml() writes what readers of YAML 1.1 and 1.2 take for the same JSON", () => {
  const random = new Random(1);
  const pieces = [..."ab :#-?,[]{}&*!|>'\"%@`\n\t\\=.0159eEx~yN_/()$é😀\u0085\u2028"];
  const text = () => Array.from({ length: random.integer(6) }, () => pick(pieces)).join("");
  const pick = <T>(list: readonly T[]): T => list[random.integer(list.length)]!;
  const value = (depth: number): JsonValue => {
    const kind = random.integer(depth > 3 ? 4 : 6);
    if (kind === 0) return pick([true, false, null, 0, -1, 1e-9, 1.5e300, 0.1]);
    if (kind < 4) return text();
    const inner = Array.from({ length: random.integer(4) }, () => value(depth + 1));
    return kind === 4 ? inner : Object.fromEntries(inner.map((member) => [text(), member]));
  };
  for (let i = 0; i < fuzzCount(500); i++) {
    const json = value(0);
    for (const version of ["1.1", "1.2"] as const) {
      deepStrictEqual(parse(writeYaml(json), { version }), json, JSON.stringify(json));
    }
  }
});
