/**
 * A disk that is always full: Linux's `/dev/full`. Only a program that may do
 * anything can open it, so what writes there runs in a process of its own.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** Where there is no such device, tests that need it are ignored. */
export const noFullDisk = Deno.build.os !== "linux";

/** The name and message of what `expression` rejects with; `lib` stands for this project's library. */
export async function failureOnFullDisk(
  imports: string,
  expression: string,
): Promise<{ readonly name: string; readonly message: string }> {
  const lib = new URL("../../lib/", import.meta.url).href;
  const code = `${imports.replaceAll("lib/", lib)}
    const error = await (${expression}).catch((error) => error);
    console.log(JSON.stringify({ name: error.name, message: error.message }));`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", fileURLToPath(new URL("../../deno.json", import.meta.url)), code],
    stderr: "inherit",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}
