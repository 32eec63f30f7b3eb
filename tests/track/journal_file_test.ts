import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { UnavailableError } from "../../lib/base/errors.ts";
import {
  hasWholeLine,
  JournalFile,
  readJournal,
  readJournalPart,
  readJournalStart,
} from "../../lib/track/journal_file.ts";

const asNumber = (json: unknown) => typeof json === "number" ? json : undefined;
const durable = { durable: true };

async function temporaryFile(text?: string): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await Deno.makeTempDir({ prefix: "digits-journal-" });
  const path = `${folder}/journal.jsonl`;
  if (text !== undefined) await Deno.writeTextFile(path, text);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

Deno.test("readJournal() skips what it does not know, and a last line without an end", async () => {
  await using file = await temporaryFile('1\n"two"\n\n{\n3\n4');
  deepStrictEqual(await readJournal(file.path, asNumber), [1, 3]);
  strictEqual(await readJournalStart(file.path, asNumber), 1);
});

Deno.test("readJournal() takes a missing file for an empty one", async () => {
  await using file = await temporaryFile();
  deepStrictEqual(await readJournal(file.path, asNumber), []);
  strictEqual(await readJournalStart(file.path, asNumber), undefined);
  strictEqual(await hasWholeLine(file.path), false);
  deepStrictEqual(await readJournalPart(file.path, 7, asNumber), { values: [], end: 7 });
});

Deno.test("readJournalStart() reads a first line that is longer than one part of a file", async () => {
  const long = "ü".repeat(40_000);
  await using file = await temporaryFile(`${JSON.stringify(long)}\n1\n`);
  strictEqual(await readJournalStart(file.path, (json) => json), long);
});

Deno.test("readJournalPart() reads on from where the last part ended, whole lines only", async () => {
  await using file = await temporaryFile('1\n22\n"three"\n333\n4');
  const part = async (from: number, maxBytes?: number) => {
    const { values, end } = await readJournalPart(file.path, from, asNumber, { maxBytes });
    return [values, end];
  };
  deepStrictEqual(await part(0), [[1, 22, 333], 17]);
  deepStrictEqual(await part(0, 5), [[1, 22], 5]);
  deepStrictEqual(await part(0, 6), [[1, 22], 5]);
  deepStrictEqual(await part(5, 2), [[], 13], "a line that is longer than a part");
  deepStrictEqual(await part(13, 2), [[333], 17]);
  deepStrictEqual(await part(17), [[], 17], "what has no end yet does not count");
  deepStrictEqual(await part(99), [[], 99]);
  await Deno.writeTextFile(file.path, "\n", { append: true });
  deepStrictEqual(await part(17), [[4], 19]);
});

Deno.test("hasWholeLine() wants an end, not sense", async () => {
  await using torn = await temporaryFile('{"type":"sta');
  await using other = await temporaryFile("\xff\n");
  strictEqual(await hasWholeLine(torn.path), false);
  strictEqual(await hasWholeLine(other.path), true);
});

Deno.test("JournalFile cuts off a torn line before it adds another", async () => {
  await using file = await temporaryFile("1\n2\n3");
  {
    await using journal = await JournalFile.open(file.path);
    await journal.append(4, durable);
  }
  strictEqual(await Deno.readTextFile(file.path), "1\n2\n4\n");
});

Deno.test("JournalFile changes nothing by being opened", async () => {
  await using file = await temporaryFile("1\n2");
  await (await JournalFile.open(file.path))[Symbol.asyncDispose]();
  strictEqual(await Deno.readTextFile(file.path), "1\n2");
});

Deno.test("JournalFile goes on after a line that the disk took only half of", async () => {
  await using file = await temporaryFile();
  await using journal = await JournalFile.open(file.path);
  await journal.append(1, durable);
  const { write } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.write = async function (bytes) {
    await write.call(this, bytes.subarray(0, bytes.length >> 1));
    throw Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
  };
  const failing = journal.append("two two two", durable);
  await rejects(
    failing,
    new UnavailableError(
      `Cannot write to ${file.path} as the disk is full: free some space or choose a folder on another disk`,
    ),
  );
  Deno.FsFile.prototype.write = write;
  await journal.append(3, { durable: false });
  strictEqual(await Deno.readTextFile(file.path), "1\n3\n");
});

Deno.test("JournalFile keeps lines apart that are added at once", async () => {
  await using file = await temporaryFile();
  {
    await using journal = await JournalFile.open(file.path);
    const numbers = Array.from({ length: 100 }, (_, i) => i);
    void Promise.all(numbers.map((number) => journal.append(number, { durable: false })));
  }
  deepStrictEqual((await readJournal(file.path, asNumber)).length, 100);
});
