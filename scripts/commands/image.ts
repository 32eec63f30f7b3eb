/**
 * `deno task image`: the image that Kubeflow's pods and KServe's servers run.
 *
 * @module
 */
import { defineCommand } from "../cli/command.ts";
import { writeEnvFile } from "../cli/env_file.ts";
import { choice, flag, text } from "../cli/options.ts";
import { checkTag } from "../image/build_arguments.ts";
import { type BuildOptions, inspectImage, pushImage } from "../image/build_image.ts";
import { ENGINES, findEngine } from "../image/container_engine.ts";
import { makeNotebookImage, makeStepsImage } from "../image/make_images.ts";

const BASE_IMAGE = "debian:bookworm-slim";

export const imageCommand = defineCommand({
  name: "image",
  summary: "Build the image that Kubeflow and KServe run, and set DIGITS_IMAGE to it",
  words: "",
  maxWords: 0,
  examples: [
    "image",
    "image --tag registry.example/team/digits-recognizer:1 --push",
    "image --base debian:trixie-slim --platform linux/amd64",
    "image --notebook --tag registry.example/team/digits-notebook:1 --push",
  ],
  options: {
    tag: text("NAME:TAG", "Its name (digits-recognizer, with a tag of its content)", undefined),
    base: text("IMAGE", `The Debian it is built on (${BASE_IMAGE})`, BASE_IMAGE),
    platform: text("OS/ARCH", "For a machine unlike this one, such as linux/amd64", undefined),
    notebook: flag("Build a Kubeflow notebook server with it; sets nothing"),
    push: flag("Bring it to the registry that its name tells"),
    engine: choice(ENGINES, "What builds (the first that answers)", undefined),
    env: text("FILE", "Where to set DIGITS_IMAGE (.env)", ".env"),
  },
  async run(flags, _words, { terminal, signal }) {
    const tag = flags.tag === undefined ? undefined : checkTag(flags.tag);
    const engine = await findEngine(flags.engine, { signal });
    const builder: BuildOptions = { engine, terminal, signal };
    const startMs = performance.now();
    const make = flags.notebook ? makeNotebookImage : makeStepsImage;
    const made = await make({ ...flags, tag }, builder);
    const seconds = Math.round((performance.now() - startMs) / 1000);
    terminal.say(`Built ${made.name} in ${seconds} s: ${await sizes(made, flags.base, builder)}`);
    terminal.say(`It is ${made.id}`);
    const name = flags.push ? await pushImage(made.name, builder) : made.name;
    if (flags.push) terminal.say(`Pushed as ${name}`);
    terminal.print(name);
    if (flags.notebook) return 0;
    await writeEnvFile(flags.env, { DIGITS_IMAGE: name });
    terminal.say(`DIGITS_IMAGE is set to it in ${flags.env}`);
    const own = Deno.env.get("DIGITS_IMAGE");
    if (own !== undefined && own !== name) {
      terminal.say(`! The environment says DIGITS_IMAGE=${own}, and wins: unset it`);
    }
    return 0;
  },
});

/** Not every engine keeps the base by its name. */
async function sizes(
  { sizeBytes }: { readonly sizeBytes: number },
  base: string,
  builder: BuildOptions,
): Promise<string> {
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  const below = await inspectImage(base, builder).catch(() => undefined);
  builder.signal.throwIfAborted();
  return megabytes(sizeBytes) +
    (below ? `, ${megabytes(sizeBytes - below.sizeBytes)} of them above ${base}` : "");
}
