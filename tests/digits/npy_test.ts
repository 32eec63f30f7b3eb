import assert from "node:assert/strict";
import { DataError } from "../../lib/base/errors.ts";
import { Random } from "../../lib/base/random.ts";
import { allocateNpy, decodeNpy, encodeNpy } from "../../lib/digits/npy.ts";
import { fuzzCount } from "../fuzz_count.ts";

const python = Deno.env.get("DIGITS_PYTHON");

Deno.test("encodeNpy() writes, byte for byte, what numpy.save wrote", () => {
  // numpy.save(f, numpy.arange(6, dtype="u1").reshape(2, 3)) with NumPy 2.4
  const recorded =
    "k05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzog" +
    "KDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg" +
    "ICAgICAgIAoAAQIDBAU=";
  assert.equal(
    encodeNpy({ data: new Uint8Array([0, 1, 2, 3, 4, 5]), shape: [2, 3] }).toBase64(),
    recorded,
  );
});

for (
  const [data, shape] of [
    [Uint8Array.from({ length: 24 }, (_, i) => i), [2, 3, 4, 1]],
    [Float32Array.from({ length: 6 }, (_, i) => i / 7), [6]],
    [new Uint8Array([9]), []],
    [new Uint8Array(), [0, 28, 28, 1]],
  ] as const
) {
  Deno.test(`decodeNpy() undoes encodeNpy() for a shape of [${shape}]`, () => {
    const file = encodeNpy({ data, shape });
    const decoded = decodeNpy(file);
    assert.deepEqual(decoded, { data, shape: [...shape] });
    assert.equal(decoded.data.buffer, file.buffer, "it is a view");
    assert.equal(decoded.data.byteOffset % 64, 0);
  });
}

Deno.test("encodeNpy() copies nothing that allocateNpy() or decodeNpy() gave, unless its shape is another", () => {
  const data = allocateNpy([2, 3]);
  data.set([0, 1, 2, 3, 4, 5]);
  const file = encodeNpy({ data, shape: [2, 3] });
  assert.equal(file.buffer, data.buffer);
  assert.deepEqual(file, encodeNpy({ data: data.slice(), shape: [2, 3] }));
  assert.equal(encodeNpy(decodeNpy(file)).buffer, data.buffer);
  const other = encodeNpy({ data, shape: [3, 2] });
  assert.notEqual(other.buffer, data.buffer);
  assert.deepEqual(decodeNpy(other), { data, shape: [3, 2] });
  assert.deepEqual(
    decodeNpy(encodeNpy({ data: data.subarray(3), shape: [1, 3] })).data,
    data.subarray(3),
  );
});

Deno.test("decodeNpy() copies floats that lie askew", () => {
  const data = new Float32Array([0.5, -1]);
  const file = encodeNpy({ data, shape: [2] });
  const askew = new Uint8Array(file.length + 1);
  askew.set(file, 1);
  assert.deepEqual(decodeNpy(askew.subarray(1)).data, data);
});

Deno.test("decodeNpy() says what it does not read", () => {
  const good = encodeNpy({ data: new Uint8Array(6), shape: [2, 3] });
  const text = String.fromCharCode(...good);
  const with_ = (from: string, to: string) =>
    Uint8Array.from(text.replace(from, to), (character) => character.charCodeAt(0));
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [with_("\x93NUMPY", "PK----"), /must begin with \\x93NUMPY: got a ZIP archive$/],
    [with_("\x01\x00", "\x02\x00"), /format must be 1\.0: got 2\.0$/],
    [with_("|u1", "<f8"), /type must be \|u1 or <f4: got <f8$/],
    [with_("|u1", ">f4"), /type must be \|u1 or <f4: got >f4$/],
    [with_("False", "True "), /must be in C order$/],
    [with_("(2, 3)", "(2, x)"), /must have a shape: got /],
    [with_("(2, 3)", "(2, 4)"), /shape \(2, 4\) needs 8 bytes of data: got 6$/],
    [good.subarray(0, 8), /ends within its header, after 8 bytes$/],
    [good.subarray(0, 60), /ends within its header, after 60 bytes$/],
    [good.subarray(0, -1), /needs 6 bytes of data: got 5$/],
  ];
  for (const [bytes, message] of cases) {
    assert.throws(
      () => decodeNpy(bytes, "a"),
      (error) => error instanceof DataError && message.test(error.message),
    );
  }
});

Deno.test("decodeNpy() refuses random bytes, never crashes", () => {
  const random = new Random(4);
  const good = encodeNpy({ data: new Float32Array(6), shape: [2, 3] });
  for (let i = 0; i < fuzzCount(3_000); i++) {
    const bytes = good.slice(0, random.integer(good.length + 1));
    for (let k = 0; k < 3 && bytes.length > 0; k++) {
      bytes[random.integer(bytes.length)] = random.integer(256);
    }
    try {
      decodeNpy(bytes);
    } catch (error) {
      assert.ok(error instanceof DataError, `${error}`);
    }
  }
});

Deno.test({
  name: "numpy.load reads what encodeNpy() wrote, and decodeNpy() what numpy.save wrote " +
    "(needs DIGITS_PYTHON, a Python with NumPy)",
  ignore: python === undefined,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "digits-test-" });
    try {
      const bytes = Uint8Array.from({ length: 24 }, (_, i) => 10 * i);
      const floats = Float32Array.from({ length: 10 }, (_, i) => i / 3);
      await Deno.writeFile(`${folder}/u1.npy`, encodeNpy({ data: bytes, shape: [2, 3, 4, 1] }));
      await Deno.writeFile(`${folder}/f4.npy`, encodeNpy({ data: floats, shape: [10] }));
      const script = `
import json, numpy, sys
u1, f4 = (numpy.load(f"{sys.argv[1]}/{n}.npy") for n in ("u1", "f4"))
numpy.save(f"{sys.argv[1]}/u1b.npy", u1[::-1].copy())
numpy.save(f"{sys.argv[1]}/f4b.npy", f4.reshape(5, 2))
print(json.dumps([str(u1.dtype), u1.tolist(), str(f4.dtype), f4.tolist()]))`;
      const { stdout, stderr } = await new Deno.Command(python!, { args: ["-c", script, folder] })
        .output();
      assert.equal(new TextDecoder().decode(stderr), "");
      const [u1, pixels, f4, values] = JSON.parse(new TextDecoder().decode(stdout));
      assert.deepEqual([u1, pixels.flat(3), f4, values], ["uint8", [...bytes], "float32", [
        ...floats,
      ]]);
      assert.deepEqual(decodeNpy(await Deno.readFile(`${folder}/u1b.npy`)).shape, [2, 3, 4, 1]);
      assert.deepEqual(decodeNpy(await Deno.readFile(`${folder}/f4b.npy`)), {
        shape: [5, 2],
        data: floats,
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
