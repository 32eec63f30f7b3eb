/**
 * A notebook that does not run to its end.
 *
 * @module
 */

/** Which cell, and why: in one sentence. */
export class CellError extends Error {
  override name = "CellError";
  /** The cell's number among those that have code, from 1. */
  readonly cell: number;

  /** `reason` goes on from "Cell 3 …". */
  constructor(cell: number, reason: string, options?: ErrorOptions) {
    super(`Cell ${cell} ${reason}`, options);
    this.cell = cell;
  }
}
