/**
 * What native libraries are told by the environment before they are loaded.
 *
 * @module
 */

const NAME = "ORT_DISABLE_TELEMETRY";

/**
 * Keeps ONNX Runtime from reporting to its makers what it runs, unless somebody decided about that.
 * Without the permission to change the environment nothing happens.
 */
export function refuseTelemetry(): void {
  try {
    if (Deno.env.get(NAME) === undefined) Deno.env.set(NAME, "1");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
  }
}
