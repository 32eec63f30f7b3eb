/**
 * What the nodes of a running pipeline can see: the values of a pipeline, or of one turn of a loop
 * and of everything around it.
 *
 * @module
 */
import { showSource } from "./check_wires.ts";
import type { JsonValue } from "./port.ts";
import type { Source } from "./ref.ts";
import type { StepResult, StoredOutput } from "./step_result.ts";

type Struct = { readonly [key: string]: JsonValue };

/** Values by where they come from. */
export class Frame {
  readonly #look: (source: Source) => StoredOutput | undefined;
  readonly #name: (id: string) => string;
  readonly #results = new Map<string, StepResult>();

  private constructor(
    look: (source: Source) => StoredOutput | undefined,
    name: (id: string) => string,
  ) {
    this.#look = look;
    this.#name = name;
  }

  /**
   * The values of a pipeline.
   * @param call the name of the step that it is; null when it is the whole run
   */
  static ofPipeline(params: Struct, call: string | null): Frame {
    const look = (source: Source): StoredOutput | undefined =>
      source.from === "param" ? { kind: "value", value: params[source.param]! } : undefined;
    return new Frame(look, (id) => call === null ? id : `${call}.${id}`);
  }

  /** The values of one turn of a loop, and those here. */
  turn(loop: string, index: number, item: JsonValue): Frame {
    return this.#within(
      (source) => source.from === "item" && source.loop === loop ? item : undefined,
      (id) => `${this.name(id)}.${index}`,
    );
  }

  /** How a guarded group ended, and the values here. */
  ended(exit: string, status: Struct): Frame {
    return this.#within(
      (source) => source.from === "status" && source.exit === exit ? status : undefined,
      this.#name,
    );
  }

  #within(
    look: (source: Source) => JsonValue | undefined,
    name: (id: string) => string,
  ): Frame {
    return new Frame((source) => {
      const value = look(source);
      return value === undefined ? this.#whole(source) : { kind: "value", value };
    }, name);
  }

  /** What a node is called in events: unlike any other in the run. */
  name(id: string): string {
    return this.#name(id);
  }

  /** Keeps what a node gave. */
  give(id: string, result: StepResult): void {
    this.#results.set(id, result);
  }

  /** Whether there is something where a source is: its node succeeded. */
  has(source: Source): boolean {
    return this.#whole(source) !== undefined;
  }

  /**
   * What a source has become.
   * @throws {TypeError} when there is nothing, or it has no such member.
   */
  read(source: Source): StoredOutput {
    const whole = this.#whole(source);
    if (whole === undefined) {
      throw new TypeError(`Cannot take ${showSource(source)} before it is there`);
    }
    const { field } = source;
    if (field === undefined) return whole;
    const struct = whole.kind === "value" ? whole.value as Struct : {};
    if (Object.hasOwn(struct, field)) return { kind: "value", value: struct[field]! };
    const members = Object.keys(struct).join(", ") || "none";
    throw new TypeError(
      `Cannot take ${showSource(source)} as it has no such member: there are ${members}`,
    );
  }

  /**
   * The value that a source has become.
   * @throws {TypeError} when it is none, or an artifact.
   */
  value(source: Source): JsonValue {
    const stored = this.read(source);
    if (stored.kind === "value") return stored.value;
    throw new TypeError(`Cannot take ${showSource(source)} as a value as it is an artifact`);
  }

  #whole(source: Source): StoredOutput | undefined {
    if (source.from === "value") return { kind: "value", value: source.value };
    const own = source.from === "task" ? this.#results.get(source.task) : undefined;
    return source.from === "task" && own !== undefined ? own[source.output] : this.#look(source);
  }
}
