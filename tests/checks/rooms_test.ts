import assert from "node:assert/strict";
import { dirname } from "node:path";
import { type Import, readImports } from "../../scripts/checks/module_graph.ts";
import { checkImports } from "../../scripts/checks/rooms.ts";

function imports(from: string, to: string, kind: Import["kind"] = "import"): Import {
  return { from, line: 3, to, kind };
}

Deno.test("checkImports() lets rooms import what stands in their column", () => {
  assert.deepEqual(
    checkImports([
      imports("lib/base/http.ts", "lib/base/errors.ts"),
      imports("lib/model/train.ts", "lib/digits/digits.ts"),
      imports("lib/steps/train_step.ts", "lib/deploy/client.ts"),
      imports("lib/show/curve.ts", "lib/steps/train.ts"),
      imports("mod.ts", "lib/model/train.ts"),
      imports("scripts/main.ts", "mod.ts"),
      imports("scripts/main.ts", "lib/show/curve.ts"),
    ]),
    [],
  );
});

Deno.test("checkImports() names file, line and what a room may import", () => {
  assert.deepEqual(
    checkImports([
      imports("lib/base/http.ts", "lib/digits/digits.ts"),
      imports("lib/model/train.ts", "lib/steps/train.ts"),
      imports("lib/draw/grid.ts", "lib/serve/v1.ts"),
      imports("lib/steps/train.ts", "lib/show/curve.ts"),
      imports("lib/store/folder.ts", "scripts/main.ts"),
      imports("lib/digits/idx.ts", "mod.ts"),
      imports("mod.ts", "scripts/cli.ts"),
    ]),
    [
      "lib/base/http.ts:3 imports lib/digits/digits.ts: base may import no other room",
      "lib/digits/idx.ts:3 imports mod.ts: digits may import only base",
      "lib/draw/grid.ts:3 imports lib/serve/v1.ts: draw may import only base, digits, model",
      "lib/model/train.ts:3 imports lib/steps/train.ts: model may import only base, digits",
      "lib/steps/train.ts:3 imports lib/show/curve.ts: steps may import only base, pipeline, " +
      "store, track, digits, model, draw, serve, deploy",
      "lib/store/folder.ts:3 imports scripts/main.ts: store may import only base, pipeline",
      "mod.ts:3 imports scripts/cli.ts: mod.ts may import only lib",
    ],
  );
});

Deno.test("checkImports() counts lib/config.ts to base", () => {
  assert.deepEqual(
    checkImports([
      imports("lib/config.ts", "lib/base/errors.ts"),
      imports("lib/config.ts", "lib/digits/digits.ts"),
      imports("lib/track/journal.ts", "lib/config.ts"),
    ]),
    ["lib/config.ts:3 imports lib/digits/digits.ts: base may import no other room"],
  );
});

Deno.test("checkImports() refuses files of lib outside the rooms", () => {
  const rooms =
    "is in no room: the rooms of lib are base, pipeline, store, track, digits, model, " +
    "draw, serve, deploy, steps, show";
  assert.deepEqual(
    checkImports([
      imports("lib/helpers/x.ts", "lib/base/errors.ts"),
      imports("lib/helpers/x.ts", "lib/base/bytes.ts"),
      imports("mod.ts", "lib/x.ts"),
    ]),
    [`lib/helpers/x.ts ${rooms}`, `lib/x.ts ${rooms}`],
  );
});

Deno.test("checkImports() holds a worker that is named by URL to its room", () => {
  assert.deepEqual(
    checkImports([imports("lib/model/train.ts", "lib/steps/train_worker.ts", "url")]),
    ["lib/model/train.ts:3 imports lib/steps/train_worker.ts: model may import only base, digits"],
  );
});

Deno.test("checkImports() finds circles of imports, and none through a worker's URL", () => {
  assert.deepEqual(
    checkImports([
      imports("lib/base/a.ts", "lib/base/b.ts"),
      imports("lib/base/b.ts", "lib/base/c.ts"),
      imports("lib/base/c.ts", "lib/base/a.ts"),
      imports("lib/base/d.ts", "lib/base/a.ts"),
      imports("lib/base/e.ts", "lib/base/e.ts"),
    ]),
    [
      "lib/base/a.ts → lib/base/b.ts → lib/base/c.ts → lib/base/a.ts: a circle of imports",
      "lib/base/e.ts → lib/base/e.ts: a circle of imports",
    ],
  );
  assert.deepEqual(
    checkImports([
      imports("lib/model/train.ts", "lib/model/train_worker.ts", "url"),
      imports("lib/model/train_worker.ts", "lib/model/train.ts"),
    ]),
    [],
  );
});

Deno.test("readImports() finds imports of values, types and workers, also of files nobody imports", async () => {
  const project = await Deno.makeTempDir();
  try {
    const files = {
      "mod.ts": 'export * from "./lib/digits/digits.ts";\n',
      "lib/digits/digits.ts": 'import { join } from "node:path";\nexport { join };\n',
      "lib/model/lonely.ts": 'import type { A } from "../base/a.ts";\nexport type B = A;\n' +
        'export const later = () => import("../base/b.ts");\n' +
        'export const url = new URL("./x_worker.ts", import.meta.url);\n',
      "lib/model/x_worker.ts": "",
      "lib/base/a.ts": "export type A = 1;\n",
      "lib/base/b.ts": "export {};\n",
    };
    for (const [name, source] of Object.entries(files)) {
      await Deno.mkdir(dirname(`${project}/${name}`), { recursive: true });
      await Deno.writeTextFile(`${project}/${name}`, source);
    }
    assert.deepEqual(
      (await readImports(project)).toSorted((a, b) => a.to < b.to ? -1 : 1),
      [
        { from: "lib/model/lonely.ts", line: 1, to: "lib/base/a.ts", kind: "import" },
        { from: "lib/model/lonely.ts", line: 3, to: "lib/base/b.ts", kind: "import" },
        { from: "mod.ts", line: 1, to: "lib/digits/digits.ts", kind: "import" },
        { from: "lib/model/lonely.ts", line: 4, to: "lib/model/x_worker.ts", kind: "url" },
      ],
    );
  } finally {
    await Deno.remove(project, { recursive: true });
  }
});
