/**
 * How far several downloads have come together.
 *
 * @module
 */
import { idxFileNames, type IdxRole } from "../digits/datasets.ts";
import type { Progress } from "../pipeline/step_context.ts";

/** Adds up how far the four downloads have come. */
export class DownloadTally {
  readonly #report: ((progress: Progress) => void) | undefined;
  readonly #files = new Map<IdxRole, { done: number; total: number }>();

  /** Tells `report` of the sum, whenever one gets on. */
  constructor(report: ((progress: Progress) => void) | undefined) {
    this.#report = report;
  }

  /** What the download of this file reports to. */
  of(role: IdxRole): (done: number, total: number | undefined) => void {
    return (done, total = done) => {
      this.#files.set(role, { done, total });
      const all = [...this.#files.values()];
      this.#report?.({
        done: all.reduce((sum, file) => sum + file.done, 0),
        total: all.reduce((sum, file) => sum + file.total, 0),
        unit: "bytes",
        note: `downloading ${idxFileNames[role]}`,
      });
    };
  }
}
