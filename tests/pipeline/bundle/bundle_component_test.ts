import assert from "node:assert/strict";
import { loadBundle } from "../../../lib/pipeline/bundle/load_bundle.ts";
import {
  artifact,
  artifacts,
  bundleComponent,
  bytesCodec,
  type Codec,
  type Component,
  defineComponent,
  integer,
  jsonCodec,
  number,
  text,
  textCodec,
} from "../../../lib/pipeline/mod.ts";
import * as sample from "../sample.ts";

const outside = 7;
const helpers = {
  triple({ x }: { readonly x: number }) {
    return { y: 3 * x };
  },
  async ["qua" + "druple"]({ x }: { readonly x: number }) {
    return await Promise.resolve({ y: 4 * x });
  },
};

type Body = (inputs: { readonly x: number }) => { y: number } | Promise<{ y: number }>;

/** A component with this body. */
function withBody(run: Body): Component {
  return defineComponent({
    name: "some-step",
    description: "Does something",
    inputs: { x: integer("x", { default: 5 }) },
    outputs: { y: number("y") },
    run,
  });
}

/** What comes back at the other end. */
const carried = async (component: Component) => await loadBundle(bundleComponent(component));

Deno.test("bundleComponent() carries a function, however it is written", async () => {
  const bodies: readonly (readonly [Body, number])[] = [
    [({ x }) => ({ y: 2 * x }), 10],
    [
      function ({ x }) {
        return { y: x };
      },
      5,
    ],
    [
      async function again({ x }): Promise<{ y: number }> {
        return x > 1 ? await again({ x: x - 1 }) : { y: x };
      },
      1,
    ],
    [helpers.triple, 15],
    [Object.values(helpers)[1] as Body, 20],
  ];
  for (const [body, y] of bodies) {
    assert.deepEqual(await (await carried(withBody(body))).run({}), { y }, body.toString());
  }
  const method = defineComponent({
    name: "method",
    description: "Is written as a method",
    inputs: { x: integer("x") },
    outputs: { y: integer("y") },
    async run({ x }) {
      return await Promise.resolve({ y: x + 1 });
    },
  });
  assert.match(bundleComponent(method), /\n {2}async run ?\(\{ x \}\)/);
  assert.deepEqual(await (await carried(method)).run({ x: 1 }), { y: 2 });
});

Deno.test("bundleComponent() carries names, ports, defaults, codecs and find", async () => {
  const codec: Codec<readonly number[]> = {
    encode: (values) => ({ "": new TextEncoder().encode(values.join()) }),
    decode(files) {
      return new TextDecoder().decode(files[""]).split(",").map(Number);
    },
  };
  const component = defineComponent({
    name: "many-ports",
    description: 'Has "many" ports',
    effects: true,
    version: "3",
    inputs: {
      own: artifact("o", { codec }),
      more: artifacts("m", { codec: bytesCodec, schema: "system.Dataset" }),
      note: text("n", { default: "line\nbreak" }),
    },
    outputs: {
      json: artifact("j", {
        codec: jsonCodec,
        schema: "system.Metrics",
        metadata: (value) => ({ value }),
      }),
      words: artifact("w", { codec: textCodec, schema: "system.Markdown" }),
    },
    run: ({ own, more, note }) => ({ json: [...own, more.length], words: note }),
    find({ note }) {
      return Promise.resolve(note === "known" ? { json: null, words: note } : undefined);
    },
  });
  const loaded = await carried(component);
  for (const key of ["name", "description", "effects", "version", "container"] as const) {
    assert.deepEqual(loaded[key], component[key]);
  }
  // Functions are not equal to their copies; all else is.
  assert.equal(JSON.stringify(loaded.inputs), JSON.stringify(component.inputs));
  assert.equal(JSON.stringify(loaded.outputs), JSON.stringify(component.outputs));
  assert.deepEqual(await loaded.run({ own: [1, 2], more: [Uint8Array.of()] }), {
    json: [1, 2, 1],
    words: "line\nbreak",
  });
  const { own } = loaded.inputs;
  assert.ok(own?.kind === "artifact");
  assert.deepEqual(await own.codec.decode(await own.codec.encode([3, 4])), [3, 4]);
  const { json } = loaded.outputs;
  assert.deepEqual(json?.kind === "artifact" && json.metadata(1), { value: 1 });
  const context = {} as Parameters<typeof loaded.find>[1];
  assert.deepEqual(await loaded.find({ note: "known" }, context), { json: null, words: "known" });
  assert.equal(await loaded.find({ note: "new" }, context), undefined);
  assert.equal(bundleComponent(component), bundleComponent(component));
});

Deno.test("bundleComponent() lets a body import what the pod can", async () => {
  const loaded = await carried(withBody(async ({ x }) => {
    const { basename } = await import("node:path");
    const { checkKey } = await import("@fourdotinfinity/digits-recognizer/pipeline");
    const { number, parse } = await import("valibot");
    return { y: parse(number(), x) + basename("/a/bc").length + checkKey("def").length };
  }));
  assert.deepEqual(await loaded.run({ x: 10 }), { y: 15 });
});

