/**
 * Where an alias has pointed, which MLflow itself does not keep: a tag of the registered model.
 *
 * @module
 */
import * as v from "valibot";
import type { MlflowClient } from "../mlflow/mlflow_client.ts";
import type { CallOptions } from "../mlflow/mlflow_http.ts";
import type { RegisteredModel } from "../mlflow/registered_model.ts";

const versionsSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(v.pipe(v.number(), v.safeInteger())),
);

const MAX_LENGTH = 500; // MLflow 2 takes 5,000 characters

/** Where an alias has pointed, oldest first; what it points at now is the last. */
export function aliasHistoryOf(
  { tags, aliases }: RegisteredModel,
  alias: string,
): readonly number[] {
  const parsed = v.safeParse(versionsSchema, tags[historyTag(alias)]);
  const noted = parsed.success ? parsed.output : [];
  const now = aliases[alias];
  return now === undefined || now === noted.at(-1) ? noted : [...noted, now];
}

/**
 * Points an alias at one version after another, of which the last counts, and notes all of them.
 * Repeating it changes nothing.
 */
export async function moveAlias(
  client: MlflowClient,
  model: RegisteredModel,
  { alias, path }: { readonly alias: string; readonly path: readonly number[] },
  options: CallOptions = {},
): Promise<void> {
  const { registry } = client;
  const target = path.at(-1)!;
  if (model.aliases[alias] !== target) {
    await registry.setAlias(model.name, alias, target, options);
  }
  const noted = aliasHistoryOf(model, alias);
  if (String(noted.slice(-path.length)) === String(path)) return;
  const history = noted.at(-1) === path[0] ? [...noted, ...path.slice(1)] : [...noted, ...path];
  const text = JSON.stringify(history.slice(-MAX_LENGTH));
  await registry.setModelTag(model.name, historyTag(alias), text, options);
}

/** The tag's name. */
export function historyTag(alias: string): string {
  return `digits.alias_history.${alias}`;
}
