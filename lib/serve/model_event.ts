/**
 * What happens to the models of a server, for its log and its metrics.
 *
 * @module
 */

/** What happened to a model. */
export type ModelEvent =
  | {
    readonly type: "loaded";
    readonly name: string;
    readonly version: string;
    readonly seconds: number;
    /** Digits it was shown, and how many it read right; 0 of 0 where it reads something else. */
    readonly known: number;
    readonly right: number;
  }
  /** It now answers requests that name no version; `before` did until now. */
  | {
    readonly type: "in-service";
    readonly name: string;
    readonly version: string;
    readonly before: string | null;
  }
  | { readonly type: "unloaded"; readonly name: string; readonly version: string }
  /** Whatever answered before still does. The version is null when the source could not be asked. */
  | {
    readonly type: "failed";
    readonly name: string;
    readonly version: string | null;
    readonly error: unknown;
  };
