/**
 * Where the parts of a pipeline are put while it is compiled: all components and executors are
 * side by side, however deep in groups and called pipelines their tasks are.
 *
 * @module
 */
import { compact, type IrObject } from "./ir.ts";

/** Collects components, executors and settings for Kubernetes. */
export class CompileTarget {
  readonly #components: Record<string, IrObject> = {};
  readonly #executors: Record<string, IrObject> = {};
  readonly #kubernetes: Record<string, IrObject> = {};
  readonly #labels = new Set<string>();

  /** A name for a component that none has so far. */
  label(id: string): string {
    let label = id;
    for (let n = 2; this.#labels.has(label); n++) label = `${id}-${n}`;
    this.#labels.add(label);
    return label;
  }

  /** Adds a component that an executor runs; gives the component's name. */
  addStep(
    label: string,
    { definitions, executor, kubernetes = {} }: {
      readonly definitions: IrObject;
      readonly executor: IrObject;
      readonly kubernetes?: IrObject;
    },
  ): string {
    const executorLabel = `exec-${label}`;
    this.#executors[executorLabel] = executor;
    if (Object.keys(kubernetes).length > 0) this.#kubernetes[executorLabel] = kubernetes;
    return this.addComponent(label, { executorLabel, ...definitions });
  }

  /** Adds a component; gives its name. */
  addComponent(label: string, component: IrObject): string {
    this.#components[`comp-${label}`] = component;
    return `comp-${label}`;
  }

  /** `components` and `deploymentSpec` of a PipelineSpec. */
  spec(): IrObject {
    return { components: this.#components, deploymentSpec: { executors: this.#executors } };
  }

  /** The PlatformSpec, or null when Kubernetes is asked for nothing. */
  platform(): IrObject | null {
    const kubernetes = compact({ deploymentSpec: compact({ executors: this.#kubernetes }) });
    return Object.keys(kubernetes).length === 0 ? null : { platforms: { kubernetes } };
  }
}
