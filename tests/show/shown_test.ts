import assert from "node:assert/strict";
import { UnavailableError } from "../../lib/base/errors.ts";
import { jupyterDisplay, Shown } from "../../lib/show/shown.ts";
import { FakeNotebook } from "./fake_notebook.ts";

const svg = () => ({ "image/svg+xml": "<svg/>" });

Deno.test("a Shown gives a kernel its pictures, and its text always", async () => {
  const shown = new Shown("a seven", svg, new FakeNotebook());
  assert.deepEqual(await shown[jupyterDisplay](), {
    "image/svg+xml": "<svg/>",
    "text/plain": "a seven",
  });
  assert.equal(jupyterDisplay, Symbol.for("Jupyter.display"));
});

Deno.test("a Shown displays itself when asked, in a terminal as text without drawing anything", async () => {
  const notebook = new FakeNotebook();
  await new Shown("a seven", svg, notebook).display();
  assert.deepEqual(notebook.outputs[0]!.frames, [{
    "image/svg+xml": "<svg/>",
    "text/plain": "a seven",
  }]);

  const terminal = new FakeNotebook({ isRich: false });
  await new Shown("a seven", () => assert.fail("drawn"), terminal).display();
  assert.deepEqual(terminal.outputs[0]!.frames, [{ "text/plain": "a seven" }]);
});

Deno.test("a Shown whose library does not load says so below its text", async () => {
  const draw = () => Promise.reject(new UnavailableError("Cannot load Skia: no build"));
  const shown = new Shown("a seven", draw, new FakeNotebook());
  assert.deepEqual(await shown[jupyterDisplay](), {
    "text/plain": "a seven\n(Cannot load Skia: no build)",
  });
});

Deno.test("a Shown does not hide a mistake of ours", async () => {
  const draw = () => Promise.reject(new TypeError("x is not a function"));
  await assert.rejects(new Shown("", draw, new FakeNotebook())[jupyterDisplay](), TypeError);
});

Deno.test("console.log of a Shown writes its text", () => {
  const shown = new Shown("a seven", svg, new FakeNotebook());
  assert.equal(Deno.inspect(shown), "a seven");
});
