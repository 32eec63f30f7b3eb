/** A registry with some versions, and the steps in which they meet and are served. */
import { encodeModel } from "../../lib/model/model_codec.ts";
import type { TrainedModel } from "../../lib/model/trained_model.ts";
import type { JsonValue } from "../../lib/pipeline/port.ts";
import type { StepContext } from "../../lib/pipeline/step_context.ts";
import type { Run } from "../../lib/pipeline/tracker.ts";
import { CHAMPION } from "../../lib/steps/champion.ts";
import { contestStep } from "../../lib/steps/contest_step.ts";
import { serveStep } from "../../lib/steps/serve_step.ts";
import { parseVerdict, type Verdict } from "../../lib/steps/verdict.ts";
import { memoryTracker } from "../../lib/track/memory_tracker.ts";
import { smallData } from "../model/small_training.ts";
import { someRun } from "../pipeline/sample.ts";

export const modelName = "digits";
const host = { cores: 1 } as never; // all that the steps need of one

/** Registers the models as versions 1, 2 … */
export async function arena(
  models: readonly TrainedModel[],
  tags: Readonly<Record<string, string>> = {},
) {
  const name = modelName;
  const tracker = memoryTracker({ now: () => 0 });
  const run = await tracker.start(someRun);
  const { registry } = tracker;
  for (const model of models) {
    await registry.register(name, encodeModel(model), { runId: run.id, tags });
  }
  const contest = async (
    version: number,
    lent: { readonly run?: Run; readonly digest?: string } = {},
  ) => {
    const { digest = "5".repeat(64) } = lent;
    const { wins, verdict } = await contestStep.run(
      { name, version, validation: smallData.validation! },
      {
        run: lent.run ?? run,
        host,
        artifacts: { validation: { uri: "memory:v", size: 1, sha256: digest } },
      },
    );
    return { wins, verdict: parseVerdict(verdict) };
  };
  return {
    registry,
    run,
    contest,
    crown: (version: number) => registry.setAlias(name, CHAMPION, version),
    history: () => registry.aliasHistory(name, CHAMPION),
    tags: async () => (await tracker.readRun(run.id)).tags,
    /** Serves a version as if it had won the contest, or with that verdict. */
    async serve(
      version: number,
      lent: Partial<StepContext> & {
        readonly verdict?: Verdict;
        readonly serving?: { readonly [key: string]: JsonValue };
      } = {},
    ) {
      const { verdict = (await contest(version)).verdict, serving, ...context } = lent;
      const model = models[version - 1]!;
      return await serveStep.run({
        name,
        version,
        verdict,
        repository: { name, version, model },
        test: smallData.train,
        ...(serving && { serving }),
      }, { run, host, ...context });
    },
  };
}

/** The same object with one member replaced. */
export function withOther<T extends object, K extends keyof T>(target: T, name: K, value: T[K]): T {
  return new Proxy(target, {
    get(_, wanted) {
      if (wanted === name) return value;
      const member: unknown = Reflect.get(target, wanted, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
