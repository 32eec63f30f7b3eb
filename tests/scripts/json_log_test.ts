import assert from "node:assert/strict";
import { JsonLog } from "../../scripts/cli/json_log.ts";

/** A file that takes a few bytes at a time, once it may. */
function fileOf(mayWrite: Promise<void> = Promise.resolve()) {
  let text = "";
  return {
    lines: () => text.trim().split("\n").map((line) => JSON.parse(line)),
    async write(bytes: Uint8Array): Promise<number> {
      await mayWrite;
      const some = bytes.subarray(0, 1000);
      text += new TextDecoder().decode(some);
      return some.length;
    },
  };
}

Deno.test("JsonLog writes every line, those of its last moment too", async () => {
  const file = fileOf();
  {
    await using log = new JsonLog(file);
    for (let i = 0; i < 100; i++) log.write({ i });
  }
  assert.deepEqual(file.lines().map(({ i }) => i), Array.from({ length: 100 }, (_, i) => i));
});

Deno.test("JsonLog loses lines, and says how many, where nobody reads them", async () => {
  const reader = Promise.withResolvers<void>();
  const file = fileOf(reader.promise);
  {
    await using log = new JsonLog(file);
    for (let i = 0; i < 3_000; i++) log.write({ i, padding: "x".repeat(1000) });
    reader.resolve();
  }
  const lines = file.lines();
  const last = lines.at(-1);
  assert.equal(last.level, "error");
  assert.equal(lines.length - 1 + last.lost_lines, 3_000);
  assert(last.lost_lines > 1_000 && lines.length > 500);
});

Deno.test("JsonLog does not mind a reader that has left", async () => {
  const gone = { write: () => Promise.reject(new Deno.errors.BrokenPipe()) };
  await using log = new JsonLog(gone);
  log.write({ level: "info" });
});
