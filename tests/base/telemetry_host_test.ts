import assert from "node:assert/strict";

const module = new URL("../../lib/base/telemetry_host.ts", import.meta.url).href;
const asked = `
import { refuseTelemetry } from ${JSON.stringify(module)};
refuseTelemetry();
const { state } = Deno.permissions.querySync({ name: "env" });
console.log(state === "granted" ? Deno.env.get("ORT_DISABLE_TELEMETRY") : "not allowed");
`;

/** What a process of its own finds in its environment. */
async function answer(flags: readonly string[], env: Readonly<Record<string, string>>) {
  const { HOME = "/", DENO_DIR } = Deno.env.toObject();
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--no-config",
      ...flags,
      `data:text/javascript,${encodeURIComponent(asked)}`,
    ],
    clearEnv: true,
    env: { HOME, ...(DENO_DIR && { DENO_DIR }), ...env },
    stderr: "inherit",
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("refuseTelemetry() sets what ONNX Runtime looks for, unless somebody has", async () => {
  assert.equal(await answer(["--allow-env"], {}), "1");
  assert.equal(await answer(["--allow-env"], { ORT_DISABLE_TELEMETRY: "0" }), "0");
});

Deno.test("refuseTelemetry() changes nothing where it may not", async () => {
  assert.equal(await answer([], {}), "not allowed");
});
