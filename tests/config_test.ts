import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { UsageError } from "../lib/base/errors.ts";
import { describeSettings, loadSettings, type SettingSource } from "../lib/config.ts";

const place = (
  name: string,
  values: Record<string, string>,
  exclusive = false,
): SettingSource => ({ name, values, exclusive });

const environment = (values: Record<string, string>) => [place("environment", values)];

const S3 = {
  MINIO_ENDPOINT: "http://127.0.0.1:9000",
  MINIO_ACCESS_KEY: "access-key-of-tests",
  MINIO_SECRET_KEY: "secret-key-of-tests",
};

function refuses(values: Record<string, string>, ...problems: readonly string[]): void {
  throws(
    () => loadSettings(environment(values)),
    new UsageError(`Cannot use these settings:\n  ${problems.join("\n  ")}`),
  );
}

Deno.test("loadSettings() has a default for everything", () => {
  deepStrictEqual(loadSettings([]), {
    digitsHome: ".digits",
    mnistMirrors: undefined,
    s3: undefined,
    mlflow: undefined,
    kubeflow: undefined,
    namespace: undefined,
    image: undefined,
    serveToken: undefined,
  });
});

Deno.test("loadSettings() lets the first place win, and an empty text is not set", () => {
  const { digitsHome, mnistMirrors } = loadSettings([
    place("environment", { DIGITS_HOME: "" }),
    place(".env", { DIGITS_HOME: "one", UNRELATED: "x" }),
    place("digits.json", { DIGITS_HOME: "two", MNIST_MIRRORS: "http://a/, https://b/x/" }, true),
  ]);
  deepStrictEqual({ digitsHome, mnistMirrors }, {
    digitsHome: "one",
    mnistMirrors: ["http://a/", "https://b/x/"],
  });
});

Deno.test("loadSettings() names every bad setting, and where it stands, in one error", () => {
  throws(
    () =>
      loadSettings([
        place("environment", { MNIST_MIRRORS: "ftp://a/", DIGITS_HOME: " " }),
        place(".env", { MINIO_ENDPOINT: "http://host/x", MLFLOW_TRACKING_TOKEN: "two words" }),
        place("digits.json", { DIGITS_HOUSE: "x" }, true),
      ]),
    new UsageError(
      "Cannot use these settings:\n" +
        '  DIGITS_HOME is empty: got " " (environment)\n' +
        '  MNIST_MIRRORS does not start with http:// or https://: got "ftp://a/" (environment)\n' +
        '  MINIO_ENDPOINT has something behind the host and the port: got "http://host/x" (.env)\n' +
        "  MLFLOW_TRACKING_TOKEN has a space or a line break in it (.env)\n" +
        "  MINIO_ENDPOINT cannot be used without MINIO_ACCESS_KEY and MINIO_SECRET_KEY\n" +
        "  MLFLOW_TRACKING_TOKEN cannot be used without MLFLOW_TRACKING_URI\n" +
        '  "DIGITS_HOUSE" is no setting (digits.json); known are DIGITS_HOME, MNIST_MIRRORS, ' +
        "MINIO_ENDPOINT, MINIO_ACCESS_KEY, MINIO_SECRET_KEY, MINIO_SESSION_TOKEN, MINIO_BUCKET, MINIO_REGION, " +
        "MINIO_PATH_STYLE, MLFLOW_TRACKING_URI, MLFLOW_TRACKING_USERNAME, " +
        "MLFLOW_TRACKING_PASSWORD, MLFLOW_TRACKING_TOKEN, MLFLOW_RUN_ID, KFP_ENDPOINT, KFP_TOKEN, " +
        "KFP_HEADERS, KF_PIPELINES_SA_TOKEN_PATH, K8S_NAMESPACE, DIGITS_IMAGE, DIGITS_SERVE_TOKEN",
    ),
  );
});

Deno.test("loadSettings() takes an S3 endpoint with a scheme and without", () => {
  const endpoints = [
    "http://minio:9000",
    "https://s3.example.org/",
    "minio-service.kubeflow:9000",
    " localhost:9000 ",
    "10.0.0.7",
    "[::1]:9000",
  ];
  for (const MINIO_ENDPOINT of endpoints) {
    const { s3 } = loadSettings(environment({ ...S3, MINIO_ENDPOINT }));
    strictEqual(s3?.endpoint, MINIO_ENDPOINT.trim());
  }
});

