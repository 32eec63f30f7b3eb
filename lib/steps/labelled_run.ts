/**
 * A run in which several models are trained, as each of the trainings sees it.
 *
 * @module
 */
import type { Run } from "../pipeline/tracker.ts";

/**
 * The same run, in which every metric, parameter, tag and attachment begins with a label: trainings
 * that share a run would otherwise overwrite each other's.
 *
 * @param label of letters, digits, `_`, `-` and `.`; without one the run is given back as it is.
 */
export function labelledRun(run: Run, label: string): Run {
  if (label === "") return run;
  const labelled = <T>(values: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [`${label}/${name}`, value]),
    );
  return {
    id: run.id,
    resumed: run.resumed,
    registry: run.registry,
    log: (metrics, step) => run.log(labelled(metrics), step),
    tag: (tags) => run.tag(labelled(tags)),
    params: (params) => run.params(labelled(params)),
    attach: (name, files) => run.attach(`${label}-${name}`, files),
    input: (dataset) => run.input(dataset),
    step: (report) => run.step(report),
    end: (status, error) => run.end(status, error),
    [Symbol.asyncDispose]: () => run[Symbol.asyncDispose](),
  };
}
