import assert from "node:assert/strict";
import { escapeMarkup, Markup, markup } from "../../lib/draw/markup.ts";

Deno.test("markup`` escapes text in content and in attributes", () => {
  const evil = `"><script>alert('&')</script>`;
  assert.equal(
    markup`<p title="${evil}">${evil}</p>`.text,
    `<p title="&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;">` +
      `&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;</p>`,
  );
});

Deno.test("markup`` inserts markup as it is, lists one after another, and numbers", () => {
  const items = ["a", "<"].map((item) => markup`<li>${item}</li>`);
  assert.equal(markup`<ul>${items}</ul>${7}`.text, "<ul><li>a</li><li>&lt;</li></ul>7");
  assert.equal(markup`${new Markup("<hr>")}`.text, "<hr>");
  assert.equal(markup`no value`.text, "no value");
});

Deno.test("escapeMarkup() replaces what XML can't hold", () => {
  assert.equal(escapeMarkup("a\0b\x1b\ud800c\td\n"), "a\ufffdb\ufffd\ufffdc\td\n");
});
