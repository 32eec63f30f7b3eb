/**
 * Jupyter's Stop button.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";

const ANSWER_MS = 1_500; // A kernel that waits hears within 10 ms, one that trains between two steps.
const POLL_MS = 20;

/** What the file of {@linkcode StoppableKernel} says when the launcher has ended what ran. */
export const ENDED = "ended";

/** What can be done to a kernel. */
export interface StoppableKernel {
  /** The file that the kernel touches when it has heard the signal. */
  readonly stopFile: string;
  /** Sends SIGINT where there are signals. */
  signal(): unknown;
  /** Ends the code that runs, where it is. */
  endCode(): Promise<void>;
}

/**
 * Stops what the kernel runs. Code that waits for something hears the signal, and decides
 * (`show.cancellable()`); code that never waits is ended where it is. The kernel goes on.
 */
export async function pressStop(kernel: StoppableKernel, gone: AbortSignal): Promise<void> {
  const { stopFile } = kernel;
  await Deno.writeTextFile(stopFile, "pressed");
  kernel.signal();
  const latest = performance.now() + ANSWER_MS;
  while (performance.now() < latest) {
    await sleep(POLL_MS, undefined, { signal: gone });
    if (await Deno.readTextFile(stopFile) === "") return;
  }
  await Deno.writeTextFile(stopFile, ENDED);
  await kernel.endCode();
}
