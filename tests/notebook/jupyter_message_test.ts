import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { DataError } from "../../lib/base/errors.ts";
import { decodeMessage, encodeMessage } from "../../scripts/notebook/jupyter_message.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

const parts = [
  { msg_id: "1", msg_type: "stream" },
  { msg_id: "asked" },
  {},
  { name: "stdout", text: "2\n" },
].map((part) => bytes(JSON.stringify(part)));

const signature = (key: string) => {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return bytes(hmac.digest("hex"));
};

Deno.test("decodeMessage() gives type, request and content, whatever stands before the delimiter", () => {
  const frames = [bytes("topic"), bytes("<IDS|MSG>"), signature("key"), ...parts, bytes("buffer")];
  assert.deepEqual(decodeMessage(frames, "key"), {
    type: "stream",
    id: "1",
    parentId: "asked",
    content: { name: "stdout", text: "2\n" },
    header: { msg_id: "1", msg_type: "stream" },
    parent: { msg_id: "asked" },
  });
});

Deno.test("decodeMessage() trusts no message that was signed with another key, or changed", () => {
  const frames = (signed: Uint8Array, last = parts[3]!) => [
    bytes("<IDS|MSG>"),
    signed,
    ...parts.slice(0, 3),
    last,
  ];
  for (
    const wrong of [
      frames(signature("other")),
      frames(bytes("")),
      frames(signature("key"), bytes(`{"name":"stdout","text":"3\\n"}`)),
    ]
  ) {
    assert.throws(() => decodeMessage(wrong, "key"), DataError);
  }
});

Deno.test("decodeMessage() refuses frames that are no message", () => {
  for (const wrong of [[], [bytes("<IDS|MSG>")], parts]) {
    assert.throws(
      () => decodeMessage(wrong, "key"),
      new DataError("Cannot read a message of the kernel as its frames are not Jupyter's"),
    );
  }
});

Deno.test("encodeMessage() signs what decodeMessage() trusts, and nothing where there is no key", () => {
  for (const key of ["key", ""]) {
    const parent = { msg_id: "asked" };
    const { id, frames } = encodeMessage("error", { evalue: "é" }, { key, session: "s", parent });
    const message = decodeMessage(frames, key);
    assert.equal(message.type, "error");
    assert.equal(message.id, id);
    assert.equal(message.header["session"], "s");
    assert.deepEqual(message.parent, parent);
    assert.deepEqual(message.content, { evalue: "é" });
  }
});
