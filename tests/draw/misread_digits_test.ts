import assert from "node:assert/strict";
import { decodePicture } from "../../lib/draw/decode_picture.ts";
import { misreadDigitsPng } from "../../lib/draw/misread_digits.ts";
import { sampleEvaluation } from "./sample_report.ts";

Deno.test("misreadDigitsPng() shows every mistake with what it is and was read as", async () => {
  const evaluation = sampleEvaluation({ classNames: ["0", "1", "2"] });
  const one = await misreadDigitsPng({
    ...evaluation,
    mistakes: evaluation.mistakes.slice(0, 1),
  });
  const all = await misreadDigitsPng(evaluation);
  const [small, large] = await Promise.all([decodePicture(one!), decodePicture(all!)]);
  assert.equal(small.height, large.height, "one row");
  assert.ok(large.width > 4 * small.width, `${evaluation.mistakes.length} digits`);
});

Deno.test("misreadDigitsPng() makes room for long names, and gives nothing where nothing is wrong", async () => {
  const short = await misreadDigitsPng(sampleEvaluation({ classNames: ["0", "1", "2"] }));
  const long = await misreadDigitsPng(
    sampleEvaluation({ classNames: ["a rather long name", "another long name", "c"] }),
  );
  const [narrow, wide] = await Promise.all([decodePicture(short!), decodePicture(long!)]);
  assert.ok(wide.width > narrow.width && wide.height > narrow.height);
  assert.equal(await misreadDigitsPng({ ...sampleEvaluation(), mistakes: [] }), undefined);
});
