/**
 * A pipeline while it is built: what is in it so far, and where the next node goes.
 *
 * @module
 */
import { checkId } from "./check_names.ts";
import type { Port, Ports } from "./port.ts";
import { Ref, type Source } from "./ref.ts";
import { type Scope, scopesFrom } from "./scope.ts";
import type { PipelineNode } from "./task.ts";

/** What building a group gave. */
export interface Traced<T> {
  /** The nodes that were added. */
  readonly nodes: readonly PipelineNode[];
  /** What the group's `build` returned. */
  readonly result: T;
  /** The group. */
  readonly scope: Scope;
}

/** The state of one pipeline's building. */
export class Trace {
  /** The pipeline's name. */
  readonly pipeline: string;
  /** The nodes at the pipeline's top. */
  readonly nodes: readonly PipelineNode[];
  /** Where each id stands; null while that group is being built. */
  readonly #ids = new Map<string, Scope | null>();
  /** Where the next node goes. */
  #group: PipelineNode[] = [];
  #scope: Scope;
  #finished = false;

  constructor(pipeline: string) {
    this.pipeline = pipeline;
    this.nodes = this.#group;
    this.#scope = { kind: "pipeline", id: pipeline, outer: null };
  }

  /** Where the next node goes. */
  get scope(): Scope {
    return this.#scope;
  }

  /** Ends the building: nothing can be added any more. */
  finish(): void {
    this.#finished = true;
  }

  /**
   * Adds something with an id that nothing else has.
   * @param kind what it is: `task`
   * @param add gets the beginning of errors about it; when it throws, the id is free again
   * @param scope from where others can run after it
   * @throws {TypeError} when the id can't be used, or the pipeline is defined already.
   * @throws {RangeError} when the id is taken.
   */
  adding<T>(kind: string, id: string, add: (what: string) => T, scope = this.#scope): T {
    checkId(`Cannot add to pipeline "${this.pipeline}" the ${kind}`, id);
    const what = `Cannot add ${kind} "${id}" to pipeline "${this.pipeline}" as`;
    if (this.#finished) {
      throw new TypeError(`${what} the pipeline is defined already: add steps within its build`);
    }
    if (this.#ids.has(id)) {
      throw new RangeError(`${what} that id is taken: pass another one in options.id`);
    }
    this.#ids.set(id, null);
    try {
      const added = add(what);
      this.#ids.set(id, scope);
      return added;
    } catch (error) {
      this.#ids.delete(id);
      throw error;
    }
  }

  /** The first of `when-1`, `when-2`, … that is not taken. */
  freeId(name: string): string {
    let count = 1;
    while (this.#ids.has(`${name}-${count}`)) count++;
    return `${name}-${count}`;
  }

  /**
   * Checks ids of nodes that one more is to run after.
   * @throws {RangeError} when one is not there, or within a group that is not around this place.
   */
  checkAfter(what: string, after: readonly string[]): readonly string[] {
    const open = scopesFrom(this.#scope);
    for (const id of after) {
      const scope = this.#ids.get(id);
      const reason = scope === undefined
        ? "no step has that id so far"
        : scope === null
        ? "it would wait for itself"
        : open.includes(scope)
        ? undefined
        : `that is within "${scope.id}": name the whole group`;
      if (reason !== undefined) {
        throw new RangeError(`${what} it is to run after "${id}": ${reason}`);
      }
    }
    return [...after];
  }

  /** Puts a node after those that are here. */
  push(node: PipelineNode): void {
    this.#group.push(node);
  }

  /** Refs to what a node here gives. */
  outputs(task: string, ports: Ports): Record<string, Ref> {
    return Object.fromEntries(
      Object.entries(ports).map((
        [output, port],
      ) => [output, this.ref(port, { from: "task", task, output })]),
    );
  }

  /** A ref that may be used here and in groups here. */
  ref(port: Port, source: Source, scope = this.#scope): Ref {
    return new Ref(port, source, scope);
  }

  /**
   * Builds what is in a group.
   * @param what begins the errors' messages: `Cannot add condition "when-1" to pipeline "digits" as`
   * @throws {TypeError} when that is nothing, or `build` is async.
   */
  within<T>(what: string, kind: Scope["kind"], id: string, build: () => T): Traced<T> {
    const outer = { group: this.#group, scope: this.#scope };
    const nodes: PipelineNode[] = [];
    this.#group = nodes;
    const scope = { kind, id, outer: outer.scope };
    this.#scope = scope;
    try {
      const result = build();
      checkSync(what, result);
      if (nodes.length === 0) {
        throw new TypeError(`${what} there is no step in it: add one within its build`);
      }
      return { nodes, result, scope };
    } finally {
      this.#group = outer.group;
      this.#scope = outer.scope;
    }
  }
}

/**
 * Checks that a `build` did not return before all steps are added.
 * @throws {TypeError} when it is async.
 */
export function checkSync(what: string, built: unknown): void {
  if (built instanceof Promise) {
    throw new TypeError(`${what} its build is async: add steps without waiting`);
  }
}
