/**
 * What happens in the kernel before a reader's first cell. The launcher has it run there.
 *
 * @module
 */
import { openNotebook } from "../../lib/show/kernel.ts";
import { ENDED } from "./stop_button.ts";

const ORPHAN_MS = 2_000;

/** When a cell that was ended is looked for, after Stop. A collection takes some 30 ms. */
const COLLECT_MS = [50, 200, 500, 1_000, 2_000, 4_000];

/** What the kernel has to know of its launcher. */
export interface KernelPlace {
  /** The notebook's folder, which relative paths of files start from. */
  readonly folder: string;
  /** The launcher's process: the kernel ends with it. */
  readonly launcher: number;
  /**
   * The file that the kernel touches when it has heard Stop, and that says `ended` when the launcher
   * has ended what ran.
   */
  readonly stopFile: string;
}

/** Makes Deno's kernel bear what readers do. */
export function prepareKernel({ folder, launcher, stopFile }: KernelPlace): void {
  Deno.chdir(folder);
  openNotebook({ wasEnded: () => Deno.readTextFileSync(stopFile) === ENDED });
  Deno.env.delete("DENO_V8_FLAGS"); // They are this kernel's, and not its subprocesses'.
  if (Deno.build.os === "windows") return; // It has no such signals.
  Deno.addSignalListener("SIGINT", () => {
    Deno.writeTextFileSync(stopFile, "");
    for (const ms of COLLECT_MS) setTimeout(collectGarbage, ms);
  });
  // This timer also keeps the kernel's event loop going between cells, so that Stop is heard then.
  setInterval(() => {
    if (Deno.ppid !== launcher) Deno.exit();
  }, ORPHAN_MS);
}

/** A cell that was ended after an `await` counts as running until its promise is collected. */
function collectGarbage(): void {
  (globalThis as { readonly gc?: () => void }).gc?.();
}
