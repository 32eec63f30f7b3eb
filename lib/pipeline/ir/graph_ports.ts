/**
 * Checks a pipeline's graph once more before it is compiled, as it is plain data that anybody can
 * make, and finds what kind of value every source is. Pure.
 *
 * @module
 */
import { checkId } from "../check_names.ts";
import { checkValue } from "../check_values.ts";
import { describePort, fits, showSource } from "../check_wires.ts";
import { operandsOf } from "../condition.ts";
import { collectedPort } from "../output_port.ts";
import type { Pipeline } from "../pipeline.ts";
import { list, type Port, type Ports, struct, text } from "../port.ts";
import type { Source } from "../ref.ts";
import type { PipelineNode } from "../task.ts";
import { idsOf } from "./channels.ts";

/** What kind of value a source is, ignoring its `field`. */
export type PortLookup = (source: Source) => Port;

/** What an imported artifact's output is called. */
export const IMPORTED = "artifact";

/** What an imported artifact's URI is. */
export const URI_PORT: Port = text("");

/**
 * Checks that every name can be used, is there once, and that every source is a value of the right
 * type which is there before it is used.
 * @throws {TypeError} when Kubeflow could not run the graph.
 */
export function checkGraph(pipeline: Pipeline): PortLookup {
  return lookAt(pipeline, []);
}

function lookAt(pipeline: Pipeline, callers: readonly Pipeline[]): PortLookup {
  const ports = new GraphPorts(pipeline, callers);
  return (source) => ports.portOf(source);
}

class GraphPorts {
  readonly #what: string;
  readonly #params: Ports;
  /** This pipeline, and those that it is called by. */
  readonly #callers: readonly Pipeline[];
  /** Of all nodes, wherever they stand. */
  readonly #ids: ReadonlySet<string>;
  /** Everything that any node gives, by id and name. */
  readonly #outputs = new Map<string, Ports>();
  readonly #items = new Map<string, Port>();

  constructor(pipeline: Pipeline, callers: readonly Pipeline[]) {
    const { name, params, nodes, outputs } = pipeline;
    this.#what = `Cannot compile pipeline "${name}" for Kubeflow as`;
    this.#params = params;
    this.#callers = [...callers, pipeline];
    checkId("Cannot compile pipeline", name);
    if (callers.includes(pipeline)) throw new TypeError(`${this.#what} it calls itself`);
    this.#ids = new Set(nodes.flatMap(idsOf));
    this.#walk(nodes, new Set(), `the pipeline "${name}"`);
    for (const source of Object.values(outputs)) if (source.from === "task") this.portOf(source);
  }

  portOf(source: Source): Port {
    if (source.from === "status") return struct("");
    if (source.from === "value") throw new TypeError(`${this.#what} a value has no port`);
    const port = this.#find(source);
    if (port === undefined) {
      throw new TypeError(`${this.#what} nothing gives ${showSource(source)}`);
    }
    return port;
  }

  #find(source: Exclude<Source, { from: "status" | "value" }>): Port | undefined {
    if (source.from === "param") return own(this.#params, source.param);
    if (source.from === "item") return this.#items.get(source.loop);
    return own(this.#outputs.get(source.task) ?? {}, source.output);
  }

  #walk(nodes: readonly PipelineNode[], visible: Set<string>, around: string): void {
    if (nodes.length === 0) throw new TypeError(`${this.#what} ${around} has no steps: add one`);
    for (const node of nodes) {
      checkId(`${this.#what} the id`, node.id);
      if (this.#outputs.has(node.id)) {
        throw new TypeError(`${this.#what} the id "${node.id}" is there twice`);
      }
      this.#outputs.set(node.id, {});
      this.#outputs.set(node.id, this.#visit(node, visible));
      visible.add(node.id);
    }
  }

