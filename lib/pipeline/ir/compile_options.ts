/**
 * What a pipeline is compiled with.
 *
 * @module
 */
import type { Component } from "../component.ts";
import type { PodOptions } from "../pod_options.ts";
import type { JsonValue } from "../port.ts";
import type { Task } from "../task.ts";

/** What {@linkcode compilePipeline} needs to know beside the graph. */
export interface CompileOptions {
  /**
   * The image with this package that runs the steps. A digest (`…@sha256:…`) says exactly what
   * runs, and Kubeflow's cache goes by this text.
   */
  readonly image: string;
  /**
   * Starts the executor in the image; the name of the step follows.
   * @default `deno run … scripts/main.ts execute`, with the least permissions
   */
  readonly command?: readonly string[];
  /**
   * Whether the image has the component, so that its name is enough.
   * @default () => false
   */
  readonly inImage?: (component: Component) => boolean;
  /**
   * Makes the module that stands in the step of a component which the image does not have.
   * @default bundleComponent
   */
  readonly bundle?: (component: Component) => string;
  /** What all pods of the image ask for. */
  readonly pod?: PodOptions;
  /** What the pods of a task ask for, before its own options. */
  readonly podOf?: (task: Task) => PodOptions;
  /** In place of the parameters' defaults. */
  readonly params?: Readonly<Record<string, JsonValue>>;
  /** Where artifacts go, as `s3://bucket/folder`, when a run does not say. Without it: the cluster's. */
  readonly pipelineRoot?: string;
  /**
   * Whether Kubeflow may take results of earlier runs. Never those of components with effects.
   * @default true
   */
  readonly cache?: boolean;
  /**
   * What compiled it, for people.
   * @default "digits-recognizer"
   */
  readonly sdkVersion?: string;
}
