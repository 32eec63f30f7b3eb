/**
 * Adds loops to a pipeline that is built.
 *
 * @module
 */
import { checkGiven } from "./check_given.ts";
import { checkValue, isJson, showValue } from "./check_values.ts";
import { checkScope, describePort } from "./check_wires.ts";
import type { ForEachOptions } from "./graph.ts";
import { collectedPort } from "./output_port.ts";
import {
  boolean,
  integer,
  type JsonValue,
  list,
  number,
  type ParamPort,
  struct,
  text,
} from "./port.ts";
import { Ref, type Source } from "./ref.ts";
import type { Trace } from "./trace.ts";

/** Adds steps that run once for every item. */
export function addForEach(
  trace: Trace,
  items: unknown,
  build: (item: never) => unknown,
  options: ForEachOptions & { readonly item?: ParamPort },
): Record<string, Ref> {
  const { id = trace.freeId("for-each"), parallelism = null } = options;
  return trace.adding("loop", id, (what) => {
    if (parallelism !== null && !(Number.isSafeInteger(parallelism) && parallelism >= 1)) {
      throw new RangeError(`${what} its parallelism must be 1 or more: got ${parallelism}`);
    }
    const { source, item } = checkItems(what, trace, items, options.item);
    const traced = trace.within(
      what,
      "for-each",
      id,
      () => build(trace.ref(item, { from: "item", loop: id }) as never),
    );
    const { sources: outputs, ports } = checkGiven(what, traced);
    const { nodes } = traced;
    trace.push({ kind: "for-each", id, items: source, item, parallelism, nodes, outputs });
    const collected = Object.entries(ports).map(([name, port]) => [name, collectedPort(port)]);
    return trace.outputs(id, Object.fromEntries(collected));
  });
}

function checkItems(
  what: string,
  trace: Trace,
  items: unknown,
  item: ParamPort | undefined,
): { readonly source: Source; readonly item: ParamPort } {
  if (items instanceof Ref) {
    checkScope(`${what} its list of items`, trace.scope, items);
    const { port } = items;
    if (port.kind !== "param" || port.type !== "LIST") {
      throw new TypeError(`${what} its items must be a list: got ${describePort(port)}`);
    }
    if (item === undefined) {
      throw new TypeError(
        `${what} only its run will show what an item is: pass its port in options.item`,
      );
    }
    return { source: items.source, item };
  }
  if (!isItems(items)) {
    throw new TypeError(
      `${what} its items must be a list of JSON values, of one at least: got ${showValue(items)}`,
    );
  }
  const port = item ?? itemOf(what, items);
  items.forEach((value, i) => checkValue(what, `items[${i}]`, port, value));
  return { source: { from: "value", value: items }, item: port };
}

function isItems(items: unknown): items is readonly JsonValue[] {
  return Array.isArray(items) && items.length > 0 && isJson(items);
}

const makers = { string: text, boolean, object: struct };

/** The port that all the values fit. */
function itemOf(what: string, items: readonly JsonValue[]): ParamPort {
  const description = "The item";
  const kinds = new Set(items.map((item) => Array.isArray(item) ? "list" : typeof item));
  const [kind] = kinds;
  if (kinds.size > 1 || items.includes(null)) {
    throw new TypeError(
      `${what} its items are not all of one type: got ${showValue(items)}`,
    );
  }
  if (kind === "list") return list(description);
  if (kind === "number") {
    return items.every(Number.isSafeInteger) ? integer(description) : number(description);
  }
  return makers[kind as keyof typeof makers](description);
}
