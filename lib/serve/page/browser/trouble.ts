/**
 * What may be wrong with the server, in words. Pure.
 *
 * @module
 */
import { type ListedModel, Refusal } from "./inference.ts";

/** Why nothing can be read. */
export interface Trouble {
  /** For people. */
  readonly words: string;
  /** What ends it: time, a token, or something else than the same again. */
  readonly cure: "time" | "token" | "change";
}

/** What is wrong when a request failed like this. */
export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof Refusal)) {
    return { words: `Something went wrong: ${error}`, cure: "change" };
  }
  const { status, message } = error;
  if (status === 0) return { words: `${message} Trying again…`, cure: "time" };
  if (status === 401 || status === 403) {
    return { words: "The server wants a token.", cure: "token" };
  }
  if (status === 503 || status === 429) return { words: `${message} Trying again…`, cure: "time" };
  if (status >= 500) return { words: `The server failed: ${message}`, cure: "time" };
  return { words: message, cure: status === 404 ? "time" : "change" }; // 404: it was unloaded
}

/** What is wrong with the model that was chosen among those of the server; `undefined` when nothing is. */
export function troubleWith(model: ListedModel | undefined): Trouble | undefined {
  if (!model) {
    return { words: "The server has no model yet: deno task pipeline makes one.", cure: "time" };
  }
  if (model.ready) return undefined;
  return { words: `${model.name} is not ready yet. Trying again…`, cure: "time" };
}
