/**
 * Samples of requests, brought to the store now and then.
 *
 * @module
 */
import { messageOf } from "../../lib/base/errors.ts";
import type { Host } from "../../lib/base/host.ts";
import type { ArtifactStore } from "../../lib/pipeline/artifact_store.ts";
import type { RequestSamples } from "../../lib/serve/request_samples.ts";

const EVERY_MS = 60_000;

/** Where samples go, and who hears when they can't. */
export interface KeepSamplesOptions {
  readonly store: Pick<ArtifactStore, "put">;
  readonly host: Pick<Host, "now">;
  /** Takes one sentence. */
  readonly notice: (sentence: string) => void;
}

/**
 * Stores samples every minute, as `requests/<name>/<version>/<time>`, and the last ones
 * when it is disposed of. Those that can't be stored are lost: the next are more telling.
 */
export function keepSamples(samples: RequestSamples, options: KeepSamplesOptions): AsyncDisposable {
  const { store, host, notice } = options;
  let storing = Promise.resolve();

  async function keep(): Promise<void> {
    const time = new Date(host.now()).toISOString().replaceAll(":", "-");
    for (const { key, files } of samples.take()) {
      try {
        await store.put(`requests/${key}/${time}`, files);
      } catch (error) {
        notice(`Cannot keep samples of requests: ${messageOf(error)}`);
      }
    }
  }
  function keepNext(): Promise<void> {
    return storing = storing.then(keep);
  }
  const timer = setInterval(keepNext, EVERY_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await keepNext();
    },
  };
}
