import assert from "node:assert/strict";
import { installKernelspec, launchCommand } from "../../scripts/notebook/kernelspec.ts";
import { serverFlags } from "../../scripts/notebook/jupyterlab.ts";
import { ended } from "../scripts/command_line.ts";
import { Folder } from "./cells.ts";

Deno.test("installKernelspec() writes our kernel beside Deno's own, and again over its own", async () => {
  await using folder = new Folder();
  const own = `${folder.path}/kernels/deno/kernel.json`;
  await Deno.mkdir(`${folder.path}/kernels/deno`, { recursive: true });
  await Deno.writeTextFile(own, "{}");
  for (const _ of [1, 2]) {
    const file = await installKernelspec(folder.path);
    assert.equal(file, `${folder.path}/kernels/digits-recognizer/kernel.json`);
    const spec = JSON.parse(await Deno.readTextFile(file));
    assert.equal(spec.display_name, "Deno (Digits Recognizer)");
    assert.equal(spec.argv[0], Deno.execPath());
    assert.equal(spec.argv.at(-1), "{connection_file}");
  }
  assert.equal(await Deno.readTextFile(own), "{}");
});

Deno.test("the launcher says what is wrong with a connection file", async () => {
  await using folder = new Folder();
  const file = `${folder.path}/kernel.json`;
  await Deno.writeTextFile(file, `{"transport":"ipc"}`);
  const [program, ...args] = launchCommand(file);
  const { code, stderr } = await ended(
    new Deno.Command(program, { args, stdin: "null", stdout: "piped", stderr: "piped" }).spawn(),
  );
  assert.equal(code, 1);
  assert.match(stderr, /^Cannot read the kernel's connection file at "transport": .*\n$/);
});

Deno.test("serverFlags() takes Kubeflow's path, and then listens to all and asks for no login", () => {
  const own = serverFlags({ port: 8888, browser: true, prefix: undefined }).join(" ");
  assert.doesNotMatch(own, /ip=|token=|base_url|origin|no-browser/);
  assert(serverFlags({ port: 1, browser: false, prefix: undefined }).includes("--no-browser"));
  const kubeflow = serverFlags({ port: 8888, browser: true, prefix: "/notebook/ann/digits" });
  for (
    const flag of [
      "--no-browser",
      "--ServerApp.base_url=/notebook/ann/digits",
      "--ServerApp.ip=0.0.0.0",
      "--IdentityProvider.token=",
    ]
  ) assert(kubeflow.includes(flag), flag);
});
