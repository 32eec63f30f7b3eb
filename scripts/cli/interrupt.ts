/**
 * Ctrl-C: the first asks for a clean stop, the second ends at once.
 *
 * @module
 */
import type { Terminal } from "./terminal.ts";

/** A signal that the first Ctrl-C (or SIGTERM) aborts. Disposing of it gives the keys back. */
export function interruptSignal(terminal: Terminal): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) Deno.exit(130);
    terminal.say("Stopping cleanly; Ctrl-C again ends at once.");
    controller.abort(new DOMException("Interrupted", "AbortError"));
  };
  const names: readonly Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT"]
    : ["SIGINT", "SIGTERM"];
  for (const name of names) Deno.addSignalListener(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of names) Deno.removeSignalListener(name, onSignal);
    },
  };
}
