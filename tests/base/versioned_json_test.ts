import assert from "node:assert/strict";
import * as v from "valibot";
import { encodeJson } from "../../lib/base/bytes.ts";
import { decodeVersionedJson } from "../../lib/base/versioned_json.ts";

const form = {
  name: "note.json",
  schemaVersion: 2,
  schema: v.object({ schemaVersion: v.literal(2), lines: v.array(v.string()) }),
};
const decode = (value: unknown) => decodeVersionedJson(encodeJson(value), form);

Deno.test("decodeVersionedJson() reads a file of its version", () => {
  const note = { schemaVersion: 2, lines: ["one"] };
  assert.deepEqual(decode(note), note);
});

Deno.test("decodeVersionedJson() refuses other files with one sentence", () => {
  const cases: [() => unknown, RegExp][] = [
    [() => decodeVersionedJson(undefined, form), /Cannot read note\.json as there is no such file/],
    [() => decodeVersionedJson(Uint8Array.of(0xff), form), /note\.json as it is not JSON/],
    [() => decode({ schemaVersion: 1 }), /schema version is 1: this release reads version 2/],
    [() => decode({ schemaVersion: 2, lines: [1] }), /as lines\.0 is wrong/],
    [() => decode({ lines: [] }), /as schemaVersion is wrong/],
    [() => decode(null), /as it is wrong/],
  ];
  for (const [read, message] of cases) {
    assert.throws(read, { name: "DataError", message });
  }
});
