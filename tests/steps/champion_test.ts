import { deepStrictEqual, rejects } from "node:assert/strict";
import { CHAMPION, rollBack } from "../../lib/steps/champion.ts";
import { memoryTracker } from "../../lib/track/memory_tracker.ts";

/** A registry with so many versions, of which some were served, one after another. */
async function served(count: number, history: readonly number[]) {
  const { registry } = memoryTracker();
  for (let i = 1; i <= count; i++) {
    const files = { "model.onnx": Uint8Array.of(i) };
    await registry.register("digits", files, { runId: "run", tags: {} });
  }
  for (const version of history) await registry.setAlias("digits", CHAMPION, version);
  return registry;
}

for (
  const [history, expected] of [
    [[1, 2, 3], [2, 1]],
    [[1, 1, 2, 2, 2], [1]],
    [[2, 3, 2, 3], [2]],
    [[1, 3, 3, 1, 2], [1]],
  ] as const
) {
  Deno.test(`rollBack() after ${history} goes back to ${expected.join(", then ")}`, async () => {
    const registry = await served(3, history);
    const found: number[] = [];
    for (const _ of expected) found.push((await rollBack(registry, "digits")).version);
    deepStrictEqual(found, [...expected]);
    await rejects(
      rollBack(registry, "digits"),
      /^DataError: Cannot roll back digits as no version/,
    );
    const { version } = (await registry.alias("digits", CHAMPION))!;
    deepStrictEqual(version, expected.at(-1));
  });
}

Deno.test("rollBack() of a model that was never served says so", async () => {
  const registry = await served(2, []);
  await rejects(
    rollBack(registry, "digits"),
    /^DataError: Cannot roll back digits as no version of it was ever served$/,
  );
});
