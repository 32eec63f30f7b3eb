/**
 * A recurring run, and when it starts runs.
 *
 * @module
 */
import * as v from "valibot";
import { errorSchema, integerSchema, textSchema, timeOrNullSchema } from "./answer_schemas.ts";

/** When runs are started. Times are milliseconds since 1970. */
export type Trigger =
  & { readonly startAt?: number; readonly endAt?: number }
  & (
    | {
      /** Six fields, seconds first, such as `0 0 3 * * *` for every night at three. */
      readonly cron: string;
    }
    | { readonly everySeconds: number }
  );

/** Something that starts runs again and again. */
export interface KubeflowRecurringRun {
  /** The server's. */
  readonly recurringRunId: string;
  /** For people. */
  readonly displayName: string;
  /** The experiment that its runs are in. */
  readonly experimentId: string;
  /** Whether it starts runs at present. */
  readonly enabled: boolean;
  /** When; null for a schedule of a kind that is not known here. */
  readonly trigger: Trigger | null;
  /** Runs at the same time. */
  readonly maxConcurrency: number;
  /** Milliseconds since 1970; null where the server did not note it. */
  readonly createdAt: number | null;
  /** What is wrong with it; null where nothing is. */
  readonly error: string | null;
}

const times = { start_time: timeOrNullSchema, end_time: timeOrNullSchema };
const triggerSchema = v.pipe(
  v.optional(
    v.object({
      cron_schedule: v.optional(v.object({ ...times, cron: v.string() })),
      periodic_schedule: v.optional(v.object({ ...times, interval_second: integerSchema })),
    }),
    {},
  ),
  v.transform(({ cron_schedule: cron, periodic_schedule: periodic }): Trigger | null => {
    if (cron) return { cron: cron.cron, ...spanOf(cron) };
    return periodic ? { everySeconds: periodic.interval_second, ...spanOf(periodic) } : null;
  }),
);

/** A recurring run in an answer. */
export const recurringRunSchema: v.GenericSchema<unknown, KubeflowRecurringRun> = v.pipe(
  v.object({
    recurring_run_id: v.string(),
    display_name: textSchema,
    experiment_id: textSchema,
    status: textSchema,
    trigger: triggerSchema,
    max_concurrency: integerSchema,
    created_at: timeOrNullSchema,
    error: errorSchema,
  }),
  v.transform((answer) => ({
    recurringRunId: answer.recurring_run_id,
    displayName: answer.display_name,
    experimentId: answer.experiment_id,
    enabled: answer.status === "ENABLED",
    trigger: answer.trigger,
    maxConcurrency: answer.max_concurrency,
    createdAt: answer.created_at,
    error: answer.error,
  })),
);

/** A trigger as Kubeflow wants it. */
export function encodeTrigger(trigger: Trigger): Readonly<Record<string, unknown>> {
  const { startAt, endAt } = trigger;
  const span = {
    start_time: startAt === undefined ? undefined : new Date(startAt).toISOString(),
    end_time: endAt === undefined ? undefined : new Date(endAt).toISOString(),
  };
  return "cron" in trigger
    ? { cron_schedule: { ...span, cron: trigger.cron } }
    : { periodic_schedule: { ...span, interval_second: String(trigger.everySeconds) } };
}

function spanOf(
  { start_time, end_time }: {
    readonly start_time: number | null;
    readonly end_time: number | null;
  },
): { readonly startAt?: number; readonly endAt?: number } {
  return {
    ...start_time !== null && { startAt: start_time },
    ...end_time !== null && { endAt: end_time },
  };
}
