/**
 * Runs the nodes of a pipeline in this process, each as soon as it may.
 *
 * @module
 */
import { runBranches, runCall, runExit, runForEach, runWhen } from "./run_group.ts";
import { runImport, runTask } from "./run_task.ts";
import type { End } from "./local_steps.ts";
import { needsOf } from "./needs_of.ts";
import { type Place, type RunParts, skipNodes, together } from "./run_parts.ts";
import type { PipelineNode } from "./task.ts";

/** Runs nodes that are beside each other; never rejects. */
export async function runNodes(
  nodes: readonly PipelineNode[],
  { frame, log }: Place,
  run: RunParts,
): Promise<End> {
  const ends = new Map<string, Promise<End>>();
  for (const node of nodes) {
    const before = [...needsOf(node)].flatMap((id) => ends.get(id) ?? []);
    ends.set(node.id, runAfter(before, node, { frame, log: log.part() }, run));
  }
  return together(await Promise.all(ends.values()));
}

async function runAfter(
  before: readonly Promise<End>[],
  node: PipelineNode,
  place: Place,
  run: RunParts,
): Promise<End> {
  const ends = await Promise.all(before);
  try {
    const ready = ends.every((end) => end === "succeeded") && !run.steps.signal.aborted;
    return await (ready ? runNode(node, place, run) : skipNodes([node], place, run));
  } catch (error) {
    const end = run.steps.fail(place.frame.name(node.id), error);
    // It could not be begun, or its record could not be written, which may be so again.
    const begun = place.log.entries().length > 0;
    if (!begun) await skipNodes([node], place, run).catch(() => {});
    return end;
  }
}

function runNode(node: PipelineNode, place: Place, run: RunParts): Promise<End> {
  switch (node.kind) {
    case "task":
      return runTask(node, place, run, run.steps.signal);
    case "import":
      return runImport(node, place, run);
    case "call":
      return runCall(node, place, run);
    case "when":
      return runWhen(node, place, run);
    case "branch":
      return runBranches(node, place, run);
    case "for-each":
      return runForEach(node, place, run);
    case "exit":
      return runExit(node, place, run);
  }
}
