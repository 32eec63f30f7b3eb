/**
 * Runs that Kubeflow Pipelines starts by itself, again and again.
 *
 * @module
 */
import * as v from "valibot";
import { firstOf, readPages } from "../../base/pages.ts";
import { listSchema, pageTokenSchema } from "../../base/list_schemas.ts";
import { findOrCreate } from "./find_or_create.ts";
import { unlessMissing } from "./kubeflow_error.ts";
import { anything, type CallOptions, type KubeflowHttp } from "./kubeflow_http.ts";
import { type ListOptions, listQuery } from "./list_options.ts";
import { encodeRunConfig, type RunConfig } from "./pipeline_source.ts";
import {
  encodeTrigger,
  type KubeflowRecurringRun,
  recurringRunSchema,
  type Trigger,
} from "./recurring_run.ts";

/** What a recurring run is made with. */
export interface NewRecurringRun extends RunConfig {
  /** The experiment to put its runs in. */
  readonly experimentId: string;
  /** When runs are started. */
  readonly trigger: Trigger;
  /** Runs at the same time, 1 to 10. @default {1} */
  readonly maxConcurrency?: number;
  /** Whether what was missed while it was disabled is made up for. @default {false} */
  readonly catchUp?: boolean;
  /** Whether it begins at once. @default {true} */
  readonly enabled?: boolean;
}

/** The one list whose name is not in snake case. */
const SomeRecurringRuns = v.object({
  recurringRuns: listSchema(recurringRunSchema),
  next_page_token: pageTokenSchema,
});

/** The recurring runs of a server, those of one namespace where it has many users. */
export class RecurringRuns {
  readonly #http: KubeflowHttp;
  readonly #namespace: string;

  /** Asks nothing yet. */
  constructor(http: KubeflowHttp, namespace: string) {
    this.#http = http;
    this.#namespace = namespace;
  }

  /** The recurring run of that display name in that experiment, or else a new one. */
  async ensure(
    config: NewRecurringRun,
    { signal }: CallOptions = {},
  ): Promise<KubeflowRecurringRun> {
    const { displayName, experimentId, trigger } = config;
    const { maxConcurrency = 1, catchUp = false, enabled = true } = config;
    const filter = [{ key: "display_name", operation: "EQUALS", value: displayName }] as const;
    return await findOrCreate(this.#http, {
      find: () => firstOf(this.list({ experimentId, filter, pageSize: 1, signal })),
      create: () =>
        this.#http.call("/recurringruns", {
          action: `create recurring run "${displayName}" in`,
          method: "POST",
          body: {
            ...encodeRunConfig(config),
            max_concurrency: String(maxConcurrency),
            trigger: encodeTrigger(trigger),
            mode: enabled ? "ENABLE" : "DISABLE",
            no_catchup: !catchUp,
          },
          answer: recurringRunSchema,
          signal,
        }),
      signal,
    });
  }

  /** `undefined` when there is none. */
  async get(
    recurringRunId: string,
    { signal }: CallOptions = {},
  ): Promise<KubeflowRecurringRun | undefined> {
    return await unlessMissing(
      this.#http.call(pathOf(recurringRunId), {
        action: `look for recurring run ${recurringRunId} in`,
        answer: recurringRunSchema,
        signal,
      }),
    );
  }

  /** All that fit. */
  list(
    options: ListOptions & { readonly experimentId?: string } = {},
  ): AsyncIterable<KubeflowRecurringRun> {
    const { experimentId, signal } = options;
    return readPages(async (token) => {
      const page = await this.#http.call("/recurringruns", {
        action: "list the recurring runs of",
        query: {
          ...listQuery(options, token),
          experiment_id: experimentId,
          namespace: experimentId === undefined ? this.#namespace : undefined,
        },
        answer: SomeRecurringRuns,
        signal,
      });
      return { items: page.recurringRuns, next: page.next_page_token };
    });
  }

  /** Lets it start runs. */
  async enable(recurringRunId: string, options?: CallOptions): Promise<void> {
    await this.#switch(recurringRunId, "enable", options);
  }

  /** Lets it start no more runs until it is enabled. */
  async disable(recurringRunId: string, options?: CallOptions): Promise<void> {
    await this.#switch(recurringRunId, "disable", options);
  }

  /** Deletes it; its runs stay. */
  async delete(recurringRunId: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#http.call(pathOf(recurringRunId), {
      action: `delete recurring run ${recurringRunId} of`,
      method: "DELETE",
      answer: anything,
      signal,
    });
  }

  async #switch(
    recurringRunId: string,
    verb: "enable" | "disable",
    { signal }: CallOptions = {},
  ): Promise<void> {
    await this.#http.call(`${pathOf(recurringRunId)}:${verb}`, {
      action: `${verb} recurring run ${recurringRunId} of`,
      method: "POST",
      answer: anything,
      signal,
    });
  }
}

function pathOf(recurringRunId: string): string {
  return `/recurringruns/${encodeURIComponent(recurringRunId)}`;
}
