/**
 * A real MinIO.
 *
 * @module
 */
import { join } from "node:path";
import { goInstall } from "./go_install.ts";
import type { InstallOptions } from "./installation.ts";
import { startServer } from "./real_server.ts";
import { newKeys, type S3Keys, type S3Server } from "./s3_server.ts";
import type { ServerProgram } from "./server_process.ts";

/** The last of its line, as the project is archived. */
const MODULE = "github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c";

/** MinIO's program, built where it is missing. @throws {UnavailableError} */
export async function installMinio(options: InstallOptions = {}): Promise<string> {
  return await goInstall("minio", MODULE, options);
}

/** Starts MinIO, installed where it is missing, with new keys and without any bucket. */
export async function startMinio(
  options: InstallOptions & {
    /** @default "us-east-1" */
    readonly region?: string;
  } = {},
): Promise<S3Server> {
  const { region = "us-east-1" } = options;
  const program = await installMinio(options);
  const keys = newKeys();
  const server = await startServer(
    (place) => minioProgram({ ...place, ...keys, program, region }),
    options,
  );
  return { ...server, ...keys, region };
}

/** How MinIO is run. */
export function minioProgram(
  { program, port, folder, accessKey, secretKey, region }: S3Keys & {
    readonly program: string;
    readonly port: number;
    readonly folder: string;
    readonly region: string;
  },
): ServerProgram {
  return {
    name: "MinIO",
    program,
    args: ["server", join(folder, "data"), "--address", `127.0.0.1:${port}`],
    env: {
      HOME: folder,
      MINIO_ROOT_USER: accessKey,
      MINIO_ROOT_PASSWORD: secretKey,
      MINIO_SITE_REGION: region,
      MINIO_BROWSER: "off",
      MINIO_UPDATE: "off",
    },
    healthPath: "/minio/health/cluster",
  };
}
