/**
 * A sheet to draw digits on, in a notebook's output.
 *
 * @module
 */
import { stripTypeScriptTypes } from "node:module";
import { Markup, markup } from "../draw/markup.ts";
import type { View } from "./digits_view.ts";
import page from "./sketchpad_page.ts" with { type: "text" };

/** Which model is asked. */
export interface SketchpadOptions {
  /** What the server calls it. @default "digits-recognizer" */
  readonly model?: string;
}

/**
 * HTML that draws, asks and answers by itself. The reader's browser asks the server, not the kernel:
 * the server must let pages of other origins in, as with `serve(model, { cors: "*" })`.
 *
 * @throws {TypeError} when the address is none.
 */
export function sketchpadView(
  url: string | URL,
  { model = "digits-recognizer" }: SketchpadOptions = {},
): View {
  const address = new URL(url);
  if (!/^https?:$/.test(address.protocol)) {
    throw new TypeError(`Cannot draw for ${address}: give the http address of a server`);
  }
  const base = `${address.origin}${address.pathname}`.replace(/\/$/, "");
  return {
    text: `A sheet to draw digits on, for the server at ${base}; it needs a browser`,
    draw: () => ({ "text/html": sketchpadHtml(base, model) }),
  };
}

function sketchpadHtml(url: string, model: string): string {
  // In a script, "</script" would end it.
  const settings = JSON.stringify({ url, model }).replaceAll("<", "\\u003c");
  const code = stripTypeScriptTypes(page).replace("export function", "function");
  return markup`<div class="digits-sketchpad" style="display:flex;flex-wrap:wrap;gap:16px;\
align-items:flex-start;font:13px/1.5 system-ui,sans-serif">
<div><canvas width="280" height="280" role="img" aria-label="Sheet to draw on" \
style="width:200px;height:200px;border:1px solid #888;border-radius:6px;background:#fff;\
touch-action:none;cursor:crosshair"></canvas><br><button type="button">Clear</button></div>
<div><div data-words role="status">Run this cell to draw.</div><div data-bars></div>
<div style="margin-top:6px"><canvas width="28" height="28" role="img" \
aria-label="What the network sees" style="width:56px;height:56px;border:1px solid #8888;\
image-rendering:pixelated"></canvas> what it sees</div></div></div>
<script>
(() => {
${new Markup(code)}
for (const root of document.querySelectorAll(".digits-sketchpad:not([data-started])")) {
  root.dataset.started = "";
  startSketchpad(root, { ...${new Markup(settings)}, fetch: (...given) => fetch(...given) });
}
})();
</script>`.text;
}
