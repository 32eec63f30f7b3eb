import { ok, strictEqual } from "node:assert/strict";
import { UnavailableError } from "../../lib/base/errors.ts";
import { storageError } from "../../lib/pipeline/storage_error.ts";
import { failureOnFullDisk, noFullDisk } from "../base/full_disk.ts";

const what = "Cannot store artifacts in /home/me/.digits";

async function refusal(work: () => Promise<unknown>): Promise<unknown> {
  return storageError(what, await work().catch((error) => error));
}

Deno.test({
  name: "storageError() says in one sentence that the disk is full",
  ignore: noFullDisk,
  async fn() {
    const { name, message } = await failureOnFullDisk(
      `import { storageError } from "lib/pipeline/storage_error.ts";`,
      `Deno.writeFile("/dev/full", new Uint8Array(1))
        .catch((error) => { throw storageError("${what}", error); })`,
    );
    strictEqual(name, "UnavailableError");
    strictEqual(
      message,
      `${what} as the disk is full: free some space or choose a folder on another disk`,
    );
  },
});

Deno.test("storageError() says in one sentence what is in the way", async () => {
  const file = await Deno.makeTempFile();
  const error = await refusal(() => Deno.mkdir(`${file}/folder`, { recursive: true }));
  await Deno.remove(file);
  ok(error instanceof UnavailableError);
  strictEqual(error.message, `${what} as a part of that path is a file: choose another folder`);
});

Deno.test("storageError() passes on what the disk says where it has no words for it", () => {
  const error = storageError(what, Object.assign(new Error("Strange thing"), { code: "ESTRANGE" }));
  strictEqual((error as Error).message, `${what} as Strange thing`);
});

Deno.test("storageError() leaves errors alone that no disk made", () => {
  for (
    const error of [new TypeError("x"), new DOMException("x", "AbortError"), "text", undefined]
  ) {
    strictEqual(storageError(what, error), error);
  }
});
