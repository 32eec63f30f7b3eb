/**
 * How a pod runs one step: the command of every container of ours. Plain data.
 *
 * @module
 */

/**
 * What a step may do, and nothing else: files (Kubeflow decides which), the network, the
 * environment, and the native library that trains. It starts no programs.
 */
export const POD_PERMISSIONS: readonly string[] = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--allow-env",
  "--allow-ffi",
  "--allow-sys=homedir",
];

/** What a pod learns of itself: the API server labels every pod with its Kubeflow run. */
export const POD_FIELDS: Readonly<Record<string, string>> = {
  KFP_RUN_ID: "metadata.labels['pipeline/runid']",
};

/**
 * Runs the executor in the image, whose working folder has `deno.json` and `scripts/main.ts`, and
 * which has all that these import. The name of a component that is in the image follows.
 */
export function podCommand(): readonly string[] {
  return ["deno", "run", "--cached-only", ...POD_PERMISSIONS, "scripts/main.ts", "execute"];
}

/**
 * The same for a component that is not in the image: `--source` with its text follows. What that
 * imports is in no lock file, and nobody may write to the image's.
 */
export function podSourceCommand(): readonly string[] {
  return ["deno", "run", "--no-lock", ...POD_PERMISSIONS, "scripts/main.ts", "execute"];
}