Deno.test("loadSettings() refuses what is no S3 endpoint", () => {
  const problems = {
    "s3://bucket": "does not start with http:// or https://",
    "my host": "is no HOST:PORT",
    "host:99999": "is no HOST:PORT",
    "http://host/minio": "has something behind the host and the port",
  };
  for (const [MINIO_ENDPOINT, problem] of Object.entries(problems)) {
    refuses(
      { ...S3, MINIO_ENDPOINT },
      `MINIO_ENDPOINT ${problem}: got "${MINIO_ENDPOINT}" (environment)`,
    );
  }
});

Deno.test("loadSettings() fills in what is usual for S3", () => {
  const keys = { accessKey: S3.MINIO_ACCESS_KEY, secretKey: S3.MINIO_SECRET_KEY };
  deepStrictEqual(loadSettings(environment(S3)).s3, {
    ...keys,
    endpoint: "http://127.0.0.1:9000",
    sessionToken: undefined,
    bucket: "digits-recognizer",
    region: undefined,
    pathStyle: true,
  });
  const all = {
    ...S3,
    MINIO_SESSION_TOKEN: "session-token-of-tests",
    MINIO_BUCKET: "my.digits",
    MINIO_REGION: "eu-west-1",
    MINIO_PATH_STYLE: "False",
  };
  deepStrictEqual(loadSettings(environment(all)).s3, {
    ...keys,
    endpoint: "http://127.0.0.1:9000",
    sessionToken: "session-token-of-tests",
    bucket: "my.digits",
    region: "eu-west-1",
    pathStyle: false,
  });
});

Deno.test("loadSettings() takes every way to log in to an MLflow server", () => {
  const mlflow = (values: Record<string, string>) => loadSettings(environment(values)).mlflow;
  const uri = { MLFLOW_TRACKING_URI: "https://mlflow.example.org/team/" };
  const trackingUri = "https://mlflow.example.org/team";
  const runId = undefined;
  deepStrictEqual(mlflow(uri), { trackingUri, runId, auth: { kind: "none" } });
  const named = { MLFLOW_TRACKING_USERNAME: "ada", MLFLOW_TRACKING_PASSWORD: "p:w" };
  deepStrictEqual(mlflow({ ...uri, ...named }), {
    trackingUri,
    runId,
    auth: { kind: "basic", username: "ada", password: "p:w" },
  });
  const inside = { MLFLOW_TRACKING_URI: "https://ad%20a:p%40w@mlflow.example.org/team" };
  deepStrictEqual(mlflow(inside), {
    trackingUri,
    runId,
    auth: { kind: "basic", username: "ad a", password: "p@w" },
  });
  deepStrictEqual(mlflow({ ...inside, ...named }), mlflow({ ...uri, ...named }));
  deepStrictEqual(mlflow({ ...uri, MLFLOW_TRACKING_TOKEN: "t" }), {
    trackingUri,
    runId,
    auth: { kind: "bearer", token: "t" },
  });
});

Deno.test("loadSettings() takes an MLflow run that others made", () => {
  const MLFLOW_RUN_ID = "0123456789abcdef0123456789abcdef";
  const MLFLOW_TRACKING_URI = "http://127.0.0.1:5000";
  const { mlflow } = loadSettings(environment({ MLFLOW_TRACKING_URI, MLFLOW_RUN_ID }));
  strictEqual(mlflow?.runId, MLFLOW_RUN_ID);
  refuses(
    { MLFLOW_RUN_ID: "1" },
    'MLFLOW_RUN_ID is not 32 hexadecimal digits in lower case: got "1" (environment)',
  );
});

