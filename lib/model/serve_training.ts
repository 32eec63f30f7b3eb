/**
 * The training thread's side of the talk.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import type { Engine } from "./engine.ts";
import type { EngineOptions } from "./engines.ts";
import { fit } from "./fit.ts";
import type { FromTrainer, ToTrainer, TrainRequest } from "./train_messages.ts";

/** What the thread lends. */
export interface TrainingThread {
  /** The messages' end in this thread: a worker's global scope. */
  readonly port: {
    postMessage(message: FromTrainer): void;
    addEventListener(type: "message", listener: (event: MessageEvent<ToTrainer>) => void): void;
  };
  /** As in `engines.ts`. */
  readonly loadEngine: (name: string, options: EngineOptions) => Promise<Engine>;
  /** Milliseconds since any moment. */
  readonly now: () => number;
  /** Waits until the messages that have arrived are delivered. */
  readonly breathe: () => Promise<void>;
}

/** Trains when told to, tells how it goes, and stops when told to. */
export function serveTraining(thread: TrainingThread): void {
  const abort = new AbortController();
  thread.port.addEventListener("message", async ({ data: message }) => {
    if (message.kind === "abort") return abort.abort();
    try {
      await train(message.request, thread, abort.signal);
    } catch (error) {
      const name = error instanceof Error ? error.name : "Error";
      thread.port.postMessage({ kind: "failed", name, message: messageOf(error) });
    }
  });
}

async function train(
  { data, settings, engine: engineName, threads: engineThreads, resume }: TrainRequest,
  { port, loadEngine, now, breathe }: TrainingThread,
  signal: AbortSignal,
): Promise<void> {
  const engine = await loadEngine(engineName, { threads: engineThreads });
  const events = fit(engine, data, settings, { now, signal, resume });
  let next = await events.next();
  while (!next.done) {
    port.postMessage({ kind: "event", event: next.value });
    // An engine that never leaves this thread to the event loop would keep an abort from arriving.
    await breathe();
    next = await events.next();
  }
  const { name, runtime, threads } = engine;
  port.postMessage({ kind: "done", result: next.value, engine: { name, runtime, threads } });
}
