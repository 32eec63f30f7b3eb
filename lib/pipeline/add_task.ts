/**
 * Adds single steps to a pipeline that is built: tasks, calls of pipelines, imports.
 *
 * @module
 */
import { checkPod } from "./check_pod.ts";
import { isJson, showValue } from "./check_values.ts";
import { checkWire, checkWires, describePort } from "./check_wires.ts";
import type { Component } from "./component.ts";
import type { CallOptions, ExitOptions, ImportOptions, StepOptions } from "./graph.ts";
import { type ArtifactPort, text } from "./port.ts";
import type { Ref } from "./ref.ts";
import { givesSurely } from "./gives_surely.ts";
import type { Pipeline, Task } from "./task.ts";
import type { Trace } from "./trace.ts";

const maxTimeoutMs = 2 ** 31 - 1; // timers overflow above it, and fire at once

type Wires = Readonly<Record<string, unknown>>;

/** Adds a use of a component. */
export function addTask(
  trace: Trace,
  component: Component,
  wires: Wires,
  options: StepOptions,
): Record<string, Ref> {
  const { id = component.name, cache = true, cacheKey = null, after = [] } = options;
  return trace.adding("task", id, (what) => {
    if (cacheKey === "") throw new TypeError(`${what} its cacheKey is empty: name the result`);
    trace.push({
      kind: "task",
      id,
      component,
      inputs: checkWires(what, trace.scope, component.inputs, wires),
      after: trace.checkAfter(what, after),
      cache,
      cacheKey,
      ...checkLimits(what, options),
    });
    return trace.outputs(id, component.outputs);
  });
}

/** Adds a use of a whole pipeline. */
export function addCall(
  trace: Trace,
  pipeline: Pipeline,
  wires: Wires,
  options: CallOptions,
): Record<string, Ref> {
  const { id = pipeline.name, after = [] } = options;
  return trace.adding("call", id, (what) => {
    trace.push({
      kind: "call",
      id,
      pipeline,
      inputs: checkWires(what, trace.scope, pipeline.params, wires),
      after: trace.checkAfter(what, after),
    });
    const unsure = { kind: "call", id, outer: trace.scope } as const;
    return Object.fromEntries(
      Object.entries(pipeline.outputs).map(([output, source]) => {
        const scope = givesSurely(pipeline.nodes, source) ? trace.scope : unsure;
        const port = pipeline.outputPorts[output]!;
        return [output, trace.ref(port, { from: "task", task: id, output }, scope)];
      }),
    );
  });
}

/** Adds an artifact that is there already. */
export function addImport(
  trace: Trace,
  port: ArtifactPort,
  uri: unknown,
  options: ImportOptions,
): Ref {
  const { id = trace.freeId("import"), metadata = {}, reimport = false } = options;
  return trace.adding("import", id, (what) => {
    if (port.kind !== "artifact") {
      throw new TypeError(`${what} it must be an artifact: got ${describePort(port)}`);
    }
    if (!isJson(metadata)) {
      throw new TypeError(`${what} its metadata must be JSON: got ${showValue(metadata)}`);
    }
    const source = checkWire(`${what} its`, trace.scope, "uri", text("Where it is"), uri);
    if (source.from === "value") checkUri(what, source.value);
    trace.push({ kind: "import", id, port, uri: source, metadata, reimport });
    return trace.ref(port, { from: "task", task: id, output: "artifact" });
  });
}

function checkUri(what: string, uri: unknown): void {
  if (typeof uri !== "string" || !/^[a-z][a-z0-9+.-]*:./i.test(uri)) {
    throw new TypeError(
      `${what} its uri must begin with a scheme, such as s3://bucket/key: got ${showValue(uri)}`,
    );
  }
}

/**
 * Checks how a task may run.
 * @throws {RangeError} when a number makes no sense.
 */
export function checkLimits(
  what: string,
  options: Omit<ExitOptions, "group">,
): Pick<Task, "retries" | "timeoutMs" | "pod"> {
  const { retries = 0, timeoutMs = null, pod = {} } = options;
  if (!Number.isSafeInteger(retries) || retries < 0) {
    throw new RangeError(`${what} its retries must be 0 or more: got ${retries}`);
  }
  if (timeoutMs !== null && !(timeoutMs > 0 && timeoutMs <= maxTimeoutMs)) {
    throw new RangeError(
      `${what} its timeoutMs must be above 0 and at most ${maxTimeoutMs}: got ${timeoutMs}`,
    );
  }
  checkPod(what, pod);
  return { retries, timeoutMs, pod };
}
