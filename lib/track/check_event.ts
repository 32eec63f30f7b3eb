/**
 * What is written into a journal is checked as what is read from it. Pure.
 *
 * @module
 */
import * as v from "valibot";
import { showValue } from "../pipeline/check_values.ts";

/**
 * Checks an event against its schema.
 * @throws {TypeError} when it does not fit, naming the first place that does not.
 */
export function checkEvent(schema: v.GenericSchema, event: unknown): void {
  const parsed = v.safeParse(schema, event);
  if (parsed.success) return;
  const [issue] = parsed.issues;
  throw new TypeError(
    `Cannot record ${v.getDotPath(issue)} as it must be ${wanted(issue)}: got ` +
      showValue(issue.input),
  );
}

function wanted({ type, expected, requirement }: v.BaseIssue<unknown>): string | null {
  return type === "max_length" ? `at most ${requirement} characters` : expected;
}