Deno.test("loadSettings() refuses half a group, naming what is missing", () => {
  refuses(
    { MINIO_SECRET_KEY: "secret-key-of-tests" },
    "MINIO_SECRET_KEY cannot be used without MINIO_ENDPOINT and MINIO_ACCESS_KEY",
  );
  refuses(
    { MLFLOW_TRACKING_USERNAME: "ada", MLFLOW_TRACKING_URI: "http://127.0.0.1:5000" },
    "MLFLOW_TRACKING_USERNAME cannot be used without MLFLOW_TRACKING_PASSWORD",
  );
  refuses(
    {
      MLFLOW_TRACKING_USERNAME: "ada",
      MLFLOW_TRACKING_PASSWORD: "p",
      MLFLOW_TRACKING_TOKEN: "t",
      MLFLOW_TRACKING_URI: "http://127.0.0.1:5000",
    },
    "MLFLOW_TRACKING_TOKEN cannot be used with " +
      "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD",
  );
});

Deno.test("loadSettings() says what to do about MLflow stores that are no servers", () => {
  for (const uri of ["./mlruns", "file:///tmp/mlruns", "sqlite:///mlflow.db", "databricks"]) {
    refuses(
      { MLFLOW_TRACKING_URI: uri },
      "MLFLOW_TRACKING_URI is no http or https URL of an MLflow server (runs are kept in " +
        "DIGITS_HOME in any case, and deno task runs --export writes them as the files that " +
        `MLflow reads): got "${uri}" (environment)`,
    );
  }
});

Deno.test("loadSettings() refuses names that no server takes", () => {
  refuses(
    { ...S3, MINIO_BUCKET: "My_Bucket", MINIO_PATH_STYLE: "maybe", MINIO_REGION: "a b" },
    "MINIO_BUCKET is no bucket name (3 to 63 small letters, digits, dots and hyphens): " +
      'got "My_Bucket" (environment)',
    'MINIO_REGION is not one word: got "a b" (environment)',
    'MINIO_PATH_STYLE is neither true nor false: got "maybe" (environment)',
  );
});

Deno.test("loadSettings() shows no secret in any error", () => {
  const hidden = "hunter2";
  const values = [
    { ...S3, MINIO_ENDPOINT: `http://me:${hidden}@minio:9000` },
    { ...S3, MINIO_ENDPOINT: `me:${hidden}@minio:9000` },
    { ...S3, MINIO_ENDPOINT: `http://minio:9000/?key=${hidden}` },
    { ...S3, MINIO_SECRET_KEY: `${hidden}\n` },
    { ...S3, MINIO_ACCESS_KEY: ` ${hidden}` },
    { MLFLOW_TRACKING_URI: `http://me:${hidden}@mlflow/#a` },
    { MLFLOW_TRACKING_URI: `me:${hidden}@mlflow` },
    { MLFLOW_TRACKING_URI: `http://mlflow?token=${hidden}` },
    { MLFLOW_TRACKING_URI: `http://me:${hidden}@:x` },
    { MLFLOW_TRACKING_PASSWORD: `${hidden}\n` },
    { MLFLOW_TRACKING_TOKEN: `Bearer ${hidden}` },
    { MNIST_MIRRORS: `ftp://me:${hidden}@mirror/, http://b/` },
    { MNIST_MIRRORS: `me:${hidden}@mirror` },
  ];
  for (const each of values) {
    throws(() => loadSettings(environment(each)), (error: unknown) => {
      strictEqual(error instanceof UsageError, true);
      return !String((error as Error).message).includes(hidden);
    }, JSON.stringify(each));
  }
});

Deno.test("describeSettings() shows what is set and where, and no secret", () => {
  const shown = describeSettings([
    place("environment", { MINIO_SECRET_KEY: "secret-key-of-tests", DIGITS_HOME: "here" }),
    place(".env", { DIGITS_HOME: "there", MNIST_MIRRORS: "http://me:hunter2@a/?k=v,http://b/" }),
  ]);
  const of = (name: string) => shown.find((each) => each.name === name);
  deepStrictEqual(of("DIGITS_HOME"), { name: "DIGITS_HOME", shown: "here", source: "environment" });
  deepStrictEqual(of("MINIO_SECRET_KEY"), {
    name: "MINIO_SECRET_KEY",
    shown: "(hidden, 19 characters)",
    source: "environment",
  });
  deepStrictEqual(of("MNIST_MIRRORS")?.shown, "http://a/?…,http://b/");
  deepStrictEqual(of("MINIO_BUCKET"), {
    name: "MINIO_BUCKET",
    shown: "digits-recognizer",
    source: null,
  });
});

