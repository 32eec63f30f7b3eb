/**
 * An image, built and looked at.
 *
 * @module
 */
import { join } from "node:path";
import * as v from "valibot";
import { UnavailableError } from "../../lib/base/errors.ts";
import type { Terminal } from "../cli/terminal.ts";
import { buildArguments, type BuildPlan, stepOf } from "./build_arguments.ts";
import { type EngineName, type EngineResult, runEngine } from "./container_engine.ts";
import { tempFolder } from "./temp_folder.ts";

/** Who builds, who is told, and when to give up. */
export interface BuildOptions {
  readonly engine: EngineName;
  readonly terminal: Pick<Terminal, "say" | "draw" | "live">;
  readonly signal: AbortSignal;
}

/** What an engine knows of an image. */
export interface ImageFacts {
  /** Of its configuration: `sha256:` and 64 digits. */
  readonly id: string;
  /** Unpacked. */
  readonly sizeBytes: number;
  /** Full names, such as `localhost/digits-recognizer:1`. */
  readonly tags: readonly string[];
  /** Names by digest, such as `registry.example/digits@sha256:…`, once it was pushed. */
  readonly digests: readonly string[];
}

/** Builds an image; gives its id. @throws {UnavailableError} with the end of the build's output. */
export async function buildImage(
  plan: Omit<BuildPlan, "idFile">,
  { engine, terminal, signal }: BuildOptions,
): Promise<string> {
  await using folder = await tempFolder();
  const idFile = join(folder.path, "id");
  const onLine = (line: string) => {
    const step = stepOf(line);
    if (terminal.live) terminal.draw(step ?? line);
    else if (step !== undefined) terminal.say(shortened(step));
  };
  const result = await runEngine(engine, buildArguments({ ...plan, idFile }), { onLine, signal });
  terminal.draw("");
  refuseFailure(result, `build ${plan.containerfile}`);
  return prefixed((await Deno.readTextFile(idFile)).trim());
}

/** @throws {UnavailableError} */
export async function tagImage(
  id: string,
  tag: string,
  { engine, signal }: BuildOptions,
): Promise<void> {
  refuseFailure(await runEngine(engine, ["tag", id, tag], { signal }), `name an image ${tag}`);
}

/** Brings an image to its registry; gives its name by digest. @throws {UnavailableError} */
export async function pushImage(
  tag: string,
  { engine, terminal, signal }: BuildOptions,
): Promise<string> {
  await using folder = await tempFolder();
  const digestFile = join(folder.path, "digest");
  // Podman compresses on the way, so that it knows the digest only after; Docker has no such flag.
  const flags = engine === "podman" ? ["--digestfile", digestFile] : [];
  const result = await runEngine(engine, ["push", ...flags, tag], {
    onLine: (line) => terminal.draw(line),
    signal,
  });
  terminal.draw("");
  refuseFailure(result, `push ${tag}`);
  const repository = tag.slice(0, tag.lastIndexOf(":"));
  if (engine === "podman") return `${repository}@${(await Deno.readTextFile(digestFile)).trim()}`;
  const { digests } = await inspectImage(tag, { engine, signal });
  const digest = digests.find((name) => name.startsWith(`${repository}@`));
  if (digest !== undefined) return digest;
  throw new UnavailableError(`Cannot tell the digest of ${tag}: ${engine} does not know it`);
}

const inspected = v.tuple([v.object({
  Id: v.string(),
  Size: v.number(),
  RepoTags: v.nullish(v.array(v.string()), []),
  RepoDigests: v.nullish(v.array(v.string()), []),
})]);

/** @throws {UnavailableError} when there is no such image. */
export async function inspectImage(
  image: string,
  { engine, signal }: Pick<BuildOptions, "engine" | "signal">,
): Promise<ImageFacts> {
  const result = await runEngine(engine, ["image", "inspect", image], { signal });
  refuseFailure(result, `inspect ${image}`);
  const [{ Id, Size, RepoTags, RepoDigests }] = v.parse(inspected, JSON.parse(result.stdout));
  return { id: prefixed(Id), sizeBytes: Size, tags: RepoTags ?? [], digests: RepoDigests ?? [] };
}

function shortened(line: string): string {
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

/** Podman leaves it out at times. */
function prefixed(id: string): string {
  return id.startsWith("sha256:") ? id : `sha256:${id}`;
}

function refuseFailure({ success, lines }: EngineResult, what: string): void {
  if (success) return;
  const end = lines.slice(-20).join("\n") || "It does not say why";
  throw new UnavailableError(`Cannot ${what}. The end of what was said:\n${end}`);
}
