/**
 * What docker and podman are told, for them to build an image.
 *
 * @module
 */
import { UsageError } from "../../lib/base/errors.ts";

/** Where the Containerfile takes Deno from, unless a folder stands in for it. */
export const DENO_IMAGE = "denoland/deno:bin-2.9.6";

/** What to build. */
export interface BuildPlan {
  readonly containerfile: string;
  /** The folder that the Containerfile copies from. */
  readonly context: string;
  /** Receives the id of the image. */
  readonly idFile: string;
  /** What the Containerfile's `ARG`s are; undefined leaves its default. */
  readonly values: Readonly<Record<string, string | undefined>>;
  /** A folder with Linux's `deno`; undefined takes Deno from its own image. */
  readonly denoFolder?: string | undefined;
  /** Certificates to trust while building, beyond the usual ones; none of them gets into the image. */
  readonly certificates?: string | undefined;
  /** Such as `linux/amd64`; undefined is this machine's. */
  readonly platform?: string | undefined;
}

/** The arguments for either of the two. */
export function buildArguments(plan: BuildPlan): readonly string[] {
  const { containerfile, context, idFile, values, denoFolder, certificates, platform } = plan;
  const set = Object.entries(values).filter(([, value]) => value !== undefined);
  return [
    ...["build", "--file", containerfile, "--iidfile", idFile],
    ...set.flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
    ...(denoFolder === undefined ? [] : ["--build-context", `${DENO_IMAGE}=${denoFolder}`]),
    ...(certificates === undefined ? [] : ["--secret", `id=certificates,src=${certificates}`]),
    ...(platform === undefined ? [] : ["--platform", platform]),
    context,
  ];
}

/**
 * The name of an image, with a tag.
 * @throws {UsageError} before minutes are spent on what could not be named.
 */
export function checkTag(text: string): string {
  const name = /^(?:[A-Za-z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*:[\w][\w.-]{0,127}$/;
  if (name.test(text)) return text;
  throw new UsageError(
    `--tag takes a name with a tag, such as registry.example/team/digits:1: got "${text}"`,
  );
}

/** The line of a build's output that tells a step, such as `STEP 4/6: COPY lib lib`; or undefined. */
export function stepOf(line: string): string | undefined {
  const podman = /^(?:\[\d+\/\d+\] )?STEP \d+\/\d+: .*/.exec(line)?.[0];
  const docker = /^#\d+ (\[.+\] .*)/.exec(line)?.[1];
  return podman ?? docker;
}
