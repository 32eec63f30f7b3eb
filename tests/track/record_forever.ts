/** Starts a run in the folder that it is given, prints its id, and waits to be killed. */
import { journalTracker } from "../../lib/track/journal_tracker.ts";
import { tickingClock } from "./registry_contract.ts";
import { someRun } from "./tracker_contract.ts";

const run = await journalTracker({ folder: Deno.args[0]!, host: tickingClock() }).start(someRun);
await run.log({ loss: 0.5 }, 1);
console.log(run.id);
setInterval(() => {}, 1 << 30);
