/**
 * The workflow that carries a run out: why its pods wait or fail, and what they said.
 *
 * @module
 */
import * as v from "valibot";
import { textSchema } from "./answer_schemas.ts";
import type { CallOptions, KubeflowHttp } from "./kubeflow_http.ts";

/** One node of a workflow. */
export interface WorkflowNode {
  /** The step that it belongs to; empty for the whole workflow. */
  readonly step: string;
  /** Such as `Pending`, `Running`, `Succeeded`, `Failed`, `Error`, `Skipped` or `Omitted`. */
  readonly phase: string;
  /** Why it waits or failed, in Kubernetes' words; empty where there is nothing to say. */
  readonly message: string;
  /** Its pod; null for a node that only holds others. */
  readonly podName: string | null;
}

/** A workflow. */
export interface Workflow {
  /** Where its pods are. */
  readonly namespace: string;
  /** In the order of its own names. */
  readonly nodes: readonly WorkflowNode[];
}

const nodeSchema = v.object({
  id: textSchema,
  name: textSchema,
  displayName: textSchema,
  type: textSchema,
  templateName: textSchema,
  phase: textSchema,
  message: textSchema,
});
const manifestSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    metadata: v.object({
      name: textSchema,
      namespace: textSchema,
      annotations: v.optional(v.record(v.string(), v.string()), {}),
    }),
    status: v.optional(
      v.object({ nodes: v.optional(v.record(v.string(), nodeSchema), {}) }),
      {},
    ),
  }),
);
type Node = v.InferOutput<typeof nodeSchema>;
type Manifest = v.InferOutput<typeof manifestSchema>;

/** The first version of the API is the only one that tells of workflows; 2.17 still has it. */
const RunDetail = v.object({
  pipeline_runtime: v.optional(v.object({ workflow_manifest: textSchema }), {}),
});

/** The workflow of a run; `undefined` where the server does not tell. */
export async function readWorkflow(
  http: KubeflowHttp,
  runId: string,
  { signal }: CallOptions = {},
): Promise<Workflow | undefined> {
  const response = await http.fetch(
    `/apis/v1beta1/runs/${encodeURIComponent(runId)}`,
    `look for the workflow of run ${runId} in`,
    { attempts: 1, ...(signal && { signal }) },
  );
  const detail = v.safeParse(v.pipe(v.string(), v.parseJson(), RunDetail), await response.text());
  if (!detail.success) return undefined;
  return parseWorkflow(detail.output.pipeline_runtime.workflow_manifest ?? "");
}

/** Reads a workflow's JSON; `undefined` where it is none. */
export function parseWorkflow(manifest: string): Workflow | undefined {
  const parsed = v.safeParse(manifestSchema, manifest);
  if (!parsed.success) return undefined;
  const { metadata, status } = parsed.output;
  return {
    namespace: metadata.namespace,
    nodes: Object.values(status.nodes ?? {}).map((node) => ({
      step: stepOf(node),
      phase: node.phase,
      message: node.message,
      podName: node.type === "Pod" ? podNameOf(node, metadata) : null,
    })),
  };
}

/**
 * A node's full name is the path to it: `digits-x1.root.train.executor(0)`. The step is its last
 * part that is not of the machinery.
 */
function stepOf({ name }: Node): string {
  const parts = name.split(".").slice(1).filter((part) =>
    !/^(executor|root)(\(\d+\))?$/.test(part)
  );
  return (parts.at(-1) ?? "").replace(/\(\d+.*\)$/, "").replace(/-driver$/, "");
}

/** Argo names a pod after its workflow, its template and the last part of the node's id. */
function podNameOf(
  { id, name, templateName }: Node,
  { annotations, ...workflow }: Manifest["metadata"],
) {
  if (annotations["workflows.argoproj.io/pod-name-format"] === "v1") return id;
  if (workflow.name === name) return workflow.name;
  const template = name.includes(".inline") ? "" : `-${templateName}`;
  return `${workflow.name}${template}-${id.split("-").at(-1)}`;
}
