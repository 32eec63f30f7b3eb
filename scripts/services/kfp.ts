/**
 * The Python SDK of Kubeflow Pipelines: its loader, protobufs and local runner.
 *
 * @module
 */
import { type InstallOptions, installPython } from "./installation.ts";

/** Of all that we test against. */
export const KFP_VERSION = "2.17.0";

/** The Python of an environment with the SDK, which is made where it is missing. @throws {UnavailableError} */
export async function installKfp(options: InstallOptions = {}): Promise<string> {
  const packages = [`kfp==${KFP_VERSION}`, `kfp-kubernetes==${KFP_VERSION}`, "docker==7.2.0"];
  return await installPython("kfp", packages, "about 40 MB", options);
}
