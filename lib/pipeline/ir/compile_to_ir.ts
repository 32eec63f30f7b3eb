/**
 * Compiles pipelines whose components are in the image, or that somebody else bundles.
 *
 * @module
 */
import { checkValue } from "../check_values.ts";
import type { Pipeline } from "../pipeline.ts";
import type { JsonValue, ParamPorts } from "../port.ts";
import { compileGraph } from "./compile_call.ts";
import { startCompilation } from "./compile_dag.ts";
import type { CompileOptions } from "./compile_options.ts";
import { CompileTarget } from "./compile_target.ts";
import { compact, type CompiledPipeline } from "./ir.ts";
import { login } from "./pods.ts";

/**
 * Compiles a pipeline into Kubeflow's intermediate representation, version 2.1.0. Pure: the same
 * graph and options give the same data in the same order.
 *
 * @throws {TypeError} when Kubeflow could not run the graph, Kubernetes would refuse a pod, or a
 * secret would stand in what is compiled.
 */
export function compileToIr(pipeline: Pipeline, options: CompileOptions): CompiledPipeline {
  const { name, description } = pipeline;
  const { image, params = {}, pipelineRoot, sdkVersion = "digits-recognizer" } = options;
  const what = `Cannot compile pipeline "${name}" for Kubeflow as`;
  if (!/^\S+$/.test(image)) {
    throw new TypeError(`${what} its image must be named: got ${JSON.stringify(image)}`);
  }
  if (pipelineRoot !== undefined && !isPipelineRoot(pipelineRoot)) {
    throw new TypeError(`${what} its pipeline root is not such as s3://bucket/folder`);
  }
  const target = new CompileTarget();
  const root = compileGraph(
    pipeline,
    withDefaults(what, pipeline.params, params),
    startCompilation(target, options),
  );
  return {
    spec: {
      pipelineInfo: { name, ...compact({ description: description || undefined }) },
      root,
      ...target.spec(),
      ...compact({ defaultPipelineRoot: pipelineRoot }),
      schemaVersion: "2.1.0",
      sdkVersion,
    },
    platform: target.platform(),
  };
}

/** Whether a run's artifacts can be kept there: `s3://bucket/folder`, `minio://…` or `gs://…`. */
export function isPipelineRoot(uri: string): boolean {
  return /^(s3|minio|gs):\/\/[^\s/@]+(\/\S*)?$/.test(uri);
}

function withDefaults(
  what: string,
  ports: ParamPorts,
  values: Readonly<Record<string, JsonValue>>,
): ParamPorts {
  const changed: Record<string, ParamPorts[string]> = { ...ports };
  for (const [name, value] of Object.entries(values)) {
    const port = Object.hasOwn(ports, name) ? ports[name] : undefined;
    if (port === undefined) {
      const names = Object.keys(ports).join(", ") || "none";
      throw new TypeError(`${what} there is no parameter "${name}": there are ${names}`);
    }
    checkValue(`${what} parameter`, name, port, value);
    if (login.test(JSON.stringify(value))) {
      throw new TypeError(
        `${what} parameter "${name}" has a URL with a login, which everybody could read in the ` +
          `compiled pipeline: leave the login out`,
      );
    }
    changed[name] = { ...port, default: value } as ParamPorts[string];
  }
  return changed;
}
