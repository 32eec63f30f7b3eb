import { deepStrictEqual, ok, rejects } from "node:assert/strict";
import { join } from "node:path";
import { BusyError, UnavailableError } from "../../lib/base/errors.ts";
import { lockHome } from "../../lib/track/home_lock.ts";

const host = { now: () => Date.UTC(2026, 10, 23, 18, 40) };

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir({ prefix: "digits-home-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("lockHome() lets one in at a time, and says who is in", async () => {
  await using folder = await temporaryFolder();
  const home = join(folder.path, "made/when/needed");
  {
    await using _lock = await lockHome(home, host);
    await rejects(
      lockHome(home, host),
      new BusyError(
        `Cannot start a run in ${home} as another run (pid ${Deno.pid}, since ` +
          "2026-11-23T18:40:00.000Z) is using it: wait for it, or set DIGITS_HOME to another folder",
      ),
    );
    await using _other = await lockHome(join(folder.path, "other"), host);
  }
  await using _again = await lockHome(home, host);
});

Deno.test("lockHome() says nothing of the owner that it can't read", async () => {
  await using folder = await temporaryFolder();
  await using _lock = await lockHome(folder.path, host);
  await Deno.writeTextFile(join(folder.path, ".lock"), "\x1b[31mgarbage");
  await rejects(lockHome(folder.path, host), /as another run is using it: wait/);
});

Deno.test("lockHome() is free again when its process was killed", async () => {
  await using folder = await temporaryFolder();
  const module = new URL("./hold_home.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", module, folder.path],
    stdout: "piped",
  }).spawn();
  const { value } = await child.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
  deepStrictEqual(value?.trim(), "locked");
  await rejects(lockHome(folder.path, host), (error: Error) => {
    ok(error instanceof BusyError && error.message.includes(`(pid ${child.pid}, since `));
    return true;
  });
  child.kill("SIGKILL");
  await child.status;
  await using _lock = await lockHome(folder.path, host);
});

Deno.test("lockHome() says in one sentence that a folder can't be used", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "file");
  await Deno.writeTextFile(file, "");
  await rejects(
    lockHome(file, host),
    new UnavailableError(
      `Cannot use ${file} as a part of that path is a file: choose another folder`,
    ),
  );
});
