import assert from "node:assert/strict";
import { strokeGlyphs } from "../../lib/digits/stroke_glyphs.ts";
import { newestWins } from "../../lib/serve/page/browser/newest_wins.ts";
import { blankSketch, isBlank, SketchHistory } from "../../lib/serve/page/browser/sketch.ts";
import { splitDigits } from "../../lib/serve/page/browser/split_digits.ts";
import { penWidth, smooth, type Stroke } from "../../lib/serve/page/browser/stroke.ts";
import { percent, textOf, wordsFor } from "../../lib/serve/page/browser/words.ts";

/** A stroke of a pen of normal width; every two numbers are a point, in hundredths of the sheet. */
function stroke(...numbers: readonly number[]): Stroke {
  return Array.from({ length: numbers.length / 2 }, (_, i) => ({
    x: numbers[2 * i]! / 100,
    y: numbers[2 * i + 1]! / 100,
    width: penWidth(),
  }));
}

Deno.test("smooth() gives curves without a gap from the first point to the last", () => {
  const points = [10, 10, 30, 20, 40, 50, 20, 80, 60, 90];
  for (let count = 1; count <= 5; count++) {
    const way = stroke(...points.slice(0, 2 * count));
    const curves = smooth(way);
    assert.equal(curves[0]!.from, way[0]);
    assert.equal(curves.at(-1)!.to, way.at(-1));
    for (let i = 1; i < curves.length; i++) assert.equal(curves[i]!.from, curves[i - 1]!.to);
    assert.equal(curves.length, Math.max(1, count - 2));
  }
});

Deno.test("penWidth() grows with pressure, and stays within bounds", () => {
  assert(penWidth(0.1) < penWidth() && penWidth() < penWidth(0.9));
  assert.equal(penWidth(7), penWidth(1));
  assert.equal(penWidth(-1), penWidth(0));
});

Deno.test("splitDigits() takes strokes that touch or stand above each other for one digit", () => {
  const four = [stroke(30, 20, 25, 55, 60, 55), stroke(55, 25, 55, 85)];
  const five = [stroke(35, 25, 33, 50, 60, 55, 55, 80, 30, 80), stroke(40, 18, 62, 17)];
  const crossedSeven = [stroke(30, 20, 70, 20, 45, 80), stroke(40, 50, 65, 50)];
  for (const digit of [four, five, crossedSeven]) assert.deepEqual(splitDigits(digit), [digit]);
  assert.deepEqual(splitDigits([four[0]!]), [[four[0]]]);
});

Deno.test("splitDigits() keeps the strokes of a digit together, however people write it", () => {
  for (const [digit, glyphs] of strokeGlyphs.entries()) {
    for (const drawing of glyphs.flatMap(({ drawings }) => drawings)) {
      for (const size of [0.3, 0.5, 0.8]) {
        const strokes = drawing.split(";").map((points) => {
          const numbers = points.trim().split(/[ ,]/).map(Number);
          return stroke(...numbers.map((number) => 10 + size * number));
        });
        assert.equal(splitDigits(strokes).length, 1, `${digit} as ${drawing} at ${size}`);
      }
    }
  }
});

Deno.test("splitDigits() parts digits beside each other, from left to right", () => {
  const one = stroke(15, 20, 15, 80);
  const seven = stroke(60, 20, 85, 20, 70, 80);
  const cross = stroke(68, 50, 82, 50);
  assert.deepEqual(splitDigits([seven, one, cross]), [[one], [seven, cross]]);
  const other = stroke(38, 20, 38, 80);
  assert.deepEqual(splitDigits([other, one, seven]), [[one], [other], [seven]]);
});

Deno.test("splitDigits() takes a dot for a part of the digit beside it", () => {
  const one = stroke(20, 20, 20, 80);
  const seven = stroke(60, 20, 85, 20, 70, 80);
  const dot = stroke(50, 30);
  assert.deepEqual(splitDigits([one, dot, seven]), [[one], [seven, dot]]);
  assert.deepEqual(splitDigits([dot]), [[dot]]);
});

