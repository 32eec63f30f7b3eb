import { memoryTracker } from "../../lib/track/memory_tracker.ts";
import { testTracker } from "./tracker_contract.ts";

testTracker("memoryTracker()", ({ now }) =>
  Promise.resolve({
    tracker: memoryTracker({ now }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }));
