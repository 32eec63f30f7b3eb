import assert from "node:assert/strict";
import { checkNotebook } from "../../scripts/notebook/check_notebook.ts";
import { withOutputs } from "../../scripts/notebook/notebook_file.ts";
import { notebookOf } from "./cells.ts";

const complaintsOf = (source: string) => checkNotebook(notebookOf(source), "");

const complaintsOfOutput = (data: Readonly<Record<string, unknown>>) =>
  checkNotebook(
    withOutputs(notebookOf("1"), [[{ output_type: "display_data", metadata: {}, data }]]),
    "",
  );

Deno.test("checkNotebook() likes short cells of which nothing stays on one machine", () => {
  for (
    const source of [
      `import { show } from "@fourdotinfinity/digits-recognizer/notebook";\nshow.model(model)`,
      `const token = Deno.env.get("KFP_TOKEN");`,
      "await fetch(`${server.url}/v2/models/digits/infer`)",
      `const url = "https://example.com/home/page"; // see /docs`,
      `await Deno.readTextFile("../.digits/tmp/x")`,
    ]
  ) assert.deepEqual(complaintsOf(source), [], source);
});

Deno.test("checkNotebook() names long cells and lines, and what the kernel does not bear", () => {
  const [long] = complaintsOf("1;\n".repeat(25));
  assert.equal(long, "Item 1 (code) has 26 lines: 24 is the most");
  assert.match(complaintsOf("x".repeat(101))[0]!, /has a line of 101 characters/);
  assert.match(complaintsOf("import.meta.url")[0]!, /import\.meta/);
  assert.match(complaintsOf("Deno.exit(1)")[0]!, /ends the kernel/);
});

Deno.test("checkNotebook() finds paths of one machine, in code and in what it shows", () => {
  const home = ["", "home", "ann", "digits"].join("/");
  for (const path of [home, `file://${home}`, "C:\\Users\\ann"]) {
    assert.match(complaintsOf(`const folder = "${path}";`)[0]!, /only on one machine/, path);
    assert.match(
      complaintsOfOutput({ "text/plain": [`in\n`, `at ${path}`] })[0]!,
      /shows what it should not: it has a path/,
    );
  }
});

Deno.test("checkNotebook() finds what looks like a secret, and does not repeat it", () => {
  const secrets = [
    `const password = "hunter22";`,
    `{ "secretKey": "abcd1234" }`,
    ["AKIA", "ABCDEFGHIJKLMNOP"].join(""),
    "Authorization: Bearer abcdefghijklmnop",
    "https://ann:hunter22@example.com/",
    ["-----BEGIN", "PRIVATE KEY-----"].join(" "),
  ];
  for (const secret of secrets) {
    assert.deepEqual(complaintsOf(secret), ["Item 1 (code) has what looks like a secret"], secret);
  }
});

Deno.test("checkNotebook() finds empty pictures, and notebooks that are too large", () => {
  assert.match(complaintsOfOutput({ "image/png": "" })[0]!, /shows an empty image\/png/);
  assert.match(
    complaintsOfOutput({ "image/svg+xml": "<svg><title>x</title></svg>" })[0]!,
    /shows an empty image\/svg\+xml/,
  );
  assert.deepEqual(complaintsOfOutput({ "image/svg+xml": [`<svg><path d="M0 0"/></svg>`] }), []);
  assert.deepEqual(checkNotebook(notebookOf(), "x".repeat(2_000_001)), [
    "It has 2.00 MB: 2.00 MB is the most",
  ]);
});
