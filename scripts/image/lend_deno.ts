/**
 * The Deno that runs this, for an image to take.
 *
 * @module
 */
import { join } from "node:path";
import { type TempFolder, tempFolder } from "./temp_folder.ts";

/**
 * A folder with this machine's own `deno` where the image can run it, so that no other image has
 * to be fetched and what was tested is what runs; undefined otherwise.
 * @param platform what the image is for; undefined means this machine.
 */
export async function lendDeno(platform: string | undefined): Promise<TempFolder | undefined> {
  if (Deno.build.os !== "linux" || platform !== undefined) return undefined;
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await tempFolder());
  await Deno.copyFile(Deno.execPath(), join(folder.path, "deno"));
  stack.move();
  return folder;
}
