/**
 * `deno task sweep`: trains with several settings, and goes on with the best.
 *
 * @module
 */
import { defineCommand } from "../cli/command.ts";
import { runSomewhere } from "../cli/run_somewhere.ts";
import { sweepOptions } from "../cli/sweep_options.ts";

export const sweepCommand = defineCommand({
  name: "sweep",
  summary: "Train with several settings, and judge and serve the best",
  words: "",
  maxWords: 0,
  examples: [
    "sweep",
    "sweep --optimizer adam,sgd --learning-rate 1e-3,3e-3",
    "sweep --batch-size 32,64,128 --parallel 2 --json",
    "sweep --runner kubeflow --optimizer adam,rmsprop,sgd",
  ],
  options: sweepOptions,
  run: (flags, _words, context) =>
    runSomewhere(flags, context, {
      job: async () => (await import("../cli/sweep_job.ts")).sweepJob(flags),
      here: async () => {
        const { sweepHere } = await import("../cli/sweep_here.ts");
        return await sweepHere(flags, context);
      },
    }),
});
