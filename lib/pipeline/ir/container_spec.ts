/**
 * Containers of steps, as Kubeflow has them.
 *
 * @module
 */
import type { ContainerSpec } from "../container_spec.ts";
import type { PodOptions } from "../pod_options.ts";
import { quantityOf } from "../quantity.ts";
import { compact, type IrObject } from "./ir.ts";

/** A `PipelineContainerSpec`: what the pod asks for goes before what the component has. */
export function containerSpec(container: ContainerSpec, pod: PodOptions): IrObject {
  const env = { ...container.env, ...pod.env };
  return compact({
    image: pod.image ?? container.image,
    command: container.command,
    args: container.args,
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    resources: resources(pod),
  });
}

/** As text, and as the numbers (cores, gigabytes) that Kubeflow before 2.4 reads. */
function resources({ cpu, memory, cpuLimit, memoryLimit, accelerator }: PodOptions): IrObject {
  return {
    ...amount("CpuRequest", cpu, 1),
    ...amount("CpuLimit", cpuLimit, 1),
    ...amount("MemoryRequest", memory, 1e9),
    ...amount("MemoryLimit", memoryLimit, 1e9),
    ...(accelerator && {
      accelerator: {
        type: accelerator.type,
        resourceType: accelerator.type,
        count: String(accelerator.count),
        resourceCount: String(accelerator.count),
      },
    }),
  };
}

function amount(name: string, text: string | undefined, unit: number): IrObject {
  if (text === undefined) return {};
  const number = name.charAt(0).toLowerCase() + name.slice(1);
  return { [number]: quantityOf(text) / unit, [`resource${name}`]: text };
}
