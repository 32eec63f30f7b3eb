/**
 * Ports of 127.0.0.1.
 *
 * @module
 */

/**
 * Below those that systems give away by themselves, to clients and to servers that ask for port 0:
 * one of these is still free when the program that it was chosen for listens there, some time later.
 */
const RANGE = { first: 10_000, last: 32_767 };

/** A port that nobody listens on right now. */
export function freePort(): number {
  return freePorts(1)[0]!;
}

/** Different ports that nobody listens on right now. */
export function freePorts(count: number): readonly number[] {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = RANGE.first + Math.floor(Math.random() * (RANGE.last + 1 - RANGE.first));
    if (isFreePort(port)) ports.add(port);
  }
  return [...ports];
}

/** Whether nobody listens on a port right now. */
export function isFreePort(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    // Windows keeps some for itself.
    if (error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
}
