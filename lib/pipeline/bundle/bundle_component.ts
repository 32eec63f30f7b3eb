/**
 * Components that are in no image: their text goes with the pipeline.
 *
 * @module
 */
import type { Component } from "../component.ts";
import type { Codec, Port, Ports } from "../port.ts";
import { bytesCodec, jsonCodec, textCodec } from "./codecs.ts";
import { functionMember } from "./function_text.ts";

/** Values that a module exports, by name. */
export type ModuleExports = Readonly<Record<string, unknown>>;

/** How a component is bundled. */
export interface BundleOptions {
  /**
   * What the image has, by the name that it is imported by: codecs (or their functions) that are
   * exported there are imported, and need not stand for themselves. The ready codecs of
   * `./pipeline` always are.
   * @default {}
   */
  readonly modules?: Readonly<Record<string, ModuleExports>>;
}

const PIPELINE = "@fourdotinfinity/digits-recognizer/pipeline";

/**
 * The text of an ES module whose default export is the component, for a pod that has this package
 * and not the module where the component is defined. The same component gives the same text, and
 * nothing in it is taken for a placeholder of Kubeflow's or Argo's.
 *
 * ```ts
 * import { bundleComponent, defineComponent, integer } from "@fourdotinfinity/digits-recognizer/pipeline";
 *
 * const double = defineComponent({
 *   name: "double",
 *   description: "Doubles a number",
 *   inputs: { x: integer("What to double") },
 *   outputs: { twice: integer("The double") },
 *   run: ({ x }) => ({ twice: 2 * x }),
 * });
 * console.assert(bundleComponent(double).includes("2 * x"));
 * ```
 *
 * @throws {TypeError} when a function of the component uses what is not part of it.
 */
export function bundleComponent(component: Component, options: BundleOptions = {}): string {
  const text = new Bundle(component, options).text();
  return text.includes("{{") ? asUrl(text) : text;
}

/** One module as it is written. */
class Bundle {
  readonly #component: Component;
  readonly #modules: Readonly<Record<string, ModuleExports>>;
  /** Names of the modules that are imported, in order. */
  readonly #imported = [PIPELINE];

  constructor(component: Component, { modules = {} }: BundleOptions) {
    this.#component = component;
    const ready = { bytesCodec, jsonCodec, textCodec };
    this.#modules = { ...modules, [PIPELINE]: { ...modules[PIPELINE], ...ready } };
  }

  text(): string {
    const { name, description, version, effects, inputs, outputs, source, findSource } =
      this.#component;
    const members = [
      `name: ${JSON.stringify(name)}`,
      `description: ${JSON.stringify(description)}`,
      `version: ${JSON.stringify(version)}`,
      `effects: ${effects}`,
      `inputs: ${this.#ports("input", inputs)}`,
      `outputs: ${this.#ports("output", outputs)}`,
      this.#function("run", "its run", source),
      ...findSource === null ? [] : [this.#function("find", "its find", findSource)],
    ];
    const component = `export default m0.defineComponent(${literal(members, "")});\n`;
    const imports = this.#imported.map((from, i) =>
      `import * as m${i} from ${JSON.stringify(from)};\n`
    );
    return [...imports, "\n", component].join("");
  }

  #ports(kind: string, ports: Ports): string {
    const members = Object.entries(ports).map(([name, port]) =>
      `${name}: ${this.#port(`${kind} "${name}"`, port)}`
    );
    return literal(members, "  ");
  }

  #port(where: string, port: Port): string {
    if (port.kind === "param") return JSON.stringify(port);
    const { kind, schema, description, codec } = port;
    const members = [
      `kind: ${JSON.stringify(kind)}`,
      `schema: ${JSON.stringify(schema)}`,
      `description: ${JSON.stringify(description)}`,
      `codec: ${this.#codec(where, codec)}`,
      ...port.kind === "artifact"
        ? [this.#member("metadata", `the metadata of ${where}`, port.metadata)]
        : [],
    ];
    return literal(members, "    ");
  }

  #codec(where: string, codec: Codec<unknown>): string {
    const exported = this.#exported(codec);
    if (exported !== undefined) return exported;
    const { encode, decode } = codec;
    return literal([
      this.#member("encode", `the codec's encode of ${where}`, encode),
      this.#member("decode", `the codec's decode of ${where}`, decode),
    ], "      ");
  }

  #member(name: string, what: string, value: (...given: never) => unknown): string {
    const exported = this.#exported(value);
    return exported === undefined
      ? this.#function(name, what, value.toString())
      : `${name}: ${exported}`;
  }

  #function(name: string, what: string, text: string): string {
    return functionMember(
      name,
      `Cannot bundle component "${this.#component.name}" as ${what}`,
      text,
    );
  }

  /** How a value is spoken of that a module of the image exports. */
  #exported(value: unknown): string | undefined {
    for (const [from, exports] of Object.entries(this.#modules)) {
      const name = Object.keys(exports).find((name) => exports[name] === value);
      if (name === undefined) continue;
      if (!this.#imported.includes(from)) this.#imported.push(from);
      return `m${this.#imported.indexOf(from)}.${name}`;
    }
    return undefined;
  }
}

function literal(members: readonly string[], indent: string): string {
  if (members.length === 0) return "{}";
  return `{\n${members.map((member) => `${indent}  ${member},\n`).join("")}${indent}}`;
}

/** Argo takes `{{` for a placeholder of its own. */
function asUrl(text: string): string {
  return `data:text/javascript;base64,${new TextEncoder().encode(text).toBase64()}`;
}