Deno.test("bundleComponent() imports codecs that a module of the image exports, by identity", () => {
  const step = defineComponent({
    name: "counts",
    description: "Counts",
    inputs: { numbers: sample.numbers("n") },
    outputs: {
      same: artifact("s", { codec: { ...sample.numbersCodec, encode: () => ({}) } }),
    },
    run: ({ numbers }) => ({ same: numbers }),
  });
  assert.throws(() => bundleComponent(step), {
    name: "TypeError",
    message:
      'Cannot bundle component "counts" as the codec\'s decode of input "numbers" uses DataError, ' +
      "which is not part of it, and a pod gets nothing else: pass it as input, define it inside, " +
      'or import inside with await import("npm:…")',
  });
  const { decode } = sample.numbersCodec;
  const source = bundleComponent(step, { modules: { "./sample.ts": { ...sample, decode } } });
  assert.match(source, /^import \* as m1 from "\.\/sample\.ts";$/m);
  assert.match(source, /codec: m1\.numbersCodec,/);
  assert.match(source, /decode: m1\.decode,/);
});

Deno.test("bundleComponent() names what a function lacks where it runs alone", () => {
  class Base {
    readonly factor = 2;
    run = ({ x }: { readonly x: number }) => ({ y: this.factor * x });
  }
  const name = "closed over";
  for (
    const [body, missing] of [
      [({ x }) => ({ y: x * outside }), "outside, which is"],
      [({ x }) => ({ y: x * outside + helpers.triple({ x }).y }), "outside, helpers, which are"],
      [() => ({ y: name.length }), "name, which is"],
      [new Base().run, "this, which is"],
      [() => ({ y: import.meta.url.length }), "import.meta, which is"],
      [
        async () => ({ y: Object.keys(await import("../sample.ts")).length }),
        'import("../sample.ts"), which is',
      ],
      [
        async () => ({ y: Object.keys(await import(`../sample.ts`)).length }),
        'import("../sample.ts"), which is',
      ],
      // deno-lint-ignore no-eval
      [({ x }) => ({ y: x * eval("outside") }), "eval, which is"],
      [
        function () {
          return { y: [1].map(() => outside).length + (({ outside }) => outside)({ outside: 1 }) };
        },
        "outside, which is",
      ],
    ] as readonly (readonly [Body, string])[]
  ) {
    assert.throws(() => bundleComponent(withBody(body)), (error) => {
      assert.ok(error instanceof TypeError);
      const begin = `Cannot bundle component "some-step" as its run uses ${missing} not part of it`;
      assert.ok(error.message.startsWith(begin), error.message);
      return true;
    });
  }
});

Deno.test("bundleComponent() refuses what is no function that can be sent", () => {
  const bound = helpers.triple.bind(null);
  assert.throws(
    () => bundleComponent(withBody(bound)),
    /as its run is bound or built in, and has no text that could be sent: write it out$/,
  );
  for (
    const source of ["class A { run() {} }", "1 + 1", "run: 7", "...helpers", "f(x) {}, 7", "("]
  ) {
    const component = { ...withBody(helpers.triple), source };
    assert.throws(() => bundleComponent(component), /^TypeError: Cannot bundle [^\n]+$/, source);
  }
});

Deno.test("bundleComponent() lets through all that a function may use", async () => {
  const loaded = await carried(withBody(async function ({ x }) {
    class Counter {
      #n = 0;
      static made = 0;
      add(by = 1) {
        this.#n += by;
        return this;
      }
      get n() {
        return this.#n;
      }
    }
    class Twice extends Counter {
      override add(by = 1) {
        return super.add(2 * by);
      }
    }
    let y = new Twice().add(x).n;
    label: for (const [i, { n = 1, ...rest }] of [{}, { n: 2 }].entries()) {
      try {
        if (i > 5) continue label;
        y += n + Object.keys(rest).length;
      } catch (error) {
        console.error(error);
      }
    }
    const { crypto, Deno } = globalThis;
    const text = `${typeof crypto}${typeof Deno}${typeof fetch}${typeof structuredClone}`;
    function hoisted(this: unknown, ...given: readonly number[]) {
      return given.length + arguments.length;
    }
    await Promise.all([1].map((by) => Promise.resolve(by)));
    return { y: y + hoisted(1, 2) + (text.length > 0 ? 0 : 1) };
  }));
  assert.deepEqual(await loaded.run({}), { y: 10 + 1 + 2 + 4 });
});

Deno.test("bundleComponent() has nothing that Argo or Kubeflow would replace", async () => {
  const component = withBody(({ x }) => ({ y: x + "{{workflow.name}} {{$}}".length }));
  const source = bundleComponent(component);
  assert.match(source, /^data:text\/javascript;base64,[A-Za-z0-9+/=]+$/);
  assert.deepEqual(await (await loadBundle(source)).run({}), { y: 28 });
});

Deno.test("loadBundle() says what is wrong with a source, without repeating it", async () => {
  for (
    const [source, message] of [
      ["export default 7;", /default export is no component: compile the pipeline again/],
      ["import 'nowhere';", /Cannot load the component's source: /],
      ["export default {", /Cannot load the component's source: /],
      ["throw new Error('no luck')", /Cannot load the component's source: no luck/],
      ["data:text/javascript;base64,!", /Cannot load the component's source/],
    ] as const
  ) {
    await assert.rejects(loadBundle(source), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, message);
      assert.ok(!error.message.includes("base64") && !error.message.includes("\n"), error.message);
      return true;
    });
  }
});
