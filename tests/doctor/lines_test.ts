import assert from "node:assert/strict";
import type { Finding } from "../../scripts/doctor/examine.ts";
import { findingLines, settingLines, verdictLine } from "../../scripts/doctor/lines.ts";

const plain = (text: string) => text;
const marked = (text: string, style: string) => `<${style}>${text}</>`;

const finding = (changes: Partial<Finding>): Finding => ({
  topic: "S3",
  what: "write",
  verdict: "ok",
  seconds: 0.012,
  detail: "done",
  advice: null,
  ...changes,
});

Deno.test("settingLines() lines up names, values and places, and dims what is not set", () => {
  const settings = [
    { name: "DIGITS_HOME", shown: ".digits", source: null },
    { name: "MINIO_BUCKET", shown: "my-bucket", source: ".env" },
  ] as const;
  assert.deepEqual(settingLines(settings, marked), [
    "<bold>Settings</>",
    "<dim>  DIGITS_HOME   .digits    default</>",
    "  MINIO_BUCKET  my-bucket  .env",
  ]);
});

Deno.test("findingLines() shows a success in a line, and a failure with its cause and advice", () => {
  assert.deepEqual(findingLines(finding({}), plain), ["  ✓ write                  12 ms  done"]);
  assert.deepEqual(findingLines(finding({ verdict: "skipped", seconds: null }), plain), [
    "  – write                 not tried",
  ]);
  const detail = "Cannot do it as " + "one thing after another ".repeat(5) + "went wrong";
  const failed = finding({ verdict: "failed", detail, advice: "Try again" });
  const lines = findingLines(failed, marked);
  assert.equal(lines[0], "  <red>✗</> write               <dim>   12 ms</>");
  assert.equal(lines.slice(1, -1).map((line) => line.trim()).join(" "), detail);
  assert(lines.every((line) => line.length < 100));
  assert.equal(lines.at(-1), "<dim>      Try again</>");
});

Deno.test("verdictLine() counts failures before warnings", () => {
  const warning = finding({ verdict: "warning" });
  const failed = finding({ verdict: "failed" });
  assert.equal(verdictLine([finding({})], plain), "All is well");
  assert.equal(verdictLine([finding({}), warning], plain), "All works; 1 to look at");
  assert.equal(verdictLine([failed, warning, failed], plain), "2 of 3 checks failed");
});
