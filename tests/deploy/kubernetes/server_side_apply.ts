/** Server-side apply as the API server does it, with lists as one value. */
import { isDeepStrictEqual } from "node:util";

/** Keys hold dots and slashes. */
const SEPARATOR = " → ";

export type Json = { [key: string]: unknown };

/** An object, who owns its fields, and what its controller has made of it. */
export interface Stored {
  readonly object: Json;
  /** Field paths by owner and operation, such as `me/Apply`. */
  readonly owners: ReadonlyMap<string, ReadonlySet<string>>;
  looks: number;
  /** How often it is still seen, once it is deleted. */
  lingers?: number;
  pods: readonly Json[];
}

export interface Applying {
  readonly manager: string;
  readonly force: boolean;
  readonly mutate: (object: Json) => void;
  readonly nextVersion: () => string;
}

export type Applied =
  | { readonly stored: Stored }
  | { readonly conflicts: readonly { readonly field: string; readonly manager: string }[] };

export function applyObject(
  before: Stored | undefined,
  wanted: Json,
  { manager, force, mutate, nextVersion }: Applying,
): Applied {
  const fields = leavesOf(wanted);
  const own = `${manager}/Apply`;
  const owners = new Map(before?.owners ?? []);
  const live = leavesOf(before?.object ?? {});
  const conflicts = [...fields].flatMap(([field, value]) =>
    isDeepStrictEqual(live.get(field), value) ? [] : [...owners]
      .filter(([owner, paths]) => owner !== own && paths.has(field))
      .map(([owner]) => ({ field: `.${field}`, manager: owner.replace(/\/.*/, "") }))
  );
  if (conflicts.length > 0 && !force) return { conflicts };

  for (const [owner, paths] of owners) {
    if (owner === own) continue;
    const lost = conflicts.map(({ field }) => field.slice(1));
    owners.set(owner, paths.difference(new Set(lost)));
  }
  const object = structuredClone(before?.object ?? { metadata: {} });
  for (const field of owners.get(own) ?? []) {
    const others = [...owners].some(([owner, paths]) => owner !== own && paths.has(field));
    if (!fields.has(field) && !others) remove(object, field);
  }
  for (const [field, value] of fields) set(object, field, value);
  owners.set(own, new Set(fields.keys()));
  object.apiVersion = wanted.apiVersion;
  object.kind = wanted.kind;

  const unmutated = leavesOf(object);
  mutate(object);
  const filled = [...leavesOf(object)].filter(([field, value]) =>
    !isDeepStrictEqual(unmutated.get(field), value)
  ).map(([field]) => field);
  const update = `${manager}/Update`;
  if (filled.length > 0) owners.set(update, new Set([...owners.get(update) ?? [], ...filled]));

  const metadata = object.metadata as Json;
  metadata.name = (wanted.metadata as Json).name;
  if (before && isDeepStrictEqual(before.object, object)) {
    return { stored: Object.assign(before, { owners }) };
  }
  const isNew = !isDeepStrictEqual(before?.object.spec, object.spec);
  metadata.generation = Number(metadata.generation ?? 0) + (isNew ? 1 : 0);
  metadata.resourceVersion = nextVersion();
  metadata.creationTimestamp ??= "2026-11-24T00:00:00Z";
  return {
    stored: {
      object,
      owners,
      looks: isNew ? 0 : before?.looks ?? 0,
      pods: before?.pods ?? [],
    },
  };
}

/** What may be owned: not who the object is, nor what the cluster notes on it. */
function leavesOf({ metadata = {}, spec = {} }: Json): Map<string, unknown> {
  const { labels = {}, annotations = {} } = metadata as Json;
  const leaves = new Map<string, unknown>();
  collect({ metadata: { labels, annotations }, spec }, [], leaves);
  return leaves;
}

function collect(value: unknown, path: readonly string[], leaves: Map<string, unknown>): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    leaves.set(path.join(SEPARATOR), value);
    return;
  }
  for (const [key, inner] of Object.entries(value)) collect(inner, [...path, key], leaves);
}

function set(object: Json, field: string, value: unknown): void {
  const keys = field.split(SEPARATOR);
  const last = keys.pop()!;
  let at = object;
  for (const key of keys) at = (at[key] ??= {}) as Json;
  at[last] = structuredClone(value);
}

function remove(object: Json, field: string): void {
  const keys = field.split(SEPARATOR);
  const last = keys.pop()!;
  let at: Json | undefined = object;
  for (const key of keys) at = at?.[key] as Json | undefined;
  if (at) delete at[last];
}
