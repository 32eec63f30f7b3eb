import assert from "node:assert/strict";
import { mergeEnv } from "../../scripts/cli/env_file.ts";

Deno.test("mergeEnv() replaces what it has new values for, and leaves all else", () => {
  const before = "# mine\nA=1\nexport B = 2\n\nB_OTHER=3\n\n";
  assert.equal(mergeEnv(before, { B: "x", C: "y" }), "# mine\nA=1\n\nB_OTHER=3\nB=x\nC=y\n");
});

Deno.test("mergeEnv() gives the same text again for the same values", () => {
  const once = mergeEnv("", { A: "1", B: "2" });
  assert.equal(once, "A=1\nB=2\n");
  assert.equal(mergeEnv(once, { A: "1", B: "2" }), once);
});
