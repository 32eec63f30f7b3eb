/**
 * `deno task pipeline`: acquire, preprocess, train, evaluate, register, serve.
 *
 * @module
 */
import { defineCommand } from "../cli/command.ts";
import { pipelineOptions } from "../cli/pipeline_options.ts";
import { runSomewhere } from "../cli/run_somewhere.ts";

export const pipelineCommand = defineCommand({
  name: "pipeline",
  summary: "Train, judge and serve a digit recognizer",
  words: "",
  maxWords: 0,
  examples: [
    "pipeline",
    "pipeline --data ../mnist --epochs 5 --optimizer adam --experiment my-experiment",
    "pipeline --data synthetic --json",
    "pipeline --compile-only --epochs 5 --output pipeline.yaml",
    "pipeline --runner kubeflow --service-account pipeline-runner",
  ],
  options: pipelineOptions,
  run: (flags, _words, context) =>
    runSomewhere(flags, context, {
      job: async () => (await import("../cli/kubeflow_job.ts")).digitsJob(flags),
      here: async () => {
        const { pipelineHere } = await import("../cli/pipeline_here.ts");
        return await pipelineHere(flags, context);
      },
    }),
});
