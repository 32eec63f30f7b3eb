/**
 * A version in memory, and how many requests are using it.
 *
 * @module
 */
import type { Predictor } from "./predictor.ts";
import type { Proof } from "./prove_model.ts";
import type { ServedModel } from "./repository.ts";
import type { OpenModel } from "./version_source.ts";

/** One version while it is loaded. Once retired, it closes after its last request. */
export class LoadedVersion implements ServedModel {
  readonly predictor: Predictor;
  /** Of the files it was read from. */
  readonly revision: string;
  /** What it made of the known digits. */
  readonly proof: Proof;
  readonly #model: OpenModel;
  readonly #closed = Promise.withResolvers<void>();
  #users = 0;
  #retired = false;

  constructor(model: OpenModel, { revision, proof }: { revision: string; proof: Proof }) {
    this.predictor = model.predictor;
    this.revision = revision;
    this.proof = proof;
    this.#model = model;
  }

  /** For one more request, which disposes of it once. */
  acquire(): this {
    this.#users++;
    return this;
  }

  [Symbol.dispose](): void {
    this.#users--;
    if (this.#retired && this.#users === 0) this.#close();
  }

  /**
   * Nobody will acquire it any more.
   * @returns settled when it is closed.
   */
  retire(): Promise<void> {
    if (!this.#retired) {
      this.#retired = true;
      if (this.#users === 0) this.#close();
    }
    return this.#closed.promise;
  }

  #close(): void {
    this.#closed.resolve(this.#model[Symbol.asyncDispose]());
  }
}