Deno.test("SketchHistory goes back and forth, and forgets what was undone when something is drawn", () => {
  const history = new SketchHistory();
  const [a, b, c] = [stroke(1, 1), stroke(2, 2), stroke(3, 3)];
  assert(isBlank(history.sketch) && !history.canUndo);
  history.add(a);
  history.add(b);
  history.undo();
  assert.deepEqual(history.sketch.strokes, [a]);
  history.redo();
  assert.deepEqual(history.sketch.strokes, [a, b]);
  history.undo();
  history.add(c);
  history.redo();
  assert.deepEqual(history.sketch.strokes, [a, c]);
  history.set(blankSketch);
  assert(isBlank(history.sketch));
  history.undo();
  assert.deepEqual(history.sketch.strokes, [a, c]);
  history.restart();
  history.undo();
  assert(isBlank(history.sketch));
});

Deno.test("SketchHistory begins a drawing anew on a picture, which undoing brings back", () => {
  const history = new SketchHistory();
  const picture = { data: new Uint8Array(1), width: 1, height: 1 };
  history.add(stroke(1, 1));
  history.set({ strokes: [], picture });
  history.add(stroke(2, 2));
  assert.deepEqual([history.sketch], [{ strokes: [stroke(2, 2)] }]);
  history.undo();
  assert.deepEqual([history.sketch], [{ strokes: [], picture }]);
});

Deno.test("newestWins() does one task at a time, and leaves out all but the newest in between", async () => {
  const done: number[] = [];
  let finish = Promise.withResolvers<void>();
  const submit = newestWins(async (value: number) => {
    await finish.promise;
    done.push(value);
  });
  [1, 2, 3].forEach(submit);
  finish.resolve();
  await finish.promise;
  await new Promise(setImmediate);
  assert.deepEqual(done, [1, 3]);
  finish = Promise.withResolvers();
  submit(4);
  submit(5);
  assert.deepEqual(done, [1, 3]);
  finish.resolve();
  await new Promise(setImmediate);
  assert.deepEqual(done, [1, 3, 4, 5]);
});

Deno.test("percent() rounds, but never to certainty", () => {
  const shown = [0, 0.0001, 0.0149, 0.5, 0.98249, 0.9994, 0.99999, 1].map(percent);
  assert.deepEqual(
    shown.map((text) => text.replaceAll("\u00a0", " ")),
    ["0 %", "0 %", "1.5 %", "50.0 %", "98.2 %", "99.9 %", "> 99.9 %", "100.0 %"],
  );
});

Deno.test("wordsFor() says how sure a model is, and what else it may be", () => {
  const say = (...probabilities: readonly number[]) => {
    const best = probabilities.indexOf(Math.max(...probabilities));
    const reading = { class: best, label: "abc"[best]!, probabilities };
    const { verdict, detail } = wordsFor([reading], ["a", "b", "c"]);
    return [verdict, detail.replaceAll("\u00a0", " ")];
  };
  assert.deepEqual(say(0.02, 0.97, 0.01), ["Sure", "97.0 %"]);
  assert.deepEqual(say(0.2, 0.1, 0.7), ["Fairly sure", "70.0 %, or a: 20.0 %"]);
  assert.deepEqual(say(0.4, 0.35, 0.25), ["Not sure", "40.0 %, or b: 35.0 %"]);
  assert.equal(wordsFor([], []).verdict, "Nothing drawn yet");
});

Deno.test("textOf() writes digits side by side, and names apart", () => {
  const readings = (...labels: readonly string[]) =>
    labels.map((label) => ({ class: 0, label, probabilities: [1] }));
  assert.equal(textOf(readings("1", "7")), "17");
  assert.equal(textOf(readings("bag", "shirt")), "bag shirt");
  assert.equal(textOf([]), "");
});
