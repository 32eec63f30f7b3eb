/**
 * Settings: where things are, as texts from the environment, `.env` or a
 * settings file. What a run *does* is given by parameters, not here.
 *
 * @module
 */
import * as v from "valibot";
import { UsageError } from "./base/errors.ts";
import { shownSetting } from "./base/setting_checks.ts";
import { type SettingName, SETTINGS } from "./base/setting_table.ts";

export { type SettingName, SETTINGS };

/** Everything that can be set, checked. */
export interface Settings {
  /** Where runs, models and downloads live, and artifacts where there is no S3. */
  readonly digitsHome: string;
  /** Base URLs that MNIST is fetched from, tried in turn; undefined means the published mirrors. */
  readonly mnistMirrors: readonly string[] | undefined;
  /** Where artifacts are kept; undefined means in `digitsHome`. */
  readonly s3: S3Settings | undefined;
  /** Where runs are shown; undefined means nowhere but in `digitsHome`. */
  readonly mlflow: MlflowSettings | undefined;
  /** Where pipelines run; undefined means on this machine. */
  readonly kubeflow: KubeflowSettings | undefined;
  /** Kubernetes namespace for runs and services; undefined means the cluster's choice. */
  readonly namespace: string | undefined;
  /** What runs steps and serves models in a cluster; undefined where there is none. */
  readonly image: string | undefined;
  /** What requests to our server must carry. Secret; undefined means that anyone may ask. */
  readonly serveToken: string | undefined;
}

/** MinIO, or any other S3. */
export interface S3Settings {
  /** `HOST:PORT`, with `http://` or `https://` before it or without. */
  readonly endpoint: string;
  /** Secret. */
  readonly accessKey: string;
  /** Secret. */
  readonly secretKey: string;
  /** Secret; of temporary keys only. */
  readonly sessionToken: string | undefined;
  /** All that we keep is in it. */
  readonly bucket: string;
  /** Undefined means the server's own. */
  readonly region: string | undefined;
  /** Whether the bucket stands in the path, not in the host's name. */
  readonly pathStyle: boolean;
}

/** An MLflow tracking server. */
export interface MlflowSettings {
  /** Without a login in it, and without a last `/`. */
  readonly trackingUri: string;
  /** How requests say who asks. */
  readonly auth: MlflowLogin;
  /** A run of somebody else's to log into, as Kubeflow has it; undefined means a new one. */
  readonly runId: string | undefined;
}

/** Who asks an MLflow server. The password and the token are secret. */
export type MlflowLogin =
  | { readonly kind: "none" }
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "bearer"; readonly token: string };

/** A Kubeflow Pipelines. */
export interface KubeflowSettings {
  /** Of its pages, without a last `/`. */
  readonly endpoint: string;
  /** How requests say who asks. */
  readonly auth: KubeflowLogin;
}

/** Who asks Kubeflow. The token and the headers are secret. */
export type KubeflowLogin =
  | { readonly kind: "none" }
  | { readonly kind: "bearer"; readonly token: string }
  | { readonly kind: "headers"; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: "in-cluster"; readonly path: string };

/** One place that settings come from. */
export interface SettingSource {
  /** For people: `environment`, `.env`, or a file's name. */
  readonly name: string;
  /** Texts by the name of the setting. */
  readonly values: Readonly<Record<string, string | undefined>>;
  /** Whether the place holds nothing but settings, so that an unknown name in it is a slip. */
  readonly exclusive: boolean;
}

/** What is set, whether or not it can be used. */
export interface SettingText {
  /** The setting. */
  readonly name: SettingName;
  /** For people, without anything secret. */
  readonly shown: string;
  /** The place it comes from; null when it is not set. */
  readonly source: string | null;
}

/** Every setting, in the order of the table, as the first place that has it says. */
export function describeSettings(sources: readonly SettingSource[]): readonly SettingText[] {
  return settingNames.map((name) => {
    const source = sourceOf(sources, name);
    const { kind, fallback } = SETTINGS[name];
    const shown = source ? shownSetting(source.values[name]!, kind) : fallback;
    return { name, shown, source: source?.name ?? null };
  });
}

/**
 * Reads settings from several places; the first place that has one wins, and an
 * empty text counts as not set.
 *
 * @throws {UsageError} one error that names every bad setting and where it stands.
 */
