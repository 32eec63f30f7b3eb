/**
 * Scopes: where in a pipeline a value may be used. Pure.
 *
 * @module
 */

/** A pipeline while it is built, a group in it, or what a call may not give. */
export interface Scope {
  /** What it is. */
  readonly kind: "pipeline" | "when" | "branch" | "for-each" | "exit" | "call";
  /** The name of the pipeline, or the id of the group or call. */
  readonly id: string;
  /** What is around it; null for a pipeline. */
  readonly outer: Scope | null;
}

/** A scope and those around it, the innermost first. */
export function scopesFrom(scope: Scope): Scope[] {
  return scope.outer === null ? [scope] : [scope, ...scopesFrom(scope.outer)];
}

/** The pipeline that a scope is part of. */
export function pipelineOf(scope: Scope): Scope {
  return scopesFrom(scope).at(-1)!;
}
