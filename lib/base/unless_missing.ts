/**
 * Files that may not be there.
 *
 * @module
 */

/** The result, or `undefined` when the file or folder it is about is missing. */
export async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
