/**
 * The other end of {@linkcode bundleComponent}.
 *
 * @module
 */
import { DataError, messageOf } from "../../base/errors.ts";
import type { Component } from "../component.ts";

/**
 * Loads a bundled component.
 * @param source what {@linkcode bundleComponent} gave
 * @throws {DataError} when it is no module, or needs one that is not there, or has no component.
 */
export async function loadBundle(source: string): Promise<Component> {
  const bytes = new TextEncoder().encode(source);
  const url = source.startsWith("data:")
    ? source
    : `data:text/javascript;base64,${bytes.toBase64()}`;
  let loaded: { readonly default?: unknown };
  try {
    loaded = await import(url);
  } catch (error) {
    const [line] = messageOf(error).replaceAll(/data:\S+/g, "the source").split("\n");
    throw new DataError(`Cannot load the component's source: ${line}`, { cause: error });
  }
  if (isComponent(loaded.default)) return loaded.default;
  throw new DataError(
    "Cannot load the component's source as its default export is no component: " +
      "compile the pipeline again, with the version of the image",
  );
}

function isComponent(value: unknown): value is Component {
  return typeof value === "object" && value !== null && "run" in value && "find" in value &&
    "inputs" in value && "outputs" in value;
}
