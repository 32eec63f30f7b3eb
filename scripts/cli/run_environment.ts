/**
 * What a run was made with and by which command.
 *
 * @module
 */
import { isHttpUrl, safeUrl } from "../../lib/base/http_error.ts";
import type { Engine } from "../../lib/model/engine.ts";
import type { JsonValue } from "../../lib/pipeline/port.ts";
import type { Run } from "../../lib/pipeline/tracker.ts";
import { attachAll } from "../../lib/steps/attach_all.ts";
import project from "../../deno.json" with { type: "json" };
import { codeVersion } from "./code_version.ts";
import { gitCommit } from "./git_commit.ts";

/** What results depend on beside parameters. */
export type ResultEnvironment = Awaited<ReturnType<typeof resultEnvironment>>;

/** Finds it out. */
export async function resultEnvironment({ name, runtime, threads }: Engine) {
  return {
    code: await codeVersion(),
    deno: Deno.version.deno,
    platform: `${Deno.build.os} ${Deno.build.arch}`,
    engine: name,
    runtime,
    threads: String(threads),
  };
}

/** Everything that tells one run's machine and code from another's, for `environment.json`. */
export async function describeEnvironment(environment: ResultEnvironment) {
  return {
    ...environment,
    git_commit: await gitCommit(new URL("../../", import.meta.url)) ?? null,
    command: shownCommand(Deno.args),
    cores: navigator.hardwareConcurrency,
    v8: Deno.version.v8,
    typescript: Deno.version.typescript,
    libraries: Object.fromEntries(
      Object.values(project.imports).flatMap((specifier) => {
        const [, name, version] = /^npm:(.+)@([^@]+)$/.exec(specifier) ?? [];
        return name === undefined || version === undefined ? [] : [[name, version]];
      }),
    ),
  };
}

/** Records it, under the names that MLflow's page shows where it has one. */
export async function recordEnvironment(run: Run, environment: ResultEnvironment): Promise<void> {
  const described = await describeEnvironment(environment);
  const { deno, code, git_commit } = described;
  await run.params({ deno_version: deno, code_version: code });
  if (git_commit !== null) await run.tag({ "mlflow.source.git.commit": git_commit });
  await attachAll(run, { "environment.json": described });
}

/** A command line to be shown: an address may have a password or a key in it. */
export function shownCommand(args: readonly string[]): string {
  const words = args.map((arg) => {
    const shown = arg.replace(/https?:\/\/.*/is, safeUrl);
    return /^[\w./:=+…-]+$/.test(shown) ? shown : `'${shown}'`;
  });
  return ["deno task", ...words].join(" ");
}

/** Parameters as they are recorded: an address may have a password or a key in it. */
export function shownParams<P extends Readonly<Record<string, JsonValue>>>(params: P) {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, shownValue(value)]),
  );
}

function shownValue(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(shownValue);
  return typeof value === "string" && isHttpUrl(value) ? safeUrl(value) : value;
}
