import assert from "node:assert/strict";
import { DataError } from "../../lib/base/errors.ts";
import { Random } from "../../lib/base/random.ts";
import { decodePicture } from "../../lib/draw/decode_picture.ts";
import { readPictureHeader } from "../../lib/draw/picture_header.ts";
import { sampleFiles, sampleSize, withOrientation } from "./sample_files.ts";
import { fuzzCount } from "../fuzz_count.ts";

const files = await sampleFiles();
const { width, height } = sampleSize;

for (const [kind, bytes] of Object.entries(files)) {
  Deno.test(`readPictureHeader() tells the kind and size of a ${kind} file`, () => {
    const format = kind.replace("lossless ", "");
    assert.deepEqual(readPictureHeader(bytes), { format, width, height });
  });

  Deno.test(`decodePicture() gives the pixels of a ${kind} file`, async () => {
    const picture = await decodePicture(bytes);
    assert.deepEqual([picture.width, picture.height], [width, height]);
    assert.equal(picture.data.length, 4 * width * height);
    assertNear(picture.data.subarray(4 * 3, 4 * 4), [255, 0, 0, 255]);
    assertNear(picture.data.subarray(4 * 20, 4 * 21), [255, 255, 255, 255]);
  });

  Deno.test(`decodePicture() refuses a ${kind} file that was cut off anywhere`, async () => {
    const end = kind === "GIF" ? bytes.length - 1 : bytes.length; // without the mark after the picture it is whole
    for (let length = 0; length < end; length += Math.ceil(end / 40)) {
      await assert.rejects(decodePicture(bytes.slice(0, length)), DataError, `${length} bytes`);
    }
    await assert.rejects(decodePicture(bytes.slice(0, end - 1)), /ends too early/);
  });
}

Deno.test("decodePicture() turns a photo upright", async () => {
  const { data, ...size } = await decodePicture(withOrientation(files.JPEG!, 6));
  assert.deepEqual(size, { width: height, height: width });
  assertNear(data.subarray(0, 4), [255, 0, 0, 255]);
  assertNear(data.subarray(-4), [255, 255, 255, 255]);
});

Deno.test("decodePicture() keeps what is transparent", async () => {
  const { createCanvas } = await import("@napi-rs/canvas");
  const { data } = await decodePicture(await createCanvas(8, 8).encode("png"));
  assert.deepEqual(data, new Uint8ClampedArray(4 * 8 * 8));
});

Deno.test("decodePicture() refuses what is no picture, saying what is", async () => {
  for (const text of ["", "<html>", "<svg xmlns='http://www.w3.org/2000/svg'/>", "%PDF-1.7"]) {
    await assert.rejects(
      decodePicture(new TextEncoder().encode(text)),
      new DataError(
        `Cannot read ${text.length} bytes as a picture: they are not PNG, JPEG, WebP, GIF or BMP`,
      ),
    );
  }
});

Deno.test("decodePicture() refuses too large a picture before decoding it", async () => {
  const huge = files.PNG!.slice();
  new DataView(huge.buffer).setUint32(16, 60_000);
  new DataView(huge.buffer).setUint32(20, 60_000);
  await assert.rejects(decodePicture(huge), /60000×60000 pixels: at most 50000000 pixels/);
  await assert.rejects(decodePicture(files.GIF!, { maxPixels: 100 }), /24×16 pixels: at most 100/);
  const empty = files.BMP!.slice();
  new DataView(empty.buffer).setUint32(18, 0);
  await assert.rejects(decodePicture(empty), /it is empty/);
});

Deno.test("decodePicture() makes a picture or a DataError of damaged and random bytes", async () => {
  const random = new Random(1);
  const originals = Object.values(files);
  for (let i = 0; i < fuzzCount(600); i++) {
    const bytes = originals[i % originals.length]!.slice();
    const from = i % 3 === 0 ? 8 : 0; // every third keeps its signature
    const changes = i % 2 === 0 ? 1 + random.integer(4) : bytes.length;
    for (let k = 0; k < changes; k++) {
      bytes[from + random.integer(bytes.length - from)] = random.integer(256);
    }
    try {
      const { data, width, height } = await decodePicture(bytes, { maxPixels: 1e6 });
      assert.equal(data.length, 4 * width * height);
    } catch (error) {
      assert.ok(error instanceof DataError, String(error));
    }
  }
});

function assertNear(actual: ArrayLike<number>, expected: readonly number[]): void {
  expected.forEach((value, i) => assert.ok(Math.abs(actual[i]! - value) < 16, `${actual}`));
}
