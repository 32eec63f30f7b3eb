import assert from "node:assert/strict";
import { join } from "node:path";
import { Desk, type Ended, ended } from "./command_line.ts";

/** Stand-ins for go and python3, which write down how they were called. */
async function bringTools(desk: Desk, go: string): Promise<Record<string, string>> {
  const bin = join(desk.path, "bin");
  await Deno.mkdir(bin);
  const log = `echo "$0 $*" >> '${join(desk.path, "calls")}'`;
  const python = `[ "$2" = venv ] && mkdir -p "$3/bin" && cp "$0" "$3/bin/python"\nexit 0`;
  for (const [name, script] of Object.entries({ go, python3: python })) {
    await Deno.writeTextFile(
      join(bin, name),
      `#!/bin/sh\nPATH=/usr/bin:/bin\n${log}\n${script}\n`,
      { mode: 0o755 },
    );
  }
  return { PATH: bin, DIGITS_SERVICES: join(desk.path, "servers") };
}

async function callsOf(desk: Desk): Promise<readonly string[]> {
  const text = await Deno.readTextFile(join(desk.path, "calls"));
  return text.trim().split("\n").map((line) => line.replaceAll(`${desk.path}/`, ""));
}

const install = async (desk: Desk, env: Record<string, string>): Promise<Ended> =>
  await ended(desk.start(["services", "install"], env));

const BUILD = `echo some/package >&2; echo built > "$GOBIN/minio"`;

Deno.test("services install installs each server once, also when two want it at once", async () => {
  await using desk = new Desk();
  const env = await bringTools(desk, BUILD);
  const both = await Promise.all([install(desk, env), install(desk, env)]);
  const again = await install(desk, env);
  for (const { code, stdout, stderr } of [...both, again]) {
    assert.equal(code, 0, stderr);
    assert.deepEqual(stdout.trim().split("\n").map((path) => path.replace(desk.path, "")), [
      "/servers/minio/minio",
      "/servers/mlflow/bin/python",
    ]);
  }
  assert.equal(both.filter(({ stderr }) => /^Building .*minio@v/m.test(stderr)).length, 1);
  assert.doesNotMatch(again.stderr, /Building|Installing/);
  const calls = await callsOf(desk);
  assert.deepEqual(calls.map((call) => call.split(" ").slice(0, 3).join(" ")), [
    "bin/go install -v",
    "bin/python3 -m venv",
    "servers/mlflow/bin/python -m pip",
  ]);
  assert.match(calls[0]!, /github\.com\/minio\/minio@v0\.0\.0-\d{14}-[\da-f]{12}$/);
  assert.match(calls[2]!, / mlflow==\S+ boto3==\S+ onnx==\S+ onnxruntime==\S+$/);
});

Deno.test("services install begins anew where a build failed, and tells why it did", async () => {
  await using desk = new Desk();
  const env = await bringTools(desk, `echo 'go: no route to host' >&2; exit 1`);
  const { code, stderr } = await install(desk, env);
  assert.equal(code, 1);
  assert.match(stderr, /Cannot build github\.com\/minio\/minio@\S+: go: no route to host$/m);
  await Deno.remove(join(desk.path, "bin"), { recursive: true });
  assert.equal((await install(desk, await bringTools(desk, BUILD))).code, 0);
});

Deno.test("services install says what is missing", async () => {
  await using desk = new Desk();
  const env = await bringTools(desk, BUILD);
  await Deno.remove(join(desk.path, "bin", "go"));
  const { code, stderr } = await install(desk, env);
  assert.equal(code, 1);
  assert.match(stderr, /as there is no go: install Go/);
});
