/**
 * The Python clients of inference servers: Triton's and KServe's.
 *
 * @module
 */
import { type InstallOptions, installPython } from "./installation.ts";

const PACKAGES = [
  "tritonclient[grpc,http]==2.73.0",
  "kserve==0.21.0",
  "grpcio==1.85.1",
  "requests==2.34.2",
  "prometheus-client==0.26.0",
];

/** The Python of their environment, which is made where it is missing. @throws {UnavailableError} */
export async function installInferenceClients(options: InstallOptions = {}): Promise<string> {
  return await installPython("inference-clients", PACKAGES, "about 120 MB", options);
}
