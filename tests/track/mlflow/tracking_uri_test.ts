import assert from "node:assert/strict";
import { UsageError } from "../../../lib/base/errors.ts";
import { authorization, parseTrackingUri } from "../../../lib/track/mlflow/tracking_uri.ts";

Deno.test("parseTrackingUri() keeps a path prefix and drops the last slash, query and fragment", () => {
  for (
    const [uri, url] of [
      ["http://127.0.0.1:5000", "http://127.0.0.1:5000"],
      ["http://127.0.0.1:5000/", "http://127.0.0.1:5000"],
      ["https://example.org/ml/flow//", "https://example.org/ml/flow"],
      ["https://example.org/mlflow?a=b#c", "https://example.org/mlflow"],
    ] as const
  ) {
    assert.deepEqual(parseTrackingUri(uri), { url, auth: { kind: "none" } });
    assert.equal(parseTrackingUri(new URL(uri)).url, url);
  }
});

Deno.test("parseTrackingUri() takes credentials out of the URL", () => {
  assert.deepEqual(parseTrackingUri("https://a%40b:p%3Aw%2F%25@example.org/x"), {
    url: "https://example.org/x",
    auth: { kind: "basic", username: "a@b", password: "p:w/%" },
  });
});

Deno.test("parseTrackingUri() refuses anything but http and https, without its secrets", () => {
  for (const uri of ["sqlite:///a.db", "databricks", "u:secret@host", "file:///mlruns", ""]) {
    assert.throws(() => parseTrackingUri(uri), (error) => {
      assert(error instanceof UsageError);
      assert.match(error.message, /^Cannot use .* as MLFLOW_TRACKING_URI: write it as http:/);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  }
});

Deno.test("authorization() writes headers, with any characters", async () => {
  assert.deepEqual(await authorization({ kind: "none" }), {});
  const basic = await authorization({ kind: "basic", username: "ädä", password: "p:€" });
  const encoded = basic.authorization!.replace("Basic ", "");
  assert.equal(new TextDecoder().decode(Uint8Array.fromBase64(encoded)), "ädä:p:€");
  assert.deepEqual(await authorization({ kind: "bearer", token: "t\n" }), {
    authorization: "Bearer t",
  });
  const token = () => Promise.resolve("fresh");
  assert.deepEqual(await authorization({ kind: "bearer", token }), {
    authorization: "Bearer fresh",
  });
});
