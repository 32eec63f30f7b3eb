/**
 * The key of a step: two steps with one key give the same outputs. Pure.
 *
 * @module
 */
import { hashHex } from "../base/bytes.ts";
import type { Component } from "./component.ts";
import type { JsonValue, Ports } from "./port.ts";
import type { StepResult, StoredOutput } from "./step_result.ts";

/** What decides the outputs of a step beside its component. */
export interface StepKeyOptions {
  readonly inputs: StepResult;
  /** What {@linkcode Component.fingerprint} gave. */
  readonly fingerprint: string;
  /** Whatever else results depend on: versions of code and libraries, thread counts. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Hashes the component's name, version, source text and ports, its parameter
 * values, the contents of its artifacts, the fingerprint and the environment.
 * Where an artifact is does not count, nor do descriptions.
 */
export function stepKey(component: Component, options: StepKeyOptions): string {
  const { name, version, source } = component;
  const inputs = mapValues(options.inputs, identify);
  return hashHex(JSON.stringify(sortKeys({
    name,
    version,
    source,
    ports: { inputs: declare(component.inputs), outputs: declare(component.outputs) },
    inputs,
    fingerprint: options.fingerprint,
    environment: options.environment,
  })));
}

/**
 * Hashes a key that somebody chose, for results of this component, whatever its inputs are.
 */
export function chosenKey(component: Component, chosen: string): string {
  const { name, outputs } = component;
  return hashHex(JSON.stringify(sortKeys({ name, outputs: declare(outputs), chosen })));
}

function identify(input: StoredOutput): JsonValue {
  if (input.kind === "value") return { value: input.value };
  if (input.kind === "artifact") return { sha256: input.info.sha256 };
  return { sha256: input.infos.map(({ sha256 }) => sha256) };
}

function declare(ports: Ports): JsonValue {
  return mapValues(ports, (port) => port.kind === "param" ? port.type : port.schema);
}

/** The same value with the keys of every object in one order. */
function sortKeys(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(sortKeys);
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sortKeys(value[key]!)]));
}

// Array.isArray() does not narrow readonly arrays.
function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function mapValues<T>(
  record: Readonly<Record<string, T>>,
  map: (value: T) => JsonValue,
): { readonly [key: string]: JsonValue } {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
