import assert from "node:assert/strict";
import { safeUrl } from "../../lib/base/http_error.ts";

Deno.test("safeUrl() leaves out credentials, query values and fragment", () => {
  assert.equal(safeUrl("https://u:p@example.org:81/a/b?c=d#e"), "https://example.org:81/a/b?…");
  assert.equal(safeUrl(new URL("https://example.org/a#e")), "https://example.org/a");
});

Deno.test("safeUrl() masks what is not quite a URL too", () => {
  assert.equal(safeUrl("user:secret@host/path?key=1"), "…@host/path?…");
});
