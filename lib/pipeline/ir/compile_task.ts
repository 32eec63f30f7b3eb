/**
 * Steps that something runs by itself: tasks and imports.
 *
 * @module
 */
import type { Import, Task } from "../task.ts";
import type { Compilation } from "./compilation.ts";
import { artifactType, portDefinitions } from "./component_spec.ts";
import { containerSpec } from "./container_spec.ts";
import { type DagPlace, taskInputs } from "./dag_place.ts";
import { IMPORTED, URI_PORT } from "./graph_ports.ts";
import { compact, type IrObject } from "./ir.ts";
import { kubernetesConfig } from "./kubernetes_config.ts";
import { checkCompiledPod, mergePods } from "./pods.ts";
import { stepContainer } from "./step_container.ts";

/** A PipelineTaskSpec, but for its name and what it depends on; adds its component. */
export function compileTask(task: Task, place: DagPlace, compilation: Compilation): IrObject {
  const { target, options } = compilation;
  const { id, component, inputs, retries, timeoutMs, cacheKey } = task;
  const { inputs: ports, outputs, effects } = component;
  const statuses = Object.keys(inputs).filter((name) => inputs[name]!.from === "status");
  const container = stepContainer(place.what, component, options);
  const shared = component.container === null ? [options.pod ?? {}] : [];
  const pod = mergePods([...shared, options.podOf?.(task) ?? {}, task.pod]);
  checkCompiledPod(`${place.what} task "${id}"`, { ...pod, env: { ...container.env, ...pod.env } });
  const componentName = target.addStep(target.label(id), {
    definitions: compact({
      inputDefinitions: portDefinitions(ports, new Set(statuses)),
      outputDefinitions: portDefinitions(outputs),
    }),
    executor: { container: containerSpec(container, pod) },
    kubernetes: kubernetesConfig(pod, timeoutMs),
  });
  const enableCache = task.cache && !effects && options.cache !== false;
  return {
    componentRef: { name: componentName },
    cachingOptions: { enableCache, ...(enableCache && cacheKey !== null && { cacheKey }) },
    ...compact({ inputs: taskInputs(place, ports, inputs) }),
    ...(retries > 0 && { retryPolicy: retryPolicy(retries) }),
  };
}

/** An importer's task; adds its component. */
export function compileImport(node: Import, place: DagPlace, compilation: Compilation): IrObject {
  const { target, options } = compilation;
  const { id, port: { schema }, uri, metadata, reimport } = node;
  const componentName = target.addStep(target.label(id), {
    definitions: {
      inputDefinitions: portDefinitions({ uri: URI_PORT }),
      outputDefinitions: { artifacts: { [IMPORTED]: { artifactType: artifactType(schema) } } },
    },
    executor: {
      importer: {
        artifactUri: uri.from === "value" ? { constant: uri.value } : { runtimeParameter: "uri" },
        typeSchema: artifactType(schema),
        ...compact({ metadata }),
        ...(reimport && { reimport }),
      },
    },
  });
  return {
    componentRef: { name: componentName },
    cachingOptions: { enableCache: options.cache !== false },
    inputs: taskInputs(place, { uri: URI_PORT }, { uri }),
  };
}

function retryPolicy(maxRetryCount: number): IrObject {
  return {
    maxRetryCount,
    backoffDuration: "1s",
    backoffFactor: 2,
    backoffMaxDuration: "3600s", // for all attempts together, not for one pause
  };
}
