/**
 * Deno's Jupyter kernel, and all that is done about its known bugs (seen in Deno 2.9.6):
 *
 * - **Outputs that get lost.** A cell may be reported as done before its last outputs have been
 *   sent; readers stop listening then. {@linkcode mendResults} waits a few milliseconds at the
 *   end of every cell. Of 1,600 outputs read by nbclient 55 were lost without it.
 * - **Stop ends the kernel.** With Jupyter's usual `interrupt_mode: signal`, SIGINT kills it and all
 *   that was computed. {@linkcode listenToStop} takes the signal and hands it to the
 *   code that was given {@linkcode Notebook.cancellable}. A cell that never awaits hears it when it
 *   ends: only this project's own kernel ends it before. (`interrupt_mode: message` does stop
 *   `while (true) {}`, but a cell that waits for something is not stopped, and the kernel answers
 *   nothing from then on.)
 * - **Errors that nobody catches**, in a timer or a promise, are not shown, or leave the kernel
 *   hanging. {@linkcode tellStrayErrors} shows them and goes on.
 * - **What is written to `Deno.stdout` is not shown**, as by progress bars. {@linkcode showWritten}
 *   sends it where `console.log` goes.
 *
 * What can't be mended from here: `import.meta` is a syntax error in a cell, a module that was edited
 * stays as it was until the kernel is restarted, and `Deno.exit` ends the kernel.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import type { MediaBundle } from "./media_bundle.ts";
import type { LiveOutput, Notebook } from "./notebook.ts";

type Broadcast = (type: string, content: Readonly<Record<string, unknown>>) => unknown;

/** The part of the kernel that sends a cell's result. It has no public name. */
interface Results {
  broadcastResult(executionCount: number, result: unknown): Promise<void>;
}

/** How long a cell's last outputs may take to be sent; mostly it is less than 1 ms. */
const DRAIN_MS = 8;

/** What is known of the kernel by whoever started it. */
export interface NotebookOptions {
  /** Whether Stop has just ended what ran, where it was. @default () => false */
  readonly wasEnded?: () => boolean;
}

let opened: Notebook | undefined; // a kernel is mended once, whoever asks first

/** Where this code runs: a notebook, or anything else, where text goes to the console. */
export function openNotebook(options: NotebookOptions = {}): Notebook {
  return opened ??= open(options);
}

function open({ wasEnded = () => false }: NotebookOptions): Notebook {
  const broadcast = findKernel();
  if (!broadcast) return consoleNotebook;
  mendResults();
  tellStrayErrors();
  showWritten(broadcast);
  return kernelNotebook(broadcast, listenToStop(wasEnded));
}

/** `undefined` outside of a kernel, where the mere look at `Deno.jupyter` throws. */
function findKernel(): Broadcast | undefined {
  try {
    const { broadcast } = Deno.jupyter;
    return (type, content) => broadcast(type, content);
  } catch {
    return undefined;
  }
}

function kernelNotebook(broadcast: Broadcast, cancellable: () => AbortSignal): Notebook {
  const send = (type: string, data: MediaBundle, transient: Readonly<Record<string, string>>) =>
    broadcast(type, { data, metadata: {}, transient });
  return {
    isRich: true,
    now: () => performance.now(),
    async display(bundle) {
      send("display_data", bundle, {});
      await wait(DRAIN_MS);
    },
    async open(bundle): Promise<LiveOutput> {
      const transient = { display_id: crypto.randomUUID() };
      send("display_data", bundle, transient);
      await wait(DRAIN_MS);
      return {
        replace: (next) => send("update_display_data", next, transient),
        async keep(last) {
          send("update_display_data", last, transient);
          await wait(DRAIN_MS);
        },
      };
    },
    cancellable,
  };
}

const consoleNotebook: Notebook = {
  isRich: false,
  now: () => performance.now(),
  display: (bundle) => Promise.resolve(console.log(bundle["text/plain"])),
  open: () =>
    Promise.resolve({
      replace() {},
      keep: (bundle) => Promise.resolve(console.log(bundle["text/plain"])),
    }),
  cancellable: () => new AbortController().signal, // Ctrl-C ends the program, as always
};

function mendResults(): void {
  const { internal } = Deno as unknown as { readonly internal: symbol };
  const results = (Deno as unknown as Record<symbol, { readonly jupyter?: Results } | undefined>)[
    internal
  ]?.jupyter;
  if (!results) return; // a Deno that has it elsewhere
  const send = results.broadcastResult;
  results.broadcastResult = async (executionCount, result) => {
    await send(executionCount, result);
    await wait(DRAIN_MS);
  };
}

/** @returns what gives the signal that the next Stop aborts. */
function listenToStop(wasEnded: () => boolean): () => AbortSignal {
  let stopping: AbortController | undefined;
  const stop = () => {
    // Of a cell that was ended the launcher tells.
    if (!stopping && !wasEnded()) {
      console.error(
        "Stop can't end what waits: it goes on, unless the kernel is restarted. Another time, " +
          "give it show.cancellable() as its signal",
      );
    }
    stopping?.abort(new DOMException("Stopped by the reader", "AbortError"));
    stopping = undefined;
  };
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGINT", stop);
  return () => (stopping ??= new AbortController()).signal;
}

function tellStrayErrors(): void {
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    console.error(`Nobody caught: ${messageOf(event.error)}`);
  });
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    console.error(`Nobody caught: ${messageOf(event.reason)}`);
  });
}

function showWritten(broadcast: Broadcast): void {
  for (const name of ["stdout", "stderr"] as const) {
    const decoder = new TextDecoder();
    const write = (bytes: Uint8Array): number => {
      broadcast("stream", { name, text: decoder.decode(bytes, { stream: true }) });
      return bytes.length;
    };
    Object.assign(Deno[name], {
      write: (bytes: Uint8Array) => Promise.resolve(write(bytes)),
      writeSync: write,
    });
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
