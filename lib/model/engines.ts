/**
 * The engines there are.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import type { Engine } from "./engine.ts";

/** What every engine is told. */
export interface EngineOptions {
  /** Threads for one computation. */
  readonly threads: number;
}

// Each is imported when it is asked for: one that can't be loaded here leaves the others alone.
const loaders: Readonly<Record<string, (options: EngineOptions) => Promise<Engine>>> = {
  "auto": (options) => onnx({ ...options, runtime: "auto" }),
  "onnx": (options) => onnx({ ...options, runtime: "native" }),
  "onnx-wasm": (options) => onnx({ ...options, runtime: "wasm" }),
};

/** The names that {@linkcode loadEngine} knows. `auto` is the fastest that works on this machine. */
export const engineNames: readonly string[] = Object.keys(loaders);

/**
 * The engine of that name.
 *
 * @throws {UsageError} when there is none of that name.
 * @throws {UnavailableError} when it does not work on this machine.
 */
export async function loadEngine(name: string, options: EngineOptions): Promise<Engine> {
  const load = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  if (!load) {
    throw new UsageError(
      `Cannot use the engine ${JSON.stringify(name)}: choose one of ${engineNames.join(", ")}`,
    );
  }
  return await load(options);
}

async function onnx(
  options: EngineOptions & { readonly runtime: "auto" | "native" | "wasm" },
): Promise<Engine> {
  const { loadOnnxEngine } = await import("./onnx/onnx_engine.ts");
  return await loadOnnxEngine(options);
}
