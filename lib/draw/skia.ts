/**
 * The Skia graphics library, loaded when first needed.
 *
 * @module
 */
import { messageOf, UnavailableError } from "../base/errors.ts";

/** Skia with the interface of a browser's canvas. */
export type Skia = typeof import("@napi-rs/canvas");

/**
 * Loads Skia; a second call costs nothing.
 *
 * @throws {UnavailableError} when there is none for this machine, or Deno may not load it.
 */
export async function loadSkia(): Promise<Skia> {
  try {
    return await import("@napi-rs/canvas");
  } catch (error) {
    throw new UnavailableError(
      "Cannot load Skia, which reads and draws pictures: check that @napi-rs/canvas has a build " +
        "for this machine, and that Deno runs with --allow-ffi --allow-read --allow-env " +
        `--allow-sys: ${messageOf(error).split("\n", 1)[0]}`,
      { cause: error },
    );
  }
}
