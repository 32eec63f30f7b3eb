import assert from "node:assert/strict";
import { CellOutputs } from "../../scripts/notebook/cell_outputs.ts";
import type { JupyterMessage } from "../../scripts/notebook/jupyter_message.ts";

const message = (type: string, content: JupyterMessage["content"]) => ({ type, content });
const stream = (name: string, text: string) => message("stream", { name, text });
const shown = (type: string, text: string, display_id?: string) =>
  message(type, { data: { "text/plain": text }, transient: { display_id } });

Deno.test("CellOutputs joins what is written one after the other to the same stream", () => {
  const collected = new CellOutputs();
  const outputs = collected.begin();
  for (const name of ["stdout", "stdout", "stderr", "stdout"]) collected.add(stream(name, "x"));
  assert.deepEqual(outputs.map(({ name, text }) => [name, text]), [
    ["stdout", "xx"],
    ["stderr", "x"],
    ["stdout", "x"],
  ]);
});

Deno.test("CellOutputs replaces an output of an earlier cell, wherever it is shown", () => {
  const collected = new CellOutputs();
  const first = collected.begin();
  collected.add(shown("display_data", "old", "chart"));
  collected.add(shown("display_data", "other"));
  const second = collected.begin();
  collected.add(shown("display_data", "old", "chart"));
  collected.add(shown("update_display_data", "new", "chart"));
  const texts = [...first, ...second].map(({ data }) =>
    (data as Record<string, string>)["text/plain"]
  );
  assert.deepEqual(texts, ["new", "other", "new"]);
});

Deno.test("CellOutputs clears at once, or with the next output", () => {
  const collected = new CellOutputs();
  const outputs = collected.begin();
  collected.add(stream("stdout", "one"));
  collected.add(message("clear_output", { wait: true }));
  assert.equal(outputs.length, 1);
  collected.add(stream("stdout", "two"));
  assert.deepEqual(outputs.map(({ text }) => text), ["two"]);
  collected.add(message("clear_output", { wait: false }));
  assert.deepEqual(outputs, []);
});

Deno.test("CellOutputs keeps errors and results, and passes over all else", () => {
  const collected = new CellOutputs();
  const outputs = collected.begin();
  collected.add(message("status", { execution_state: "busy" }));
  collected.add(message("error", { ename: "TypeError", evalue: "bad", traceback: ["a"] }));
  collected.add(message("execute_result", { data: { "text/plain": "1" }, execution_count: 4 }));
  assert(collected.hasError);
  assert.deepEqual(outputs, [
    { output_type: "error", ename: "TypeError", evalue: "bad", traceback: ["a"] },
    {
      output_type: "execute_result",
      data: { "text/plain": "1" },
      metadata: {},
      execution_count: 4,
    },
  ]);
});
