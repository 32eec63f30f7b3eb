/** As `train_worker.ts`, with an engine that is quick, and some that fail. */
import { UnavailableError } from "../../lib/base/errors.ts";
import { serveTraining, type TrainingThread } from "../../lib/model/serve_training.ts";
import { fakeEngine } from "./fake_engine.ts";
import { fakeClock } from "./small_training.ts";

/** Engines that are not to be had, by name. */
const failures: Readonly<Record<string, () => Promise<never>>> = {
  broken: () => Promise.reject(new UnavailableError("Cannot load the engine: it is broken")),
  odd: () => Promise.reject(Object.assign(new Error("Odd things happen"), { name: "OddError" })),
  crashing() {
    // Outside of every promise that anyone waits for.
    queueMicrotask(() => {
      throw new Error("The thread crashed");
    });
    return new Promise(() => {});
  },
};

const aborted = new Promise<void>((resolve) => {
  self.addEventListener("message", ({ data }) => data.kind === "abort" && resolve());
});
let stopsAfter = Infinity;

serveTraining({
  port: self as unknown as TrainingThread["port"],
  loadEngine(name) {
    // This one goes no further than ten events until it is aborted.
    if (name === "waiting") stopsAfter = 10;
    return failures[name]?.() ?? Promise.resolve(fakeEngine);
  },
  // Every step is worth an event.
  now: fakeClock(100),
  breathe: async () => {
    if (--stopsAfter === 0) await aborted;
  },
});
