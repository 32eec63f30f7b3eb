/**
 * Keeps a library that takes Deno for Node from changing the world for everybody.
 *
 * @module
 */

/** What onnxruntime-web replaces by Node's, as soon as it makes its first session. */
const REPLACED = ["Worker", "MessageChannel", "MessagePort"];

/** Calls `load`, and puts back what was replaced meanwhile. */
export async function withOwnGlobals<T>(load: () => Promise<T>): Promise<T> {
  // The effect is the library's; this undoes it.
  // deno-lint-ignore rooms/effects-at-the-edges
  const world: object = globalThis;
  const before = REPLACED.map((name) =>
    [name, Object.getOwnPropertyDescriptor(world, name)!] as const
  );
  try {
    return await load();
  } finally {
    for (const [name, descriptor] of before) Object.defineProperty(world, name, descriptor);
  }
}
