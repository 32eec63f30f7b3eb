import assert from "node:assert/strict";
import { parseDrawing, repeatsPoint } from "../../lib/digits/curve.ts";
import { strokeGlyphs } from "../../lib/digits/stroke_glyphs.ts";

const glyphs = strokeGlyphs.flatMap((glyphs, digit) =>
  glyphs.map((glyph) => ({ digit, ...glyph }))
);

/** Points of each stroke, and which of them are corners. */
function movements(drawing: string): readonly (readonly boolean[])[] {
  return parseDrawing(drawing).map((curve) => curve.map((_, i) => repeatsPoint(curve, i)));
}

Deno.test("strokeGlyphs has several ways of writing each of ten digits", () => {
  assert.equal(strokeGlyphs.length, 10);
  for (const ways of strokeGlyphs) assert.ok(ways.length >= 2);
});

Deno.test("strokeGlyphs makes the same movements in all drawings of a glyph, so they blend", () => {
  for (const { digit, drawings } of glyphs) {
    for (const drawing of drawings) {
      assert.deepEqual(movements(drawing), movements(drawings[0]!), `${digit}: ${drawing}`);
    }
  }
});

Deno.test("strokeGlyphs has points from 0 to 100, lines of two and more, and shares above 0", () => {
  for (const { digit, share, drawings } of glyphs) {
    assert.ok(share > 0);
    for (const curve of drawings.flatMap(parseDrawing)) {
      assert.ok(curve.length >= 2);
      for (const value of curve.flat()) assert.ok(value >= 0 && value <= 100, `${digit}: ${value}`);
    }
  }
});
