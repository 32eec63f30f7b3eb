/** Makes pipelines of random programs. */
import {
  all,
  any,
  artifacts,
  atLeast,
  defineComponent,
  definePipeline,
  type Graph,
  integer,
  list,
  not,
  type Pipeline,
  type Ref,
  type WiredCondition,
} from "../../lib/pipeline/mod.ts";
import { isBad } from "./interpret_program.ts";
import { type Block, fold, type Int, type Place } from "./random_program.ts";
import type { Program, Statement, Test } from "./random_program.ts";
import { numbers, numbersCodec } from "./sample.ts";

const add = defineComponent({
  name: "add",
  description: "Adds",
  inputs: { a: integer("One"), b: integer("Another") },
  outputs: { x: integer("Their sum") },
  async run({ a, b }) {
    for (let i = Math.abs(a * 7 + b) % 3; i > 0; i--) await Promise.resolve(); // in any order
    const x = (a + b) % 1000;
    if (isBad(x)) throw new RangeError(`${x} is bad`);
    return { x };
  },
});
const wrap = defineComponent({
  name: "wrap",
  description: "Makes an artifact of a number",
  inputs: { x: integer("The number") },
  outputs: { numbers: numbers("It alone") },
  run: ({ x }) => ({ numbers: [x] }),
});
const sum = defineComponent({
  name: "sum",
  description: "Makes one number of several",
  inputs: { numbers: numbers("What") },
  outputs: { x: integer("That number") },
  run: ({ numbers }) => ({ x: fold(numbers) }),
});
const total = defineComponent({
  name: "total",
  description: "Makes one number of several",
  inputs: { xs: list("What") },
  outputs: { x: integer("That number") },
  run: ({ xs }) => ({ x: fold(xs as readonly number[]) }),
});
const join = defineComponent({
  name: "join",
  description: "Puts numbers one after the other",
  inputs: { parts: artifacts("What", { codec: numbersCodec }) },
  outputs: { numbers: numbers("All of them") },
  run: ({ parts }) => ({ numbers: parts.flat() }),
});
const last = defineComponent({
  name: "last",
  description: "Does nothing",
  inputs: {},
  outputs: {},
  run: () => ({}),
});

type Refs = Readonly<Record<string, Ref>>;

/** Makes a pipeline of a program. */
export function buildProgram({ name, block }: Program): Pipeline {
  return definePipeline({
    name,
    description: "A random one",
    params: { a: integer("One"), b: integer("Another") },
    build(params, graph) {
      const reader = new Reader(graph, params);
      return reader.block(block);
    },
  }) as unknown as Pipeline;
}

class Reader {
  readonly #graph: Graph;
  readonly #refs = new Map<string, Refs>();

  constructor(graph: Graph, params: Refs) {
    this.#graph = graph;
    this.#refs.set("params", params);
  }

  block({ body, gives: { x, numbers } }: Block): Refs {
    for (const statement of body) this.#refs.set(statement.id, this.#add(statement));
    return { x: this.#at(x), numbers: this.#at(numbers) };
  }

  #at<T extends Ref>(place: Place): T {
    const [node, output] = "node" in place
      ? [place.node, place.output]
      : "param" in place
      ? ["params", place.param]
      : [`item ${place.item}`, "item"];
    return this.#refs.get(node)![output] as T;
  }

  // Types are lost on the way through a program: the builder checks them again.
  #int = (int: Int): never => (typeof int === "number" ? int : this.#at(int)) as never;

  #test(test: Test): WiredCondition {
    if ("all" in test) return all(...test.all.map((part) => this.#test(part)));
    if ("any" in test) return any(...test.any.map((part) => this.#test(part)));
    if ("not" in test) return not(this.#test(test.not));
    return atLeast(this.#int(test.atLeast[0]), this.#int(test.atLeast[1]));
  }

  #add(statement: Statement): Refs {
    const { step, when, oneOf, forEach, onExit } = this.#graph;
    const { id } = statement;
    switch (statement.kind) {
      case "add": {
        const { of: [a, b], after } = statement;
        return step(add, { a: this.#int(a), b: this.#int(b) }, { id, after });
      }
      case "wrap":
        return step(wrap, { x: this.#int(statement.of) }, { id });
      case "sum":
        return step(sum, { numbers: this.#at(statement.of) as never }, { id });
      case "total":
        return step(total, { xs: this.#at(statement.of) as never }, { id });
      case "join":
        return step(join, { parts: this.#at(statement.of) as never }, { id });
      case "when":
        return when(this.#test(statement.test), () => this.block(statement.block), { id });
      case "oneOf":
        return oneOf(
          statement.branches.map((
            [test, block],
          ) => [this.#test(test), () => this.block(block)] as const),
          () => this.block(statement.otherwise),
          { id },
        );
      case "forEach": {
        const { block, items } = statement;
        const collected = forEach(
          (items instanceof Array ? items : this.#at(items as Place)) as never,
          (item: Ref) => {
            this.#refs.set(`item ${id}`, { item });
            const { x, numbers } = this.block(block);
            const { parts } = block.gives;
            return { xs: x!, parts: parts === null ? numbers! : this.#at(parts) };
          },
          { id, item: integer("An item") },
        );
        return collected as unknown as Refs;
      }
      case "call": {
        const [a, b] = statement.args;
        const wires = { a: this.#int(a), b: this.#int(b) };
        return step(buildProgram(statement.program), wires as never, { id }) as Refs;
      }
      case "guard": {
        const options = { id: `exit-${id}`, group: id };
        return onExit(last, () => ({}), () => this.block(statement.block), options);
      }
    }
  }
}
