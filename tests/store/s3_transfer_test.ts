import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { DataError, UsageError } from "../../lib/base/errors.ts";
import type { TransferSource } from "../../lib/pipeline/artifact_transfer.ts";
import { s3Transfer } from "../../lib/store/s3_transfer.ts";
import { type FakeS3, fakeS3 } from "./fake_s3.ts";
import { s3Host } from "./s3_host.ts";
import { bytesIn, randomSource } from "./store_contract.ts";

const transferOn = ({ url }: FakeS3) =>
  s3Transfer({ endpoint: url, accessKey: "a", secretKey: "b", host: s3Host() });

function sourceOf(text: string, size: number | null = text.length): TransferSource {
  const open = () => new Blob([text]).stream();
  return { size, repeatable: true, open };
}

Deno.test("s3Transfer() puts, gets, lists and removes objects as they are named", async () => {
  await using s3 = await fakeS3();
  const transfer = transferOn(s3);
  strictEqual(transfer.scheme, "s3");
  const root = "s3://mlflow/1/abc/artifacts";
  const uris = [`${root}/a b+c%20/ü.txt`, `${root}/model/MLmodel`, `${root}/report.html`];
  for (const uri of uris) await transfer.put(uri, sourceOf(uri));
  deepStrictEqual(
    [...s3.objects.keys()].sort(),
    uris.map((uri) => uri.slice("s3://".length)).sort(),
  );
  for (const uri of uris) {
    strictEqual(new TextDecoder().decode(await bytesIn(await transfer.get(uri))), uri);
  }
  deepStrictEqual(await Array.fromAsync(transfer.list(root)), [
    { uri: `${root}/a b+c%20`, size: null, isFolder: true },
    { uri: `${root}/model`, size: null, isFolder: true },
    { uri: uris[2], size: uris[2]!.length, isFolder: false },
  ]);
  deepStrictEqual(await Array.fromAsync(transfer.list(`${root}/nothing`)), []);
  deepStrictEqual(await Array.fromAsync(transfer.list("s3://elsewhere")), []);
  await transfer.remove(uris[0]!);
  await transfer.remove(uris[0]!);
  await rejects(transfer.get(uris[0]!), DataError);
  await rejects(transfer.get("s3://elsewhere/a"), DataError);
});

Deno.test("s3Transfer() writes over what is there, and streams what is large", async () => {
  await using s3 = await fakeS3();
  const transfer = transferOn(s3);
  const large = randomSource(1, 12_000_000);
  const uri = "s3://mlflow/a";
  await transfer.put(uri, sourceOf("small"));
  for (const size of [12_000_000, null]) {
    const open = () => large.stream() as ReadableStream<Uint8Array<ArrayBuffer>>;
    await transfer.put(uri, { size, repeatable: true, open });
    const whole = await bytesIn(large.stream());
    deepStrictEqual(await bytesIn(await transfer.get(uri)), whole);
  }
});

Deno.test("s3Transfer() leaves what was there when a source fails", async () => {
  await using s3 = await fakeS3();
  const transfer = transferOn(s3);
  const uri = "s3://mlflow/a";
  await transfer.put(uri, sourceOf("before"));
  const broken = new Error("the source broke");
  for (const size of [10, 6_000_000]) {
    const open = () =>
      ReadableStream.from(async function* () {
        yield await Promise.resolve(new Uint8Array(size));
        throw broken;
      }());
    await rejects(transfer.put(uri, { size: null, repeatable: false, open }), broken);
  }
  strictEqual(new TextDecoder().decode(await bytesIn(await transfer.get(uri))), "before");
  strictEqual(s3.uploads.size, 0);
});

Deno.test("s3Transfer() refuses addresses that are none", async () => {
  const transfer = s3Transfer({
    endpoint: "localhost:9000",
    accessKey: "a",
    secretKey: "b",
    host: s3Host(),
  });
  for (const uri of ["", "file:///a", "s3:/a/b", "s3://A_B/c", "s3://"]) {
    await rejects(transfer.get(uri), UsageError);
    await rejects(transfer.put(uri, sourceOf("")), UsageError);
  }
});
