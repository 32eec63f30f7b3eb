/** A notebook that keeps what it was shown, with a clock of its own. */
import type { MediaBundle } from "../../lib/show/media_bundle.ts";
import type { LiveOutput, Notebook } from "../../lib/show/notebook.ts";

/** An output, with everything that stood in it, the last one last. */
export interface FakeOutput {
  readonly frames: MediaBundle[];
  /** Whether its last frame is meant to stay. */
  isKept: boolean;
}

export class FakeNotebook implements Notebook {
  readonly isRich: boolean;
  readonly outputs: FakeOutput[] = [];
  readonly controller = new AbortController();
  /** Milliseconds. */
  time = 0;

  constructor({ isRich = true }: { readonly isRich?: boolean } = {}) {
    this.isRich = isRich;
  }

  now(): number {
    return this.time;
  }

  display(bundle: MediaBundle): Promise<void> {
    this.outputs.push({ frames: [bundle], isKept: true });
    return Promise.resolve();
  }

  open(bundle: MediaBundle): Promise<LiveOutput> {
    const output: FakeOutput = { frames: [bundle], isKept: false };
    this.outputs.push(output);
    return Promise.resolve({
      replace(next: MediaBundle) {
        output.frames.push(next);
        output.isKept = false;
      },
      keep(last: MediaBundle) {
        output.frames.push(last);
        output.isKept = true;
        return Promise.resolve();
      },
    });
  }

  cancellable(): AbortSignal {
    return this.controller.signal;
  }
}