  /** Checks a node; gives its outputs. */
  #visit(node: PipelineNode, visible: Set<string>): Ports {
    const around = `"${node.id}"`;
    switch (node.kind) {
      case "task":
        this.#inputs(around, node.component.inputs, node.inputs, visible);
        this.#after(around, node.after, visible);
        return node.component.outputs;
      case "call": {
        this.#inputs(around, node.pipeline.params, node.inputs, visible);
        this.#after(around, node.after, visible);
        return this.#outputsOf(node.pipeline);
      }
      case "import":
        this.#source(around, "uri", URI_PORT, node.uri, visible);
        return { [IMPORTED]: node.port };
      case "when":
        this.#operands(around, operandsOf(node.condition), visible);
        this.#walk(node.nodes, new Set(visible), around);
        return {};
      case "branch": {
        for (const { condition, nodes } of node.branches) {
          if (condition !== null) this.#operands(around, operandsOf(condition), visible);
          this.#walk(nodes, new Set(visible), `a branch of ${around}`);
        }
        return this.#given(node.branches[0]?.outputs ?? {}, (port) => port);
      }
      case "for-each":
        this.#source(around, "items", list(""), node.items, visible);
        this.#items.set(node.id, node.item);
        this.#walk(node.nodes, new Set(visible), around);
        return this.#given(node.outputs, collectedPort);
      case "exit":
        this.#walk(node.nodes, new Set(visible), around);
        this.#visitExit(node.exit, visible);
        return {};
    }
  }

  #visitExit(exit: Extract<PipelineNode, { kind: "exit" }>["exit"], visible: Set<string>): void {
    const late = Object.values(exit.inputs).find(({ from }) => from === "task" || from === "item");
    if (late !== undefined || exit.after.length > 0) {
      throw new TypeError(
        `${this.#what} the exit task "${exit.id}" depends on ` +
          `${late ? showSource(late) : `"${exit.after[0]}"`}, which may never be there: ` +
          `wire parameters, values and the status`,
      );
    }
    this.#walk([exit], visible, `"${exit.id}"`);
  }

  #given(outputs: Readonly<Record<string, Source>>, map: (port: Port) => Port): Ports {
    return Object.fromEntries(
      Object.entries(outputs).map(([name, source]) => [name, map(this.portOf(source))]),
    );
  }

  #inputs(
    around: string,
    ports: Ports,
    inputs: Readonly<Record<string, Source>>,
    visible: ReadonlySet<string>,
  ): void {
    for (const [name, port] of Object.entries(ports)) {
      const source = own(inputs, name);
      if (source !== undefined) this.#source(around, name, port, source, visible);
      else if (!("default" in port)) {
        throw new TypeError(`${this.#what} ${around} its "${name}" comes from nowhere`);
      }
    }
    const unknown = Object.keys(inputs).find((name) => !Object.hasOwn(ports, name));
    if (unknown !== undefined) {
      throw new TypeError(`${this.#what} ${around} has no input "${unknown}"`);
    }
  }

  #source(
    around: string,
    name: string,
    port: Port,
    source: Source,
    visible: ReadonlySet<string>,
  ): void {
    if (source.from === "value") {
      checkValue(`${this.#what} ${around} its`, name, port, source.value);
      return;
    }
    this.#visible(around, source, visible);
    const given = this.portOf(source);
    if (source.field === undefined ? !fits(given, port) : !isStruct(given)) {
      throw new TypeError(
        `${this.#what} ${around} its "${name}" takes ${describePort(port)}: got ${
          describePort(given)
        } from ` +
          showSource(source),
      );
    }
  }

  #operands(around: string, operands: readonly Source[], visible: ReadonlySet<string>): void {
    for (const source of operands) {
      if (source.from === "value") continue;
      this.#visible(`${around} its condition`, source, visible);
      this.portOf(source);
    }
  }

  /** Checks that what a source names, where there is such a thing, is there before it is used. */
  #visible(around: string, source: Source, visible: ReadonlySet<string>): void {
    if (source.from !== "task" || visible.has(source.task) || !this.#ids.has(source.task)) return;
    throw new TypeError(
      `${this.#what} ${around} takes ${showSource(source)}, which is not there before it`,
    );
  }

  #after(around: string, after: readonly string[], visible: ReadonlySet<string>): void {
    const missing = after.find((id) => !visible.has(id));
    if (missing === undefined) return;
    throw new TypeError(`${this.#what} ${around} runs after "${missing}", which is not before it`);
  }

  /** What a called pipeline gives. */
  #outputsOf(pipeline: Pipeline): Ports {
    const portOf = lookAt(pipeline, this.#callers);
    return Object.fromEntries(
      Object.entries(pipeline.outputs).flatMap(([name, source]) =>
        source.from === "task" ? [[name, portOf(source)]] : []
      ),
    );
  }
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function isStruct(port: Port): boolean {
  return port.kind === "param" && port.type === "STRUCT";
}