export function loadSettings(sources: readonly SettingSource[]): Settings {
  const problems: string[] = [];
  function read<N extends SettingName>(name: N): OutputOf<N> | undefined {
    const source = sourceOf(sources, name);
    if (!source) return undefined;
    const { schema, kind } = SETTINGS[name];
    const text = source.values[name]!;
    const result = v.safeParse(schema, text);
    if (result.success) return result.output as OutputOf<N>;
    const got = kind === "secret" ? "" : `: got "${shownSetting(text, kind)}"`;
    problems.push(`${name} ${result.issues[0].message}${got} (${source.name})`);
    return undefined;
  }

  const settings = {
    digitsHome: read("DIGITS_HOME") ?? SETTINGS.DIGITS_HOME.fallback,
    mnistMirrors: read("MNIST_MIRRORS"),
    s3: s3Settings(read),
    mlflow: mlflowSettings(read),
    kubeflow: kubeflowSettings(read),
    namespace: read("K8S_NAMESPACE"),
    image: read("DIGITS_IMAGE"),
    serveToken: read("DIGITS_SERVE_TOKEN"),
  };
  problems.push(...wrongTogether((name) => sourceOf(sources, name) !== undefined));
  for (const { name, values } of sources.filter(({ exclusive }) => exclusive)) {
    for (const key of Object.keys(values).filter((key) => !(key in SETTINGS))) {
      problems.push(`"${key}" is no setting (${name}); known are ${settingNames.join(", ")}`);
    }
  }
  if (problems.length > 0) {
    throw new UsageError(`Cannot use these settings:\n  ${problems.join("\n  ")}`);
  }
  return settings;
}

const settingNames = Object.keys(SETTINGS) as readonly SettingName[];

type OutputOf<N extends SettingName> = v.InferOutput<typeof SETTINGS[N]["schema"]>;
type Read = <N extends SettingName>(name: N) => OutputOf<N> | undefined;

function sourceOf(sources: readonly SettingSource[], name: string): SettingSource | undefined {
  return sources.find(({ values }) => (values[name] ?? "") !== "");
}

const S3_GROUP = ["MINIO_ENDPOINT", "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY"] as const;
const LOGIN_GROUP = ["MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"] as const;

/** When one of `when` is set, all of `need` must be. */
const TOGETHER: readonly Readonly<Record<"when" | "need", readonly SettingName[]>>[] = [
  { when: [...S3_GROUP, "MINIO_SESSION_TOKEN"], need: S3_GROUP },
  { when: LOGIN_GROUP, need: ["MLFLOW_TRACKING_URI", ...LOGIN_GROUP] },
  { when: ["MLFLOW_TRACKING_TOKEN"], need: ["MLFLOW_TRACKING_URI"] },
  { when: ["KFP_TOKEN", "KFP_HEADERS"], need: ["KFP_ENDPOINT"] },
];

/** What is wrong with settings that are fine one by one. */
function wrongTogether(isSet: (name: SettingName) => boolean): readonly string[] {
  const incomplete = TOGETHER.flatMap(({ when, need }) => {
    const given = when.filter(isSet);
    const missing = need.filter((name) => !isSet(name));
    if (given.length === 0 || missing.length === 0) return [];
    return [`${given.join(" and ")} cannot be used without ${missing.join(" and ")}`];
  });
  const twice = LOGIN_GROUP.some(isSet) && isSet("MLFLOW_TRACKING_TOKEN");
  return [
    ...incomplete,
    ...twice ? [`MLFLOW_TRACKING_TOKEN cannot be used with ${LOGIN_GROUP.join(" and ")}`] : [],
    ...isSet("KFP_TOKEN") && isSet("KFP_HEADERS")
      ? ["KFP_TOKEN cannot be used with KFP_HEADERS"]
      : [],
  ];
}

function s3Settings(read: Read): S3Settings | undefined {
  const endpoint = read("MINIO_ENDPOINT");
  const accessKey = read("MINIO_ACCESS_KEY");
  const secretKey = read("MINIO_SECRET_KEY");
  const bucket = read("MINIO_BUCKET") ?? SETTINGS.MINIO_BUCKET.fallback;
  const sessionToken = read("MINIO_SESSION_TOKEN");
  const region = read("MINIO_REGION");
  const pathStyle = read("MINIO_PATH_STYLE") ?? true;
  if (endpoint === undefined || accessKey === undefined || secretKey === undefined) {
    return undefined;
  }
  return { endpoint, accessKey, secretKey, sessionToken, bucket, region, pathStyle };
}

function mlflowSettings(read: Read): MlflowSettings | undefined {
  const uri = read("MLFLOW_TRACKING_URI");
  const username = read("MLFLOW_TRACKING_USERNAME");
  const password = read("MLFLOW_TRACKING_PASSWORD");
  const token = read("MLFLOW_TRACKING_TOKEN");
  const runId = read("MLFLOW_RUN_ID");
  if (uri === undefined) return undefined;
  const login = username !== undefined && password !== undefined
    ? { username, password } // as MLflow's own client has it, before the URI's
    : uri.login;
  return {
    trackingUri: uri.url,
    runId,
    auth: token !== undefined
      ? { kind: "bearer", token }
      : login
      ? { kind: "basic", ...login }
      : { kind: "none" },
  };
}

function kubeflowSettings(read: Read): KubeflowSettings | undefined {
  const endpoint = read("KFP_ENDPOINT");
  const token = read("KFP_TOKEN");
  const headers = read("KFP_HEADERS");
  const path = read("KF_PIPELINES_SA_TOKEN_PATH");
  if (endpoint === undefined) return undefined;
  return {
    endpoint,
    auth: token !== undefined
      ? { kind: "bearer", token }
      : headers !== undefined
      ? { kind: "headers", headers }
      : path !== undefined
      ? { kind: "in-cluster", path }
      : { kind: "none" },
  };
}
