/**
 * The one table of settings.
 *
 * @module
 */
import * as checks from "./setting_checks.ts";

/** The one table of settings: names, meanings, checks, and how messages show them. */
export const SETTINGS = {
  DIGITS_HOME: {
    description: "Folder for runs, models and downloads, and for artifacts without S3",
    schema: checks.folder,
    kind: "plain",
    fallback: ".digits",
  },
  MNIST_MIRRORS: {
    description: "Base URLs to fetch MNIST from, separated by commas",
    schema: checks.urlList,
    kind: "url",
    fallback: "the published ones",
  },
  MINIO_ENDPOINT: {
    description: "MinIO or another S3 that keeps the artifacts, such as http://127.0.0.1:9000",
    schema: checks.endpoint,
    kind: "url",
    fallback: "none: artifacts are kept in DIGITS_HOME",
  },
  MINIO_ACCESS_KEY: {
    description: "Who we are to it",
    schema: checks.secret,
    kind: "secret",
    fallback: "not set",
  },
  MINIO_SECRET_KEY: {
    description: "And the proof",
    schema: checks.secret,
    kind: "secret",
    fallback: "not set",
  },
  MINIO_SESSION_TOKEN: {
    description: "Third part of temporary keys",
    schema: checks.secret,
    kind: "secret",
    fallback: "not set",
  },
  MINIO_BUCKET: {
    description: "Bucket for everything; made when missing",
    schema: checks.bucket,
    kind: "plain",
    fallback: "digits-recognizer",
  },
  MINIO_REGION: {
    description: "The bucket's region",
    schema: checks.word,
    kind: "plain",
    fallback: "the server's",
  },
  MINIO_PATH_STYLE: {
    description: "Whether the bucket stands in the path of URLs (true), or in the host's name",
    schema: checks.onOff,
    kind: "plain",
    fallback: "true",
  },
  MLFLOW_TRACKING_URI: {
    description: "MLflow server that shows the runs, such as http://127.0.0.1:5000",
    schema: checks.trackingUri,
    kind: "url",
    fallback: "none: runs are kept in DIGITS_HOME",
  },
  MLFLOW_TRACKING_USERNAME: {
    description: "Who we are to it, where it asks for a password",
    schema: checks.word,
    kind: "plain",
    fallback: "not set",
  },
  MLFLOW_TRACKING_PASSWORD: {
    description: "The password",
    schema: checks.password,
    kind: "secret",
    fallback: "not set",
  },
  MLFLOW_TRACKING_TOKEN: {
    description: "Bearer token, instead of name and password",
    schema: checks.token,
    kind: "secret",
    fallback: "not set",
  },
  MLFLOW_RUN_ID: {
    description: "MLflow run to log into, where somebody has made one for us",
    schema: checks.mlflowRunId,
    kind: "plain",
    fallback: "a new one",
  },
  KFP_ENDPOINT: {
    description: "Kubeflow's pages, where pipelines run then, such as http://127.0.0.1:8080",
    schema: checks.pagesUrl,
    kind: "url",
    fallback: "none: pipelines run on this machine",
  },
  KFP_TOKEN: {
    description: "Bearer token for them",
    schema: checks.token,
    kind: "secret",
    fallback: "not set; in a pod, the one that Kubeflow mounts",
  },
  KFP_HEADERS: {
    description: 'Headers for them instead, such as {"cookie": "authservice_session=…"}',
    schema: checks.headers,
    kind: "secret",
    fallback: "none",
  },
  KF_PIPELINES_SA_TOKEN_PATH: {
    description: "File with the token that Kubeflow mounts into a pod",
    schema: checks.folder,
    kind: "plain",
    fallback: "Kubeflow's own place",
  },
  K8S_NAMESPACE: {
    description: "Kubernetes namespace for runs and services",
    schema: checks.namespace,
    kind: "plain",
    fallback: "the cluster's choice",
  },
  DIGITS_IMAGE: {
    description: "Container image that runs steps and serves models; deno task image makes one",
    schema: checks.image,
    kind: "plain",
    fallback: "none",
  },
  DIGITS_SERVE_TOKEN: {
    description: "Bearer token that requests to our server must carry",
    schema: checks.token,
    kind: "secret",
    fallback: "not set: anyone who reaches it may ask",
  },
} as const;

/** A setting's name. */
export type SettingName = keyof typeof SETTINGS;
