/**
 * Real servers for tests and trials.
 *
 * @module
 */
export { startMinio } from "./minio.ts";
export { type MlflowArtifacts, startMlflow } from "./mlflow.ts";
export type { RealServer } from "./real_server.ts";
export { makeBucket, type S3Access, s3Environment, type S3Server } from "./s3_server.ts";
export { startSeaweedfs } from "./seaweedfs.ts";
