import assert from "node:assert/strict";
import { UnavailableError } from "../../lib/base/errors.ts";
import { Doubt, examine, type Finding, type Topic } from "../../scripts/doctor/examine.ts";

async function all(topics: readonly Topic[]): Promise<readonly Finding[]> {
  let time = 0;
  const clock = () => time += 2;
  return await Array.fromAsync(
    examine(topics, { clock, signal: new AbortController().signal }),
  );
}

const good = { what: "good", run: () => Promise.resolve("fine") };
const doubtful = { what: "doubtful", run: () => Promise.reject(new Doubt("hm")) };
const bad = { what: "bad", run: () => Promise.reject(new UnavailableError("it is away")) };

Deno.test("examine() skips what is behind a failure, and goes on with the next topic", async () => {
  const advise = (error: unknown) => error instanceof UnavailableError ? "start it" : null;
  const findings = await all([
    { topic: "a", checks: [good, doubtful, bad, good], advise },
    { topic: "b", checks: [good], advise },
  ]);
  assert.deepEqual(findings.map(({ topic, what, verdict }) => [topic, what, verdict]), [
    ["a", "good", "ok"],
    ["a", "doubtful", "warning"],
    ["a", "bad", "failed"],
    ["a", "good", "skipped"],
    ["b", "good", "ok"],
  ]);
  assert.deepEqual(findings[0], {
    topic: "a",
    what: "good",
    verdict: "ok",
    seconds: 0.002,
    detail: "fine",
    advice: null,
  });
  const [, warning, failure, skipped] = findings;
  assert.deepEqual([warning!.detail, warning!.advice], ["hm", null]);
  assert.deepEqual([failure!.detail, failure!.advice], ["it is away", "start it"]);
  assert.equal(skipped!.seconds, null);
});

Deno.test("examine() ends when it is interrupted", async () => {
  const controller = new AbortController();
  const run = () => {
    controller.abort(new DOMException("Interrupted", "AbortError"));
    return Promise.resolve("");
  };
  const topics = [{ topic: "a", checks: [{ what: "x", run }, good], advise: () => null }];
  const findings = examine(topics, { clock: () => 0, signal: controller.signal });
  await assert.rejects(findings.next(), { name: "AbortError" });
});
