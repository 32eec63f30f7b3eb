/**
 * How artifacts are named. Pure.
 *
 * @module
 */

/** A path below a folder or URI; either may be empty. */
export function joinPath(folder: string, path: string): string {
  const clean = folder.replace(/\/+$/, "");
  return clean === "" || path === "" ? `${clean}${path}` : `${clean}/${path}`;
}

/**
 * Checks the path of an artifact, which is relative to a root.
 *
 * @throws {TypeError} when MLflow would not take it, or would take it for another.
 */
export function checkArtifactPath(path: string): void {
  const reason = path.split("/").some((part) => part === "" || part === "." || part === "..")
    ? 'its parts may not be empty, "." or ".."'
    : /[#?\\]|%[0-9a-f]{2}|\p{Cc}/iu.test(path)
    ? "it may not have #, ?, \\, control characters and such as %41: MLflow takes it for another"
    : undefined;
  if (reason) throw new TypeError(`Cannot name an artifact ${JSON.stringify(path)}: ${reason}`);
}

/** The scheme of a URI, in lower case; `file` where there is none. */
export function schemeOf(uri: string): string {
  return /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]?.toLowerCase() ?? "file";
}
