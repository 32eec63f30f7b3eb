import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { startServer } from "../../scripts/services/real_server.ts";
import type { ServerProgram } from "../../scripts/services/server_process.ts";

const fake = fileURLToPath(new URL("fake_service.ts", import.meta.url));

/** The server behind a shell, so that a signal to the shell alone would not reach it. */
function fakeProgram({ port, folder }: { port: number; folder: string }): ServerProgram {
  const serve = `'${Deno.execPath()}' run --no-config -A '${fake}' ${port} '${folder}'; exit`;
  return {
    name: "Fake",
    program: "sh",
    args: ["-c", serve],
    env: { PATH: "/usr/bin:/bin", HOME: folder, NO_COLOR: "1" },
    healthPath: "/",
  };
}

const ask = async (url: string) => await (await fetch(url)).text();

Deno.test("startServer() gives a server that can be killed and started again in its place", async () => {
  const server = await startServer(fakeProgram);
  {
    await using running = server;
    assert.equal(await ask(running.url), "1");
    await running.kill();
    await assert.rejects(ask(running.url));
    await running.kill();
    await running.restart();
    assert.equal(await ask(running.url), "2");
    await running.restart();
    assert.equal(await ask(running.url), "3");
    assert.equal(await running.log(), "start 1\nstart 2\nstart 3\n");
  }
  await assert.rejects(ask(server.url));
  await assert.rejects(Deno.stat(server.folder), Deno.errors.NotFound);
});

Deno.test("startServer() shows what a server that ends has said, and leaves nothing", async () => {
  let folder = "";
  const program = (place: { port: number; folder: string }) => {
    folder = place.folder;
    return { ...fakeProgram(place), args: ["-c", "echo no room; exit 3"] };
  };
  await assert.rejects(startServer(program), {
    name: "UnavailableError",
    message: "Cannot start Fake as it ended. It said:\nno room",
  });
  await assert.rejects(Deno.stat(folder), Deno.errors.NotFound);
});

Deno.test("startServer() gives up when it is told to", async () => {
  const program = (place: { port: number; folder: string }) => ({
    ...fakeProgram(place),
    args: ["-c", "sleep 600"],
  });
  const signal = AbortSignal.abort(new DOMException("Interrupted", "AbortError"));
  await assert.rejects(startServer(program, { signal }), { name: "AbortError" });
});

Deno.test("A server ends with the process that started it, however that ends", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", fileURLToPath(new URL("start_and_hang.ts", import.meta.url))],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await reader.read();
  const [url, folder] = value!.trim().split(" ") as [string, string];
  assert.equal(await ask(url), "1");
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  while (await ask(url).then(() => true, () => false));
  await Deno.remove(folder, { recursive: true });
});