Deno.test("loadSettings() takes Kubeflow with any login", () => {
  const KFP_ENDPOINT = "https://kubeflow.example/pipeline/";
  const endpoint = "https://kubeflow.example/pipeline";
  const authOf = (values: Record<string, string>) =>
    loadSettings(environment({ KFP_ENDPOINT, ...values })).kubeflow;
  deepStrictEqual(authOf({}), { endpoint, auth: { kind: "none" } });
  deepStrictEqual(authOf({ KFP_TOKEN: "t0k3n" }), {
    endpoint,
    auth: { kind: "bearer", token: "t0k3n" },
  });
  deepStrictEqual(authOf({ KFP_HEADERS: '{"cookie": "a=b"}' }), {
    endpoint,
    auth: { kind: "headers", headers: { cookie: "a=b" } },
  });
  deepStrictEqual(authOf({ KF_PIPELINES_SA_TOKEN_PATH: "/run/token" }), {
    endpoint,
    auth: { kind: "in-cluster", path: "/run/token" },
  });
});

Deno.test("loadSettings() takes a namespace and an image", () => {
  const digest = `registry.example:5000/team/digits@sha256:${"a".repeat(64)}`;
  for (const image of ["digits", "localhost/digits-recognizer:0.1.0", digest]) {
    const { namespace, image: read } = loadSettings(
      environment({ K8S_NAMESPACE: "team-a", DIGITS_IMAGE: image }),
    );
    deepStrictEqual([namespace, read], ["team-a", image]);
  }
});

Deno.test("loadSettings() refuses what Kubeflow can't be reached with, showing no secret", () => {
  refuses(
    { KFP_ENDPOINT: "kubeflow:8080" },
    'KFP_ENDPOINT does not start with http:// or https://: got "kubeflow:8080" (environment)',
  );
  refuses(
    { KFP_ENDPOINT: "http://kubeflow/#/runs" },
    "KFP_ENDPOINT has a ? or a # in it: leave out what stands from there on: got " +
      '"http://kubeflow/" (environment)',
  );
  refuses(
    { KFP_ENDPOINT: "http://ada:pass-of-tests@kubeflow" },
    "KFP_ENDPOINT holds a user name or a password: set KFP_TOKEN or KFP_HEADERS instead: got " +
      '"http://kubeflow/" (environment)',
  );
  for (const KFP_HEADERS of ["cookie: a", "[1]", '{"a b": "c"}', '{"a": 7}']) {
    refuses(
      { KFP_ENDPOINT: "http://kubeflow", KFP_HEADERS },
      'KFP_HEADERS is no JSON object of headers, such as {"cookie": "name=value"} (environment)',
    );
  }
  for (const KFP_HEADERS of ['{"a": "b\\nc"}', '{"kubeflow-userid": "Łucja"}']) {
    refuses(
      { KFP_ENDPOINT: "http://kubeflow", KFP_HEADERS },
      "KFP_HEADERS holds a value that no header can carry (environment)",
    );
  }
  refuses(
    { KFP_ENDPOINT: "http://kubeflow", KFP_TOKEN: "t0ken-ł" },
    "KFP_TOKEN holds a character that no header can carry (environment)",
  );
  refuses({ KFP_TOKEN: "t0k3n" }, "KFP_TOKEN cannot be used without KFP_ENDPOINT");
  refuses(
    { KFP_ENDPOINT: "http://kubeflow", KFP_TOKEN: "t0k3n", KFP_HEADERS: "{}" },
    "KFP_TOKEN cannot be used with KFP_HEADERS",
  );
  refuses(
    { K8S_NAMESPACE: "Team A", DIGITS_IMAGE: "https://registry.example/digits" },
    'K8S_NAMESPACE is no namespace (1 to 63 small letters, digits and hyphens): got "Team A" ' +
      "(environment)",
    "DIGITS_IMAGE is no image, such as registry.example/digits-recognizer:1.0 (small letters " +
      "but in the tag): got " +
      '"https://registry.example/digits" (environment)',
  );
});
