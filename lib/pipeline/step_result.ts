/**
 * What a step gave, as it is kept.
 *
 * @module
 */
import * as v from "valibot";
import type { ArtifactInfo } from "./artifact_store.ts";
import { isJson } from "./check_values.ts";
import type { JsonValue } from "./port.ts";

/** One input or output of a step: a value, or where its artifact or artifacts are. */
export type StoredOutput =
  | { readonly kind: "value"; readonly value: JsonValue }
  | { readonly kind: "artifact"; readonly info: ArtifactInfo }
  | { readonly kind: "artifacts"; readonly infos: readonly ArtifactInfo[] };

/** What a step gave, by output. */
export type StepResult = Readonly<Record<string, StoredOutput>>;

const schema = v.object({
  schemaVersion: v.literal(1),
  result: v.record(
    v.string(),
    v.variant("kind", [
      v.object({ kind: v.literal("value"), value: v.custom<JsonValue>(isJson) }),
      v.object({
        kind: v.literal("artifact"),
        info: v.object({ uri: v.string(), size: v.number(), sha256: v.string() }),
      }),
    ]),
  ),
});

/** The result in these bytes; `undefined` when there is none: disks fail, and versions change. */
export function parseStepResult(bytes: Uint8Array | undefined): StepResult | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success ? parsed.output.result : undefined;
  } catch {
    return undefined; // not JSON
  }
}
