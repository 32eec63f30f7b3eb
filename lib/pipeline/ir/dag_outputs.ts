/**
 * What a pipeline or group gives, as Kubeflow has it.
 *
 * @module
 */
import type { Port } from "../port.ts";
import { barePort, portDefinitions } from "./component_spec.ts";
import { compact, type IrObject, mapValues } from "./ir.ts";

/** An output of a task in a pipeline or group. */
export interface Producer {
  /** The task's id. */
  readonly task: string;
  /** The output's name. */
  readonly output: string;
}

/** Something that a pipeline or group gives. */
export interface GivenValue {
  /** What it is. */
  readonly port: Port;
  /** Where from: several are branches, of which one runs. */
  readonly from: readonly Producer[];
}

/** The fields of a component of tasks that say what it gives. */
export function dagOutputs(
  given: Readonly<Record<string, GivenValue>>,
): { readonly outputDefinitions: IrObject; readonly outputs: IrObject } {
  const ports = Object.fromEntries(
    Object.entries(given).map(([name, { port }]) => [name, barePort(port)]),
  );
  const ofKind = (param: boolean) =>
    Object.fromEntries(
      Object.entries(given).filter(([, { port }]) => (port.kind === "param") === param),
    );
  return {
    outputDefinitions: portDefinitions(ports),
    outputs: compact({
      parameters: mapValues(ofKind(true), parameterOutput),
      artifacts: mapValues(ofKind(false), ({ from }) => ({
        artifactSelectors: from.map(({ task, output }) => ({
          outputArtifactKey: output,
          producerSubtask: task,
        })),
      })),
    }),
  };
}

function parameterOutput({ from }: GivenValue): IrObject {
  const selectors = from.map(({ task, output }) => ({
    outputParameterKey: output,
    producerSubtask: task,
  }));
  return selectors.length === 1
    ? { valueFromParameter: selectors[0]! }
    : { valueFromOneof: { parameterSelectors: selectors } };
}
