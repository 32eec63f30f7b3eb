/**
 * The images of this project.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { gitCommit } from "../cli/git_commit.ts";
import { buildImage, type BuildOptions, inspectImage, tagImage } from "./build_image.ts";
import { lendDeno } from "./lend_deno.ts";
import project from "../../deno.json" with { type: "json" };

const ROOT = new URL("../../", import.meta.url);

/** What kind of image to make. */
export interface ImageOptions {
  /** Its name; undefined means one with a tag of its content. */
  readonly tag: string | undefined;
  /** The image to build on. */
  readonly base: string;
  /** Such as `linux/amd64`; undefined is this machine's. */
  readonly platform: string | undefined;
}

/** An image that was made. */
export interface MadeImage {
  /** As the engine has it, such as `localhost/digits-recognizer:3f2a…`. */
  readonly name: string;
  readonly id: string;
  readonly sizeBytes: number;
}

/** Makes the image of the pipeline's steps and the inference server. @throws {UnavailableError} */
export async function makeStepsImage(
  { tag, base, platform }: ImageOptions,
  builder: BuildOptions,
): Promise<MadeImage> {
  await using deno = await lendDeno(platform);
  const id = await buildImage({
    containerfile: fileURLToPath(new URL("Containerfile", ROOT)),
    context: fileURLToPath(ROOT),
    values: { BASE_IMAGE: base, VERSION: project.version, REVISION: await gitCommit(ROOT) ?? "" },
    denoFolder: deno?.path,
    certificates: trustedCertificates(),
    platform,
  }, builder);
  return await name(id, tag ?? contentTag("digits-recognizer", id), builder);
}

/** Makes a Kubeflow notebook server that has what the steps' image has. @throws {UnavailableError} */
export async function makeNotebookImage(
  { tag, base, platform }: ImageOptions,
  builder: BuildOptions,
): Promise<MadeImage> {
  const steps = await makeStepsImage({ tag: undefined, base, platform }, builder);
  const folder = new URL("deploy/notebook/", ROOT);
  const id = await buildImage({
    containerfile: fileURLToPath(new URL("Containerfile", folder)),
    context: fileURLToPath(folder),
    values: { BASE_IMAGE: base, STEPS_IMAGE: steps.name },
    certificates: trustedCertificates(),
    platform,
  }, builder);
  return await name(id, tag ?? contentTag("digits-notebook", id), builder);
}

/** Kubeflow takes results from its cache by the image's name: other content must have another. */
function contentTag(repository: string, id: string): string {
  return `${repository}:${id.slice("sha256:".length).slice(0, 12)}`;
}

async function name(id: string, tag: string, builder: BuildOptions): Promise<MadeImage> {
  await tagImage(id, tag, builder);
  const { tags, sizeBytes } = await inspectImage(id, builder);
  // Podman puts localhost/ before a name without a registry, and so must everybody who means it.
  const full = tags.find((known) => known === tag) ??
    tags.find((known) => known.endsWith(`/${tag}`));
  return { name: full ?? tag, id, sizeBytes };
}

/** What the user's other programs are told to trust, such as a company's own certificates. */
function trustedCertificates(): string | undefined {
  return Deno.env.get("DENO_CERT") || Deno.env.get("SSL_CERT_FILE") || undefined;
}
