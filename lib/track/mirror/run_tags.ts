/**
 * What MLflow shows of a run beside what the run itself says. Pure.
 *
 * @module
 */
import type { StartEvent } from "../journal_event.ts";

/** Who runs what. */
export interface RunOrigin {
  /** The user's name, for the page of the run; left out when empty. */
  readonly user: string;
  /** The program, such as `digits pipeline`. */
  readonly sourceName: string;
  /** What kind of program that is. */
  readonly sourceType: "LOCAL" | "JOB" | "NOTEBOOK";
}

/** The tags that MLflow's own clients set, but those that the run has itself. */
export function originTags(
  start: Pick<StartEvent, "name" | "tags">,
  { user, sourceName, sourceType }: RunOrigin,
): Readonly<Record<string, string>> {
  const tags = {
    "mlflow.runName": start.name,
    "mlflow.source.name": sourceName,
    "mlflow.source.type": sourceType,
    ...(user !== "" && { "mlflow.user": user }),
  };
  return Object.fromEntries(
    Object.entries(tags)
      .filter(([key]) => !Object.hasOwn(start.tags, key)),
  );
}
