/** A process that dies at some operation on its disk, played within the test's own process. */

class Death extends Error {
  override name = "Death";
}

export interface DyingResult {
  /** Whether there were enough operations to die at. */
  readonly died: boolean;
  /** How many operations there were that change something. */
  readonly operations: number;
}

const changing = ["mkdir", "open", "rename", "remove", "writeFile"] as const;

/**
 * Runs `work` until its operation number `diesAt`, which is not done (a write is half done),
 * nor is any after it. Then closes what was open, as the death of a process does, so that its
 * locks are free.
 */
export async function dieAt(diesAt: number, work: () => Promise<unknown>): Promise<DyingResult> {
  const original = { ...Deno };
  const { write, syncData, truncate } = Deno.FsFile.prototype;
  const open = new Set<Deno.FsFile>();
  let operations = 0;
  const dies = () => ++operations >= diesAt;
  const live = <A extends unknown[], R>(
    operation: (...given: A) => Promise<R>,
    halfDone?: (...given: A) => Promise<unknown>,
  ) =>
    async function (this: unknown, ...given: A): Promise<R> {
      if (dies()) {
        if (operations === diesAt) await halfDone?.apply(this, given);
        throw new Death("the process is dead");
      }
      const result = await operation.apply(this, given);
      if (result instanceof Deno.FsFile) open.add(result);
      return result;
    };
  for (const name of changing) {
    Object.assign(Deno, {
      [name]: live(original[name] as (...given: unknown[]) => Promise<unknown>),
    });
  }
  Object.assign(Deno.FsFile.prototype, {
    write: live(write, function (this: Deno.FsFile, bytes) {
      return write.call(this, bytes.subarray(0, bytes.length >> 1));
    }),
    syncData: live(() => Promise.resolve()), // it takes long, and a process that dies needs none
    truncate: live(truncate),
  });
  let died = false;
  try {
    await work();
  } catch (error) {
    died = isDeath(error);
    if (!died) throw error;
  } finally {
    for (const name of changing) Object.assign(Deno, { [name]: original[name] });
    Object.assign(Deno.FsFile.prototype, { write, syncData, truncate });
    for (const file of open) closeOnce(file);
  }
  return { died, operations };
}

function isDeath(error: unknown): boolean {
  if (error instanceof Death) return true;
  if (error instanceof SuppressedError) return isDeath(error.error) || isDeath(error.suppressed);
  return error instanceof Error && error.cause !== undefined && isDeath(error.cause);
}

function closeOnce(file: Deno.FsFile): void {
  try {
    file.close();
  } catch {
    // closed already
  }
}
