/**
 * Runs groups of nodes in this process.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { checkValue, checkValues, showValue } from "./check_values.ts";
import { showSource } from "./check_wires.ts";
import { type Condition, holds, mapCondition } from "./condition.ts";
import type { FinalStatus } from "./final_status.ts";
import { Frame } from "./frame.ts";
import { limitConcurrency } from "./limit_concurrency.ts";
import type { End } from "./local_steps.ts";
import { outputPort } from "./output_port.ts";
import { type JsonValue, list, type Port } from "./port.ts";
import type { Source } from "./ref.ts";
import { type Place, type RunParts, skipNodes, together } from "./run_parts.ts";
import { runTask } from "./run_task.ts";
import type { StepResult, StoredOutput } from "./step_result.ts";
import type { BranchGroup, Call, ExitGroup, ForEachGroup, WhenGroup } from "./task.ts";

/** Runs a group if its condition holds. */
export async function runWhen(group: WhenGroup, place: Place, run: RunParts): Promise<End> {
  return await (decide(group.condition, place.frame)
    ? run.runNodes(group.nodes, place)
    : skipNodes(group.nodes, place, run));
}

/** Runs the first branch whose condition holds. */
export async function runBranches(
  { id, branches }: BranchGroup,
  { frame, log }: Place,
  run: RunParts,
): Promise<End> {
  const chosen = branches.find(({ condition }) => condition === null || decide(condition, frame));
  const ends = await Promise.all(branches.map((branch) => {
    const place = { frame, log: log.part() };
    return branch === chosen
      ? run.runNodes(branch.nodes, place)
      : skipNodes(branch.nodes, place, run);
  }));
  const end = together(ends);
  if (end === "succeeded") frame.give(id, readAll(chosen?.outputs ?? {}, frame));
  return end;
}

function decide(condition: Condition, frame: Frame): boolean {
  return holds(mapCondition(condition, ({ left, compare, right }) => {
    const [a, b] = [frame.value(left), frame.value(right)];
    if (typeof a === typeof b) return { left: a, compare, right: b };
    throw new TypeError(
      `Cannot compare ${showSource(left)} with ${showSource(right)} as they are ` +
        `${showValue(a)} and ${showValue(b)}: compare values of one type`,
    );
  }));
}

function readAll(sources: Readonly<Record<string, Source>>, frame: Frame): StepResult {
  return Object.fromEntries(
    Object.entries(sources).map(([name, source]) => [name, frame.read(source)]),
  );
}

/** Runs a pipeline as a step of another. */
export async function runCall(
  { id, pipeline, inputs }: Call,
  { frame, log }: Place,
  run: RunParts,
): Promise<End> {
  const name = frame.name(id);
  const values = Object.entries(inputs).map(([param, source]) => [param, frame.value(source)]);
  const what = `Cannot run pipeline "${pipeline.name}" as step "${name}" as parameter`;
  const params = checkValues(what, pipeline.params, Object.fromEntries(values));
  const inner = Frame.ofPipeline(params as Readonly<Record<string, JsonValue>>, name);
  const end = await run.runNodes(pipeline.nodes, { frame: inner, log });
  if (end === "succeeded") {
    const given = Object.entries(pipeline.outputs).filter(([, source]) => inner.has(source));
    frame.give(id, readAll(Object.fromEntries(given), inner));
  }
  return end;
}

/** Runs a group once for every item. */
export async function runForEach(
  group: ForEachGroup,
  { frame, log }: Place,
  run: RunParts,
): Promise<End> {
  const { id, nodes, outputs } = group;
  const turns = checkItems(group, frame.name(id), frame.value(group.items)).map((item, i) => ({
    frame: frame.turn(id, i, item),
    log: log.part(),
  }));
  const limit = limitConcurrency(group.parallelism ?? Infinity);
  const ends = await Promise.all(turns.map((turn) => limit(() => run.runNodes(nodes, turn))));
  const end = together(ends);
  if (end === "succeeded") {
    const collected = Object.entries(outputs).map(([name, source]) => {
      const given = turns.map((turn) => turn.frame.read(source));
      return [name, collect(outputPort(nodes, source)!, given)];
    });
    frame.give(id, Object.fromEntries(collected));
  }
  return end;
}

function checkItems(
  { item }: ForEachGroup,
  name: string,
  items: JsonValue,
): readonly JsonValue[] {
  const what = `Cannot run loop "${name}" as`;
  checkValue(what, "items", list("The items"), items);
  const values = items as readonly JsonValue[];
  values.forEach((value, i) => checkValue(what, `items[${i}]`, item, value));
  return values;
}

/** What all turns gave, as one. */
function collect(port: Port, given: readonly StoredOutput[]): StoredOutput {
  if (port.kind === "param") {
    const value = given.flatMap((output) => output.kind === "value" ? [output.value] : []);
    return { kind: "value", value };
  }
  const infos = given.flatMap((output) =>
    output.kind === "artifact" ? [output.info] : output.kind === "artifacts" ? output.infos : []
  );
  return { kind: "artifacts", infos };
}

/** Runs a group, then its task at the end, however the group ended. */
export async function runExit(group: ExitGroup, place: Place, run: RunParts): Promise<End> {
  const { id, nodes, exit } = group;
  const { frame, log } = place;
  const guarded = await run.runNodes(nodes, { frame, log: log.part() });
  const status = statusOf(frame.name(id), guarded, run);
  const last = { frame: frame.ended(id, status), log: log.part() };
  return together([guarded, await runTask(exit, last, run, run.exitSignal)]);
}

function statusOf(name: string, end: End, { steps }: RunParts): FinalStatus {
  const from = { pipelineJobResourceName: "", pipelineTaskName: name };
  if (end === "failed") {
    const message = messageOf(steps.failure?.cause).split("\n", 1)[0]!;
    return { state: "FAILED", ...from, error: { code: 2, message } };
  }
  if (end === "stopped") {
    const message = messageOf(steps.signal.reason).split("\n", 1)[0]!;
    return { state: "CANCELLED", ...from, error: { code: 1, message } };
  }
  return { state: "SUCCEEDED", ...from, error: { code: 0, message: "" } };
}
