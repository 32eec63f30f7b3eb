/** Works out what a random pipeline has to give, one statement after the other. */
import { type Block, fold, type Int, nodesIn, type Place } from "./random_program.ts";
import type { Program, Statement, Test } from "./random_program.ts";

type Value = number | readonly Value[];

/** What came of a program. */
export interface Interpreted {
  /** `undefined` where it was skipped. */
  readonly x: Value | undefined;
  readonly numbers: Value | undefined;
  /** The steps that ran, by name, sorted. */
  readonly ran: readonly string[];
  /** Whether a step failed. */
  readonly failed: boolean;
}

/** Fails a step that adds up to this: rarely, and so that every reader of a program agrees. */
export function isBad(sum: number): boolean {
  return sum !== 0 && sum % 97 === 0;
}

/** Runs a program the obvious way; after a failure, without what depends on it. */
export function interpretProgram(program: Program, a: number, b: number): Interpreted {
  const ran: string[] = [];
  const state = { ran, failed: false };
  const scope = new Scope(null, new Map([["a", a], ["b", b]]), "", "", state);
  scope.run(program.block.body);
  const { x, numbers } = program.block.gives;
  return {
    x: scope.read(x),
    numbers: scope.read(numbers),
    ran: ran.sort(),
    failed: state.failed,
  };
}

interface State {
  readonly ran: string[];
  failed: boolean;
}

class Scope {
  readonly #values = new Map<string, Value>();
  readonly #gone = new Set<string>();

  constructor(
    readonly outer: Scope | null,
    readonly given: ReadonlyMap<string, Value>,
    readonly before: string,
    readonly after: string,
    readonly state: State,
  ) {}

  read(int: Int | Place): Value | undefined {
    if (typeof int === "number") return int;
    const key = "node" in int
      ? `${int.node}.${int.output}`
      : "param" in int
      ? int.param
      : `item ${int.item}`;
    return this.#values.get(key) ?? this.given.get(key) ?? this.outer?.read(int);
  }

  /** Whether a node did not run. */
  gone(node: string): boolean {
    return this.#gone.has(node) || (this.outer?.gone(node) ?? false);
  }

  run(body: readonly Statement[]): void {
    for (const statement of body) {
      const inner = new Set<string>();
      const needs = nodesIn(statement, inner);
      if (needs.some((node) => !inner.has(node) && this.gone(node)) || !this.#do(statement)) {
        this.#gone.add(statement.id);
      }
    }
  }

  /** Whether it ran. */
  #do(statement: Statement): boolean {
    const { id } = statement;
    switch (statement.kind) {
      case "add": {
        const [a, b] = statement.of.map((int) => this.read(int));
        if (a === undefined || b === undefined) return false;
        const x = (Number(a) + Number(b)) % 1000;
        if (isBad(x)) {
          this.state.failed = true;
          return false;
        }
        return this.#give(id, { x });
      }
      case "wrap": {
        const x = this.read(statement.of);
        return x !== undefined && this.#give(id, { numbers: [x] });
      }
      case "sum":
      case "total": {
        const list = this.read(statement.of) as readonly number[] | undefined;
        return list !== undefined && this.#give(id, { x: fold(list) });
      }
      case "join": {
        const parts = this.read(statement.of) as readonly number[][] | undefined;
        return parts !== undefined && this.#give(id, { numbers: parts.flat() });
      }
      case "when": {
        const holds = this.#test(statement.test);
        if (holds) this.run(statement.block.body);
        return holds;
      }
      case "oneOf": {
        const chosen = statement.branches.find(([test]) => this.#test(test))?.[1] ??
          statement.otherwise;
        this.run(chosen.body);
        const { x, numbers } = this.#giving(chosen);
        this.#values.set(`${id}.x`, x!);
        this.#values.set(`${id}.numbers`, numbers!);
        return true;
      }
      case "forEach":
        return this.#forEach(statement);
      case "call": {
        const [a, b] = statement.args.map((int) => this.read(int));
        if (a === undefined || b === undefined) return false;
        const name = `${this.before}${id}${this.after}.`;
        const { program: { block } } = statement;
        const scope = new Scope(null, new Map([["a", a], ["b", b]]), name, "", this.state);
        scope.run(block.body);
        const { x, numbers } = scope.#giving(block);
        this.#values.set(`${id}.x`, x!);
        this.#values.set(`${id}.numbers`, numbers!);
        return true;
      }
      case "guard":
        this.run(statement.block.body);
        this.state.ran.push(`${this.before}exit-${id}`);
        return true;
    }
  }

  #forEach({ id, items: given, block }: Extract<Statement, { kind: "forEach" }>): boolean {
    const items = (given instanceof Array ? given : this.read(given)) as
      | readonly number[]
      | undefined;
    if (items === undefined) return false;
    const turns = items.map((item, i) => {
      const after = `${this.after}.${i}`;
      const scope = new Scope(
        this,
        new Map([[`item ${id}`, item]]),
        this.before,
        after,
        this.state,
      );
      scope.run(block.body);
      return scope.#giving(block);
    });
    const there = (value: Value | undefined): readonly Value[] =>
      value === undefined ? [] : [value];
    this.#values.set(`${id}.xs`, turns.flatMap(({ x }) => there(x)));
    this.#values.set(
      `${id}.parts`,
      turns.flatMap(({ numbers, parts }) =>
        block.gives.parts === null ? there(numbers) : (parts ?? []) as readonly Value[]
      ),
    );
    return true;
  }

  #giving({ gives: { x, numbers, parts } }: Block) {
    return {
      x: this.read(x),
      numbers: this.read(numbers),
      parts: parts === null ? undefined : this.read(parts),
    };
  }

  #give(id: string, outputs: Readonly<Record<string, Value>>): true {
    this.state.ran.push(`${this.before}${id}${this.after}`);
    for (const [name, value] of Object.entries(outputs)) this.#values.set(`${id}.${name}`, value);
    return true;
  }

  #test(test: Test): boolean {
    if ("all" in test) return test.all.every((part) => this.#test(part));
    if ("any" in test) return test.any.some((part) => this.#test(part));
    if ("not" in test) return !this.#test(test.not);
    const [a, b] = test.atLeast;
    return Number(this.read(a)) >= Number(this.read(b));
  }
}
