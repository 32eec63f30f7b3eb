import assert from "node:assert/strict";
import { join } from "node:path";
import { notebookText, parseNotebook } from "../../scripts/notebook/notebook_file.ts";
import { Desk, ended } from "../scripts/command_line.ts";
import { notebookOf, textsOf } from "./cells.ts";

async function bring(desk: Desk, name: string, ...sources: readonly string[]): Promise<void> {
  await Deno.writeTextFile(join(desk.path, name), notebookText(notebookOf(...sources)));
}

const read = (desk: Desk, name: string) => Deno.readTextFile(join(desk.path, name));

Deno.test("notebooks --no-python runs notebooks in place, and twice changes nothing", async () => {
  await using desk = new Desk();
  await bring(desk, "a.ipynb", "const a = 1; a", "a + 1");
  for (const _ of [1, 2]) {
    const { code, stderr } = await desk.run("notebooks", "--no-python", "a.ipynb");
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^a\.ipynb: all is well \(\d+\.\d s\)$/m);
    assert.deepEqual(
      textsOf(parseNotebook(await read(desk, "a.ipynb"), "a")).map(String),
      ["1", "2"],
    );
  }
});

Deno.test("notebooks --check changes no file, and names what is not shown any more", async () => {
  await using desk = new Desk();
  await bring(desk, "a.ipynb", "Deno.env.get('SHOWN') && console.log('text')");
  const run = async (args: string[], env: Record<string, string>) =>
    await ended(desk.start(["notebooks", "--no-python", ...args, "a.ipynb"], env));
  assert.equal((await run([], { SHOWN: "1" })).code, 0);
  const before = await read(desk, "a.ipynb");
  const { code, stderr } = await run(["--check"], { SHOWN: "" });
  assert.equal(code, 1);
  assert.match(stderr, /^a\.ipynb: Cell 1 does not show its text any more$/m);
  assert.equal(await read(desk, "a.ipynb"), before);
});

Deno.test("notebooks goes on with the others where one fails, and leaves that as it is", async () => {
  await using desk = new Desk();
  await bring(desk, "bad.ipynb", "1", "throw new Error('broken')");
  await bring(desk, "good.ipynb", "1");
  const before = await read(desk, "bad.ipynb");
  const { code, stderr } = await desk.run("notebooks", "--no-python", "bad.ipynb", "good.ipynb");
  assert.equal(code, 1);
  assert.match(stderr, /^bad\.ipynb: Cell 2 failed: Error: broken$/m);
  assert.match(stderr, /^good\.ipynb: all is well/m);
  assert.equal(await read(desk, "bad.ipynb"), before);
});

Deno.test("notebooks --lint looks at notebooks as they are", async () => {
  await using desk = new Desk();
  await bring(desk, "a.ipynb", "import.meta.url");
  const { code, stderr } = await desk.run("notebooks", "--lint", "a.ipynb");
  assert.equal(code, 1);
  assert.match(stderr, /^a\.ipynb: Item 1 \(code\) has import\.meta/m);
});

Deno.test("notebooks refuses a file that is no notebook, and one that is not there", async () => {
  await using desk = new Desk();
  await Deno.writeTextFile(join(desk.path, "a.ipynb"), "{}");
  const bad = await desk.run("notebooks", "--lint", "a.ipynb");
  assert.equal(bad.code, 1);
  assert.match(bad.stderr, /Cannot read the notebook a\.ipynb at "cells": /);
  const missing = await desk.run("notebooks", "--lint", "b.ipynb");
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /Cannot read the notebook "b\.ipynb": there is no such file/);
});

Deno.test("notebook says where Jupyter finds the kernel, and what to do without Python", async () => {
  await using desk = new Desk();
  const kernel = await desk.run("notebook", "--kernel-only", "--prefix", "image");
  assert.equal(kernel.code, 0, kernel.stderr);
  assert(await desk.has("image/share/jupyter/kernels/digits-recognizer/kernel.json"));
  const { code, stderr } = await ended(
    desk.start(["notebook"], { PATH: join(desk.path, "empty"), DIGITS_SERVICES: desk.path }),
  );
  assert.equal(code, 1);
  assert.match(stderr, /as there is no python3: install Python .* Without Python, deno task/);
});
