import assert from "node:assert/strict";
import { openNotebook } from "../../lib/show/kernel.ts";

Deno.test("outside of a kernel, a notebook is the console, which is told the text", async () => {
  const notebook = openNotebook();
  assert.equal(notebook.isRich, false);
  assert.equal(notebook.cancellable().aborted, false);
  const { log } = console;
  const said: unknown[] = [];
  console.log = (...words: unknown[]) => said.push(...words);
  try {
    await notebook.display({ "text/plain": "a", "image/png": "…" });
    const output = await notebook.open({ "text/plain": "b" });
    output.replace({ "text/plain": "c" });
    await output.keep({ "text/plain": "d" });
  } finally {
    console.log = log;
  }
  assert.deepEqual(said, ["a", "d"]);
});
