import assert from "node:assert/strict";
import type { ExecuteReply } from "../../scripts/notebook/kernel_client.ts";
import { CellOutputs } from "../../scripts/notebook/cell_outputs.ts";
import { KernelProcess } from "../../scripts/notebook/kernel_process.ts";
import type { CellOutput } from "../../scripts/notebook/notebook_file.ts";
import { Folder } from "./cells.ts";

interface Ran extends ExecuteReply {
  readonly outputs: readonly CellOutput[];
}

/** Runs a cell; presses Stop as soon as it has written `running`. */
async function run(kernel: KernelProcess, code: string): Promise<Ran> {
  const collected = new CellOutputs();
  const outputs = collected.begin();
  const messages = kernel.client.run(code);
  while (true) {
    const { done, value } = await messages.next();
    if (done) return { ...value, outputs };
    collected.add(value);
    if (value.type === "stream" && value.content["text"] === "running\n") {
      await kernel.interrupt();
    }
  }
}

async function valueOf(kernel: KernelProcess, code: string): Promise<unknown> {
  const { outputs } = await run(kernel, code);
  return (outputs.at(-1)?.["data"] as Record<string, unknown> | undefined)?.["text/plain"];
}

const HAS_NO_SIGNALS = Deno.build.os === "windows";

const TELL = `console.log("running");`;

const CELLS = {
  "never waits": `${TELL} while (true) count++;`,
  "waits first and never again":
    `${TELL} await new Promise((resolve) => setTimeout(resolve, 1)); while (true) count++;`,
};

for (const [what, code] of Object.entries(CELLS)) {
  Deno.test(`Stop ends a cell that ${what}, and leaves the kernel and its variables`, {
    ignore: HAS_NO_SIGNALS,
  }, async () => {
    await using folder = new Folder();
    await using kernel = await KernelProcess.start(folder.path);
    await run(kernel, "let count = 0; const kept = 41;");
    const { status, outputs } = await run(kernel, code);
    assert.equal(status, "error");
    const error = outputs.find(({ output_type }) => output_type === "error");
    assert.equal(error?.["ename"], "Stopped");
    assert.equal(await valueOf(kernel, "kept + 1"), "42");
    assert.equal(await valueOf(kernel, "count > 0"), "true");
  });
}

Deno.test("Stop aborts show.cancellable(), again and again", {
  ignore: HAS_NO_SIGNALS,
}, async () => {
  await using folder = new Folder();
  await using kernel = await KernelProcess.start(folder.path);
  await run(kernel, `import { show } from "@fourdotinfinity/digits-recognizer/notebook";`);
  const wait = `{
    const signal = show.cancellable();
    ${TELL}
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  }`;
  for (const _ of [1, 2]) {
    const { status, outputs } = await run(kernel, wait);
    assert.equal(status, "error");
    assert.equal(outputs.at(-1)!["ename"], "AbortError");
  }
  assert.equal(await valueOf(kernel, "6 * 7"), "42");
});

Deno.test("Stop does no harm between cells", {
  ignore: HAS_NO_SIGNALS,
}, async () => {
  await using folder = new Folder();
  await using kernel = await KernelProcess.start(folder.path);
  await kernel.interrupt();
  assert.equal(await valueOf(kernel, "6 * 7"), "42");
});

Deno.test("cells may be run again, and in any order", async () => {
  await using folder = new Folder();
  await using kernel = await KernelProcess.start(folder.path);
  const [first, second] = ["const a = 1; let b = a;", "b += a; b"];
  await run(kernel, first);
  assert.equal(await valueOf(kernel, second), "2");
  assert.equal(await valueOf(kernel, second), "3");
  await run(kernel, first);
  assert.equal(await valueOf(kernel, second), "2");
});
