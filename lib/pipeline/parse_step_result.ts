/**
 * Reads a result that a step cache kept: disks fail, and versions change.
 *
 * @module
 */
import * as v from "valibot";
import { isJson } from "./check_values.ts";
import type { JsonValue } from "./port.ts";
import type { StepResult } from "./step_cache.ts";

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

/** The result in these bytes; `undefined` when there is none. */
export function parseStepResult(bytes: Uint8Array | undefined): StepResult | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success ? parsed.output.result : undefined;
  } catch {
    return undefined; // not JSON
  }
}
