import assert from "node:assert/strict";
import { renderReport } from "../../lib/draw/report.ts";
import { type Element, findAll, parseMarkup, textOf } from "./parse_markup.ts";
import { sampleEvaluation, sampleReport } from "./sample_report.ts";

const html = await renderReport(sampleReport());
const page = parseMarkup(html);

Deno.test("renderReport() leads with the accuracy, the dataset's name and the gate", () => {
  const [header] = findAll(page, "header");
  assert.match(textOf(header!), /90\.00 % test accuracy on mnist/);
  assert.match(textOf(header!), /Below the gate of 97 % on the mnist test digits/);
  assert.equal(textOf(findAll(page, "title")[0]!), "90.00 % on mnist · Digits");
  assert.equal(byClass("banner").length, 0);
});

Deno.test("renderReport() warns of synthetic digits", async () => {
  const synthetic = parseMarkup(await renderReport(sampleReport({ dataset: "synthetic" })));
  const [banner] = byClass("banner", synthetic);
  assert.match(textOf(banner!), /^Synthetic digits: this says nothing about MNIST/);
  assert.match(textOf(synthetic), /test accuracy on synthetic/);
});

Deno.test("renderReport() needs nothing outside: no script, no link, no request", () => {
  for (const name of ["script", "link", "iframe", "object", "foreignObject", "form"]) {
    assert.equal(findAll(page, name).length, 0, name);
  }
  for (const { attributes } of findAll(page)) {
    for (const [name, value] of Object.entries(attributes)) {
      assert.ok(!name.startsWith("on"), name);
      if (/^(href|src)$/.test(name)) assert.match(value, /^(#|data:image\/png;base64,)/);
    }
  }
  assert.ok(!/url\(|@import/.test(html));
  const policy = findAll(page, "meta").find(({ attributes }) => "http-equiv" in attributes)!;
  assert.match(policy.attributes.content!, /^default-src 'none';/);
});

Deno.test("renderReport() shows every mistake with its picture and likeliest classes", () => {
  const { mistakes, classNames } = sampleEvaluation();
  const cards = findAll(byId("mistakes"), "li");
  assert.equal(cards.length, mistakes.length);
  const { index, label, predicted } = mistakes[0]!;
  const [image] = findAll(cards[0]!, "img");
  assert.equal(
    image!.attributes.alt,
    `Test picture ${index}: a ${classNames[label]} that was read as ${classNames[predicted]}`,
  );
  assert.deepEqual(
    findAll(cards[0]!, "dt").map(textOf).slice(0, 1),
    [classNames[predicted]],
  );
  assert.match(textOf(cards[0]!), /75\.0 %/);
});

Deno.test("renderReport() shows pictures of any channels, and turns only ink on paper light in the dark", async () => {
  const shapes = [[4, 3, 1], [3, 2, 2], [2, 2, 3], [3, 1, 4]] as const;
  for (const imageShape of shapes) {
    const evaluation = { ...sampleEvaluation(), imageShape };
    const shown = findAll(
      parseMarkup(await renderReport({ ...sampleReport(), evaluation })),
      "img",
    );
    assert.equal(shown.length, evaluation.mistakes.length);
    for (const { attributes } of shown) {
      assert.equal(attributes.class, imageShape[2] === 1 ? "ink" : undefined);
    }
  }
});

Deno.test("renderReport() lists layers, parameters, steps and classes", () => {
  assert.deepEqual(rowsOf("model", 0), [
    ["conv2d 2 × 2×2, relu", "3 × 2 × 2", "10"],
    ["dropout 0.5", "3 × 2 × 2", "0"],
    ["dense 3", "3", "39"],
    ["Total", "", "49"],
  ]);
  assert.deepEqual(rowsOf("run", 0), [
    ["no_epochs", "2"],
    ["optimizer", "adam"],
    ["layers", '["a",1]'],
  ]);
  assert.deepEqual(rowsOf("run", 1), [
    ["acquire", "0.25", "succeeded, from the cache"],
    ["train", "4.00", "succeeded"],
  ]);
  assert.deepEqual(
    rowsOf("classes", 0).map(([name, , , , , support]) => [name, support]),
    [["zero", "20"], ["one", "20"], ["two", "20"]],
  );
  assert.match(textOf(byId("run")), /2026-01-02 03:04 UTC/);
});

Deno.test("renderReport() is accessible: one h1, headings, captions, alternatives, a language", () => {
  assert.equal(page.attributes.lang, "en");
  assert.equal(findAll(page, "h1").length, 1);
  for (const section of findAll(page, "section")) {
    const heading = findAll(section, "h2")[0]!;
    assert.equal(section.attributes["aria-labelledby"], heading.attributes.id);
  }
  for (const table of findAll(page, "table")) {
    assert.ok(textOf(findAll(table, "caption")[0]!));
    assert.ok(findAll(table, "th").every(({ attributes }) => attributes.scope));
  }
  for (const svg of findAll(page, "svg")) assert.ok(svg.attributes["aria-label"]);
  for (const image of findAll(page, "img")) assert.ok(image.attributes.alt);
  const ids = findAll(page).flatMap(({ attributes }) => attributes.id ?? []);
  assert.equal(new Set(ids).size, ids.length);
  for (const link of findAll(page, "a")) assert.ok(ids.includes(link.attributes.href!.slice(1)));
});

Deno.test("renderReport() escapes everything that comes from outside", async () => {
  const evil = `<img src=x onerror="alert('1')">`;
  const input = sampleReport({ dataset: evil, classNames: [evil, "</style><script>", "&lt;"] });
  const hostile = parseMarkup(
    await renderReport({
      ...input,
      title: evil,
      run: { ...input.run, id: evil, experiment: evil, status: evil },
      dataset: { name: evil, source: evil, counts: { [evil]: 1 } },
      model: { name: evil, version: 1 },
      steps: [{ name: evil, state: evil, seconds: 1, cached: false }],
      parameters: { [evil]: evil },
      description: {
        ...input.description,
        training: { ...input.description.training, engine: evil, runtime: evil },
      },
    }),
  );
  const names = (root: Element) => findAll(root).map(({ name }) => name).sort();
  const tags = new Set(names(page));
  assert.deepEqual(names(hostile).filter((name) => !tags.has(name)), []);
  assert.equal(findAll(hostile, "img").length, findAll(page, "img").length);
  assert.ok(textOf(hostile).includes(evil));
});

Deno.test("renderReport() is the same each time, and small", async () => {
  assert.equal(await renderReport(sampleReport()), html);
  const evaluation = sampleEvaluation({ count: 700 });
  assert.equal(evaluation.mistakes.length, 60);
  const full = await renderReport({ ...sampleReport(), evaluation });
  assert.ok(full.length < 600_000, `${full.length} characters`);
  assert.equal(findAll(parseMarkup(full), "li").length, 60);
});

Deno.test("renderReport() tells of a run without mistakes, model, validation or speed", async () => {
  const input = sampleReport();
  const none = { ...input.evaluation, mistakes: [], accuracy: 1, confusion: [[20, 0, 0]] };
  const report = parseMarkup(
    await renderReport({
      ...input,
      evaluation: none,
      model: null,
      imagesPerSecond: null,
      steps: [],
      gate: { minAccuracy: 0, passed: true, verdict: "Version 3 is <champion>." },
      description: {
        ...input.description,
        history: input.description.history.map((result) => (
          { ...result, validationLoss: null, validationAccuracy: null }
        )),
      },
    }),
  );
  assert.match(textOf(report), /0 test digits of 60 misread/);
  assert.match(textOf(report), /not registered/);
  assert.match(textOf(report), /✓ Passed the gate of 0 %.*\s*Version 3 is <champion>\./);
});

function byId(id: string): Element {
  return findAll(page).find(({ attributes }) => attributes.id === id)!;
}

function byClass(name: string, root = page): Element[] {
  return findAll(root).filter(({ attributes }) => attributes.class?.split(" ").includes(name));
}

/** The cells of a section's table, without its head. */
function rowsOf(id: string, table: number): string[][] {
  const [body] = findAll(findAll(byId(id), "table")[table]!, "tbody");
  return findAll(body!, "tr").map((row) =>
    row.children.filter((cell) => typeof cell !== "string").map((cell) => textOf(cell).trim())
  );
}
