import assert from "node:assert/strict";
import { sketchpadView } from "../../lib/show/sketchpad.ts";

async function htmlOf(url: string, model?: string): Promise<string> {
  const { draw } = sketchpadView(url, model === undefined ? {} : { model });
  return (await draw())["text/html"] as string;
}

Deno.test("show.sketchpad() is one piece of HTML whose script parses, and that loads nothing", async () => {
  const html = await htmlOf("http://127.0.0.1:8080/");
  const script = /<script>([^]*)<\/script>/.exec(html)![1]!;
  new Function(script);
  assert.ok(script.includes('"url":"http://127.0.0.1:8080"'));
  assert.ok(!/\bimport\b|src=|href=/.test(html.replace(/imports? nothing/, "")));
});

Deno.test("show.sketchpad() leaves a password out, and can't be broken out of", async () => {
  const html = await htmlOf("http://ann:secret@127.0.0.1:8080/a", "</script><b>");
  assert.ok(!html.includes("secret"));
  assert.equal(html.match(/<\/script>/g)!.length, 1);
});

Deno.test("show.sketchpad() refuses what is no http address", () => {
  assert.throws(() => sketchpadView("file:///etc"), TypeError);
  assert.throws(() => sketchpadView("nonsense"), TypeError);
});
