/** A home folder whose runs are mirrored to a server within the test. */
import type { Run } from "../../../lib/pipeline/tracker.ts";
import { MlflowClient } from "../../../lib/track/mlflow/mlflow_client.ts";
import { type MirroredTracker, mirroredTracker } from "../../../lib/track/mirrored_tracker.ts";
import { Mirror } from "../../../lib/track/mirror/mirror.ts";
import { FakeMlflow } from "./fake_mlflow.ts";

export const origin = { user: "ada", sourceName: "test", sourceType: "LOCAL" } as const;

export const bytes = (text: string) => new TextEncoder().encode(text);

/** A tracker, as one process has it. */
export interface Opened {
  readonly tracker: MirroredTracker;
  readonly notices: string[];
}

export class MirroredHome implements AsyncDisposable {
  readonly path: string;
  readonly server: FakeMlflow;
  #time = 1000;
  readonly #opened: MirroredTracker[] = [];

  private constructor(path: string, server: FakeMlflow) {
    this.path = path;
    this.server = server;
  }

  static async make(server = new FakeMlflow()): Promise<MirroredHome> {
    return new MirroredHome(await Deno.makeTempDir({ prefix: "digits-mirror-" }), server);
  }

  readonly now = () => this.#time++;

  client(attempts = 1): MlflowClient {
    const host = this.server.host(() => 0);
    return new MlflowClient({ trackingUri: this.server.url, host, attempts });
  }

  /** Opens the tracker of another process. */
  open(options: { readonly adoptRunId?: string; readonly now?: () => number } = {}): Opened {
    const notices: string[] = [];
    const tracker = mirroredTracker({
      folder: this.path,
      client: this.client(),
      host: this.server.host(options.now ?? this.now),
      origin,
      notice: (text) => notices.push(text),
      adoptRunId: options.adoptRunId,
    });
    this.#opened.push(tracker);
    return { tracker, notices };
  }

  /** What `deno task runs` sends with. */
  openMirror(notice: (text: string) => void): Mirror {
    const host = this.server.host(this.now);
    return new Mirror({ folder: this.path, client: this.client(), host, origin, notice });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const tracker of this.#opened) await tracker[Symbol.asyncDispose]();
    await Deno.remove(this.path, { recursive: true });
  }
}

/** All that is sent, whatever it takes. */
export const patience = { timeoutMs: 20_000 };

/** What a test logs of one epoch. */
export async function logEpoch(run: Run, epoch: number): Promise<void> {
  await run.log({ loss: 1 / epoch, val_accuracy: 1 - 1 / (2 * epoch) }, epoch);
}
