/**
 * Random pipelines as programs: small data that one reader makes a pipeline of, and another
 * works out step by step, the slow and obvious way.
 */
import { Random } from "../../lib/base/random.ts";

/** A whole number: itself, or where it is. */
export type Int = number | Place;

/** A value by the node and output that give it, a parameter, or a loop's item. */
export type Place =
  | { readonly node: string; readonly output: "x" | "xs" | "numbers" | "parts" }
  | { readonly param: string }
  | { readonly item: string };

export type Test =
  | { readonly atLeast: readonly [Int, Int] }
  | { readonly all: readonly Test[] }
  | { readonly any: readonly Test[] }
  | { readonly not: Test };

/** A block, and which of its own values it gives. */
export interface Block {
  readonly body: readonly Statement[];
  readonly gives: { readonly x: Place; readonly numbers: Place; readonly parts: Place | null };
}

interface Named {
  readonly id: string;
}

export type Statement =
  & Named
  & (
    /** Gives `x`, their sum; fails at a multiple of 97. */
    | { readonly kind: "add"; readonly of: readonly [Int, Int]; readonly after: readonly string[] }
    /** Gives `numbers`, an artifact of the one. */
    | { readonly kind: "wrap"; readonly of: Int }
    /** Gives `x`, the numbers folded into one: their order counts. */
    | { readonly kind: "sum"; readonly of: Place }
    /** Gives `x`, a list folded into one. */
    | { readonly kind: "total"; readonly of: Place }
    /** Gives `numbers`, those of several artifacts. */
    | { readonly kind: "join"; readonly of: Place }
    | { readonly kind: "when"; readonly test: Test; readonly block: Block }
    /** Gives `x` and `numbers`. */
    | {
      readonly kind: "oneOf";
      readonly branches: readonly (readonly [Test, Block])[];
      readonly otherwise: Block;
    }
    /** Gives `xs` and `parts`. */
    | { readonly kind: "forEach"; readonly items: readonly number[] | Place; readonly block: Block }
    /** Gives `x` and `numbers`. */
    | { readonly kind: "call"; readonly program: Program; readonly args: readonly [Int, Int] }
    | { readonly kind: "guard"; readonly block: Block }
  );

/** A pipeline of the parameters `a` and `b`. */
export interface Program {
  readonly name: string;
  readonly block: Block;
}

/** Makes one number of several. */
export function fold(numbers: readonly number[]): number {
  return numbers.reduce((folded, number) => (folded * 3 + number) % 1000, 0);
}

/** What a statement may use. */
interface Visible {
  readonly ints: Place[];
  readonly lists: Place[];
  readonly numbers: Place[];
  readonly parts: Place[];
  readonly nodes: string[];
}

/** Makes a program that is decided by the seed. */
export function randomProgram(seed: number): Program {
  return new Writer(new Random(seed)).program("top", 3, true);
}

class Writer {
  readonly #random: Random;
  #ids = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  program(name: string, depth: number, whole = false): Program {
    const params: Place[] = [{ param: "a" }, { param: "b" }];
    const visible = { ints: params, lists: [], numbers: [], parts: [], nodes: [] };
    return { name, block: this.#block(visible, depth, { top: true, whole }) };
  }

  #block(outer: Visible, depth: number, { top = false, whole = false } = {}): Block {
    const visible: Visible = {
      ints: [...outer.ints],
      lists: [...outer.lists],
      numbers: [...outer.numbers],
      parts: [...outer.parts],
      nodes: [...outer.nodes],
    };
    const body: Statement[] = [];
    /** What may be skipped although the block runs: nothing of it can be given. */
    const unsure = new Set<string>();
    const push = (statement: Statement) => {
      this.#see(statement, visible);
      body.push(statement);
      const { kind, id } = statement;
      const needs = nodesIn(statement, new Set());
      if (kind === "when" || needs.some((node) => unsure.has(node))) unsure.add(id);
    };
    for (let i = this.#random.integer(4); i >= 0; i--) {
      const statement = this.#statement(visible, depth, top);
      push(statement);
      for (const use of this.#usesOf(statement)) push(use);
    }
    const isSure = (place: Place) => !("node" in place && unsure.has(place.node));
    // Only of a whole run may something be missing in the end.
    const ints = whole ? visible.ints : visible.ints.filter(isSure);
    const add = this.#add({ ...visible, ints, nodes: whole ? visible.nodes : [] });
    const { id: node } = add;
    const wrap: Statement = { kind: "wrap", id: this.#id("wrap"), of: { node, output: "x" } };
    body.push(add, wrap);
    const own = visible.parts.filter((place) => !outer.parts.includes(place) && isSure(place));
    return {
      body,
      gives: {
        x: { node, output: "x" },
        numbers: { node: wrap.id, output: "numbers" },
        parts: own.length > 0 ? this.#one(own) : null,
      },
    };
  }

  /** Adds what a statement gives to what can be used. */
  #see({ kind, id: node }: Statement, visible: Visible): void {
    visible.nodes.push(node);
    if (["add", "sum", "total", "oneOf", "call"].includes(kind)) {
      visible.ints.push({ node, output: "x" });
    }
    if (["wrap", "join", "oneOf", "call"].includes(kind)) {
      visible.numbers.push({ node, output: "numbers" });
    }
    if (kind === "forEach") {
      visible.lists.push({ node, output: "xs" });
      visible.parts.push({ node, output: "parts" });
    }
  }

