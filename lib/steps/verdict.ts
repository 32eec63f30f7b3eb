/**
 * Which model version is served from now on, and why.
 *
 * @module
 */
import * as v from "valibot";
import type { JsonValue } from "../pipeline/port.ts";

/** How a candidate fared against the present champion. Plain JSON: a step's output. */
export type Verdict = {
  /** The version that might have been served. */
  readonly candidate: number;
  /** The version that is to be served from now on. */
  readonly champion: number;
  /** The version that was served when they met; null where there was none. */
  readonly before: number | null;
  /** Of the candidate on the validation digits, 0..1; null where the two were not compared. */
  readonly accuracy: number | null;
  /** Of the version before on the same digits; null where the two were not compared. */
  readonly accuracyBefore: number | null;
  /** Validation digits. */
  readonly count: number;
  /** Why the version before could not read them; null where it could, or there was no need. */
  readonly problem: string | null;
  /** Whether the version before was validated on other digits: it may have learned from these. */
  readonly otherSplit: boolean;
};

const version = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const schema: v.GenericSchema<unknown, Verdict> = v.object({
  candidate: version,
  champion: version,
  before: v.nullish(version, null),
  accuracy: v.nullish(share, null),
  accuracyBefore: v.nullish(share, null),
  count: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  problem: v.nullish(v.string(), null),
  otherSplit: v.boolean(),
});

/**
 * The verdict as a step gives it, for {@linkcode parseVerdict}: without what is null, as Kubeflow's
 * Python SDK runs no pipeline that has a null in a struct.
 */
export function verdictJson(verdict: Verdict): { readonly [name: string]: JsonValue } {
  return Object.fromEntries(Object.entries(verdict).filter(([, value]) => value !== null));
}

/**
 * The verdict that a step was given.
 *
 * @throws {TypeError} when the value is none.
 */
export function parseVerdict(value: JsonValue): Verdict {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new TypeError(
    `Cannot read the verdict as ${v.getDotPath(issue) ?? "it"} is wrong: ${issue.message}`,
  );
}

/** The verdict in one sentence, such as `version 4 is champion: 99.40 % against 99.32 % of version 3 on 5,000 validation digits`. */
export function verdictText(verdict: Verdict): string {
  const { candidate, champion, before, accuracy, accuracyBefore, count } = verdict;
  if (before === null) return `version ${champion} is champion, the first one`;
  if (before === candidate) return `version ${champion} stays champion: it is the very same model`;
  if (accuracy === null || accuracyBefore === null) {
    return `version ${champion} is champion as version ${before} can't be compared with it: ` +
      verdict.problem;
  }
  const own = percent(accuracy, count), other = percent(accuracyBefore, count);
  const digits = `on ${count.toLocaleString("en-US")} validation digits` +
    (verdict.otherSplit ? `, of some of which version ${before} may have learned` : "");
  if (champion === candidate) {
    return `version ${candidate} is champion: ${own} against ${other} of version ${before} ${digits}`;
  }
  return accuracy === accuracyBefore
    ? `version ${before} stays champion: version ${candidate} is as good, ${own} ${digits}`
    : `version ${before} stays champion: ${other} against ${own} of version ${candidate} ${digits}`;
}

/** With as many digits as tell two shares of so many apart. */
function percent(share: number, count: number): string {
  return `${(100 * share).toFixed(Math.max(2, Math.ceil(Math.log10(count)) - 2))} %`;
}
