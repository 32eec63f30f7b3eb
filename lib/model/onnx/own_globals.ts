/**
 * Keeps a library that takes Deno for Node from changing the world for everybody.
 *
 * @module
 */

/** What onnxruntime-web replaces by Node's, as soon as it makes its first session. */
const REPLACED = ["Worker", "MessageChannel", "MessagePort"];

/** Calls `load`, and puts back what was replaced meanwhile. */
export async function withOwnGlobals<T>(load: () => Promise<T>): Promise<T> {
  const before = REPLACED.map((name) =>
    [name, Object.getOwnPropertyDescriptor(globalThis, name)!] as const
  );
  try {
    return await load();
  } finally {
    for (const [name, descriptor] of before) Object.defineProperty(globalThis, name, descriptor);
  }
}