  /** Statements that make numbers of what a group gives, which would come to nothing otherwise. */
  #usesOf({ kind, id: node }: Statement): Statement[] {
    if (this.#random.integer(3) === 0) return [];
    if (kind === "forEach") {
      const total = { id: this.#id("total"), of: { node, output: "xs" } } as const;
      const join = { id: this.#id("join"), of: { node, output: "parts" } } as const;
      const of = { node: join.id, output: "numbers" } as const;
      return [
        { kind: "total", ...total },
        { kind: "join", ...join },
        { kind: "sum", id: this.#id("sum"), of },
      ];
    }
    return kind === "oneOf" || kind === "call"
      ? [{ kind: "sum", id: this.#id("sum"), of: { node, output: "numbers" } }]
      : [];
  }

  #statement(visible: Visible, depth: number, top: boolean): Statement {
    const kind = this.#one(["add", "wrap", "use", "use", "group", "group", "group"]);
    if (kind === "wrap") return { kind, id: this.#id(kind), of: this.#int(visible) };
    if (kind === "use") return this.#use(visible);
    if (kind === "add" || depth === 0) return this.#add(visible);
    const group = this.#one(
      ["when", "when", "oneOf", "forEach", "call", top ? "guard" : "when"] as const,
    );
    const id = this.#id(group.toLowerCase());
    const inner = () => this.#block(visible, depth - 1);
    switch (group) {
      case "when":
        return { kind: group, id, test: this.#test(visible), block: inner() };
      case "oneOf": {
        const branches = [1, 2].slice(this.#random.integer(2))
          .map(() => [this.#test(visible), inner()] as const);
        return { kind: group, id, branches, otherwise: inner() };
      }
      case "forEach": {
        const { lists, ints } = visible;
        const literal = Array.from({ length: 1 + this.#random.integer(3) }, () => this.#small());
        const items = lists.length > 0 ? this.#one([literal, this.#one(lists)]) : literal;
        const turn = { ...visible, ints: [...ints, { item: id }, { item: id }] };
        return { kind: group, id, items, block: this.#block(turn, depth - 1) };
      }
      case "call": {
        const args = [this.#int(visible), this.#int(visible)] as const;
        return { kind: group, id, program: this.program(`${id}-inner`, depth - 1), args };
      }
      case "guard":
        return { kind: group, id, block: inner() };
    }
  }

  #add(visible: Visible): Extract<Statement, { kind: "add" }> {
    // Mostly of conditions, as what comes after one that does not hold is skipped.
    const chance = (id: string) => id.startsWith("when") ? 2 : 12;
    const after = visible.nodes.filter((id) => this.#random.integer(chance(id)) === 0);
    const of = [this.#int(visible), this.#int(visible)] as const;
    return { kind: "add", id: this.#id("add"), of, after };
  }

  #use(visible: Visible): Statement {
    const { lists, numbers, parts } = visible;
    const choices: (() => Statement)[] = [() => this.#add(visible)];
    if (lists.length > 0) {
      choices.push(() => ({ kind: "total", id: this.#id("total"), of: this.#one(lists) }));
    }
    if (numbers.length > 0) {
      choices.push(() => ({ kind: "sum", id: this.#id("sum"), of: this.#one(numbers) }));
    }
    if (parts.length > 0) {
      choices.push(() => ({ kind: "join", id: this.#id("join"), of: this.#one(parts) }));
    }
    return this.#one(choices)();
  }

  #test(visible: Visible): Test {
    switch (this.#random.integer(6)) {
      case 0:
        return { all: [this.#test(visible), this.#test(visible)] };
      case 1:
        return { any: [this.#test(visible), this.#test(visible)] };
      case 2:
        return { not: this.#test(visible) };
      default:
        return { atLeast: [this.#int(visible), this.#int(visible)] };
    }
  }

  #int({ ints }: Visible): Int {
    return this.#random.integer(4) === 0 ? this.#small() : this.#one(ints);
  }

  #small(): number {
    return this.#random.integer(7) - 3;
  }

  #one<T>(choices: readonly T[]): T {
    return choices[this.#random.integer(choices.length)]!;
  }

  #id(kind: string): string {
    return `${kind}-${this.#ids++}`;
  }
}

function intsIn(test: Test): readonly Int[] {
  if ("all" in test) return test.all.flatMap(intsIn);
  if ("any" in test) return test.any.flatMap(intsIn);
  return "not" in test ? intsIn(test.not) : test.atLeast;
}

/** Nodes that a statement uses; those within it are added to `inner`. */
export function nodesIn(statement: Statement, inner: Set<string>): string[] {
  inner.add(statement.id);
  const uses = (ints: readonly (Int | Place)[]) =>
    ints.flatMap((int) => typeof int === "object" && "node" in int ? [int.node] : []);
  const within = ({ body }: Block) => body.flatMap((child) => nodesIn(child, inner));
  switch (statement.kind) {
    case "add":
      return [...uses(statement.of), ...statement.after];
    case "wrap":
    case "sum":
    case "total":
    case "join":
      return uses([statement.of]);
    case "when":
      return [...uses(intsIn(statement.test)), ...within(statement.block)];
    case "oneOf":
      return [
        ...statement.branches.flatMap((
          [test, block],
        ) => [...uses(intsIn(test)), ...within(block)]),
        ...within(statement.otherwise),
      ];
    case "forEach": {
      const { items } = statement;
      return [...items instanceof Array ? [] : uses([items as Place]), ...within(statement.block)];
    }
    case "call":
      return uses(statement.args);
    case "guard":
      return within(statement.block);
  }
}
