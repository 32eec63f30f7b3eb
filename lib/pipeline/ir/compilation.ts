/**
 * What is the same for all parts of one compilation.
 *
 * @module
 */
import type { PipelineNode } from "../task.ts";
import type { CompileOptions } from "./compile_options.ts";
import type { CompileTarget } from "./compile_target.ts";
import type { DagPlace } from "./dag_place.ts";
import type { IrObject } from "./ir.ts";

/** One compilation. */
export interface Compilation {
  /** Where components and executors go. */
  readonly target: CompileTarget;
  /** What the caller chose. */
  readonly options: CompileOptions;
  /** Compiles the inside of a pipeline or group: the `tasks` of a DagSpec. */
  compileDag(nodes: readonly PipelineNode[], place: DagPlace): IrObject;
}
