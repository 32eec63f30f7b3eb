import assert from "node:assert/strict";
import { centerByMass } from "../../lib/digits/center.ts";

/** Where the ink balances, in pixels from the top left pixel's middle. */
function balance(data: Uint8Array, width: number): readonly [x: number, y: number] {
  const mass = data.reduce((sum, ink) => sum + ink, 0);
  const x = data.reduce((sum, ink, i) => sum + ink * (i % width), 0) / mass;
  const y = data.reduce((sum, ink, i) => sum + ink * Math.floor(i / width), 0) / mass;
  return [x, y];
}

Deno.test("centerByMass() puts a single inked pixel at the middle", () => {
  for (const at of [0, 7, 11]) {
    const data = new Uint8Array(12);
    data[at] = 200;
    const centered = centerByMass({ data, width: 4, height: 3 }, 10);
    assert.equal(centered.indexOf(200), 5 * 10 + 5);
    assert.equal(centered.reduce((sum, ink) => sum + ink, 0), 200);
  }
});

Deno.test("centerByMass() balances uneven ink within half a pixel", () => {
  const data = Uint8Array.from({ length: 20 * 20 }, (_, i) => i % 20 < 5 || i > 320 ? 255 : 0);
  const [x, y] = balance(centerByMass({ data, width: 20, height: 20 }), 28);
  assert.ok(Math.abs(x - 14) <= 0.5 && Math.abs(y - 14) <= 0.5, `${x}, ${y}`);
});

Deno.test("centerByMass() keeps all ink on the paper", () => {
  const data = new Uint8Array(20 * 20);
  data.fill(255, 0, 40); // two rows at the top, and a faint mark at the bottom
  data[399] = 9;
  const centered = centerByMass({ data, width: 20, height: 20 });
  assert.deepEqual(
    centered.filter((ink) => ink > 0).toSorted(),
    data.filter((ink) => ink > 0).toSorted(),
  );
  assert.equal(centered.lastIndexOf(9) >= 27 * 28, true);
});

Deno.test("centerByMass() doesn't mind paper around the ink, however much", () => {
  const data = new Uint8Array(100 * 60);
  data[100 * 59 + 99] = 255;
  assert.equal(centerByMass({ data, width: 100, height: 60 }).indexOf(255), 14 * 28 + 14);
});

Deno.test("centerByMass() leaves paper without ink as it is", () => {
  const blank = { data: new Uint8Array(6), width: 3, height: 2 };
  assert.deepEqual(centerByMass(blank, 5), new Uint8Array(25));
});

Deno.test("centerByMass() refuses ink larger than the paper", () => {
  assert.throws(
    () => centerByMass({ data: new Uint8Array(29 * 3).fill(1), width: 29, height: 3 }),
    new RangeError("Cannot center ink 29 pixels long: it must fit into 28 × 28"),
  );
});
