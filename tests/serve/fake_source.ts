import type { Predictor } from "../../lib/serve/predictor.ts";
import type { OpenModel, SourceVersions, VersionSource } from "../../lib/serve/version_source.ts";
import { sumPredictor } from "./fake_predictor.ts";

/** A source that has what a test gives it. Every version is {@linkcode sumPredictor}. */
export class FakeSource implements VersionSource {
  readonly name: string;
  /** What it has. */
  now: SourceVersions;
  /** Opened and not closed again. */
  readonly opened = new Set<string>();
  /** Awaited by `open`. */
  gate: Promise<unknown> = Promise.resolve();
  /** Instead of the usual one, by version; an error is thrown. */
  readonly other: Record<string, Partial<Predictor> | Error> = {};
  opens = 0;
  #changed = Promise.withResolvers<void>();

  constructor(name: string, versions: readonly string[]) {
    this.name = name;
    this.now = versionsOf(versions);
  }

  /** Has these versions from now on; the last one, or another, is the latest. */
  put(versions: readonly string[], latest?: string | null): void {
    this.now = versionsOf(versions, latest);
    this.#changed.resolve();
  }

  current(): Promise<SourceVersions> {
    return Promise.resolve(this.now);
  }

  async open(version: string): Promise<OpenModel> {
    this.opens++;
    await this.gate;
    const other = this.other[version] ?? {};
    if (other instanceof Error) throw other;
    this.opened.add(version);
    return {
      predictor: sumPredictor({ name: this.name, version, ...other }),
      [Symbol.asyncDispose]: () => {
        this.opened.delete(version);
        return Promise.resolve();
      },
    };
  }

  async *changes({ signal }: { readonly signal: AbortSignal }): AsyncIterable<void> {
    signal.addEventListener("abort", () => this.#changed.resolve());
    while (!signal.aborted) {
      await this.#changed.promise;
      this.#changed = Promise.withResolvers();
      if (!signal.aborted) yield;
    }
  }
}

function versionsOf(versions: readonly string[], latest?: string | null): SourceVersions {
  return {
    versions: versions.map((version) => ({ version, revision: version })),
    latest: latest === undefined ? versions.at(-1) ?? null : latest,
  };
}
