/** Our image, as a user builds it, on a Debian that is made here. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { installDebianImage } from "../../scripts/services/debian_image.ts";
import { podmanEnvironment } from "../../scripts/services/podman.ts";
import { type Desk, ended } from "../scripts/command_line.ts";

/** What the images are built on: a name that podman can get, or else the Debian made here. */
export async function baseImage(): Promise<string> {
  return Deno.env.get("DIGITS_BASE_IMAGE") || await installDebianImage();
}

/** What `deno task image` says of an image of ours. */
export interface BuiltImage {
  readonly name: string;
  /** Above its base. */
  readonly megabytes: number;
}

/** Builds an image of ours. */
export async function buildImage(
  desk: Desk,
  ...flags: readonly string[]
): Promise<BuiltImage> {
  const args = ["image", "--engine", "podman", "--base", await baseImage(), ...flags];
  const { code, stdout, stderr } = await ended(desk.start(args, await podmanEnvironment()));
  assert.equal(code, 0, stderr);
  const megabytes = Number(/(\d+) MB of them above/.exec(stderr)?.[1]);
  return { name: stdout.trim(), megabytes };
}

/** What `.env` of the desk says of DIGITS_IMAGE. */
export async function imageInEnv(desk: Desk): Promise<string | undefined> {
  return parseEnv(await Deno.readTextFile(join(desk.path, ".env")))["DIGITS_IMAGE"];
}

/** Runs a command of podman to its end, which must be a good one; gives what it printed. */
export async function podman(...args: readonly string[]): Promise<string> {
  const command = new Deno.Command("podman", {
    args: [...args],
    env: await podmanEnvironment(),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const { code, stdout, stderr } = await ended(command.spawn());
  assert.equal(code, 0, `podman ${args.join(" ")}: ${stderr}`);
  return stdout.trim();
}
