/**
 * The shape of what is compiled: Kubeflow's PipelineSpec and PlatformSpec as JSON. Their fields
 * are Kubeflow's (`pipeline_spec.proto`, `kubernetes_executor_config.proto`), so no types repeat
 * them here; Kubeflow's own parser is what tests hold against them.
 *
 * @module
 */
import type { JsonValue } from "../port.ts";

/** A JSON object. */
export type IrObject = Readonly<Record<string, JsonValue>>;

/** A pipeline as Kubeflow takes it. */
export interface CompiledPipeline {
  /** The PipelineSpec: graph, components and containers. */
  readonly spec: IrObject;
  /** The PlatformSpec: what Kubernetes is asked for beside containers; null where it is nothing. */
  readonly platform: IrObject | null;
}

/** The object without the fields that hold nothing: undefined, or an object or list of no parts. */
export function compact(fields: Readonly<Record<string, JsonValue | undefined>>): IrObject {
  const kept = Object.entries(fields).filter(([, value]) =>
    value !== undefined && value !== null &&
    !(typeof value === "object" && Object.keys(value).length === 0)
  );
  return Object.fromEntries(kept) as IrObject;
}

/** The object with every value turned into another. */
export function mapValues<T>(
  record: Readonly<Record<string, T>>,
  map: (value: T, name: string) => JsonValue,
): IrObject {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, map(value, name)]),
  );
}
