import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { UsageError } from "../../lib/base/errors.ts";
import { parseS3Endpoint } from "../../lib/store/s3_endpoint.ts";

const understood: [text: string, url: string][] = [
  ["http://127.0.0.1:9000", "http://127.0.0.1:9000"],
  ["https://s3.example.com/", "https://s3.example.com"],
  ["HTTPS://S3.Example.com:443", "https://s3.example.com"],
  ["http://s3.example.com:80", "http://s3.example.com"],
  [" localhost:9000\n", "http://localhost:9000"],
  ["localhost", "http://localhost"],
  ["minio", "http://minio"],
  ["minio:8333", "http://minio:8333"],
  [
    "minio-service.kubeflow.svc.cluster.local:9000",
    "http://minio-service.kubeflow.svc.cluster.local:9000",
  ],
  ["192.168.1.5:8333", "http://192.168.1.5:8333"],
  ["10.0.0.7", "http://10.0.0.7"],
  ["172.16.0.1", "http://172.16.0.1"],
  ["172.32.0.1", "https://172.32.0.1"],
  ["[::1]:9000", "http://[::1]:9000"],
  ["[2001:db8::1]:8443", "https://[2001:db8::1]:8443"],
  ["minio:443", "https://minio"],
  ["localhost:443", "https://localhost"],
  ["s3.eu-central-1.amazonaws.com", "https://s3.eu-central-1.amazonaws.com"],
  ["s3.example.com:8443", "https://s3.example.com:8443"],
  ["s3.example.com:9000", "http://s3.example.com:9000"],
];
for (const [text, url] of understood) {
  Deno.test(`parseS3Endpoint() takes ${JSON.stringify(text)} for ${url}`, () => {
    strictEqual(parseS3Endpoint(text).url, url);
  });
}

Deno.test("parseS3Endpoint() gives host, port and security by themselves", () => {
  deepStrictEqual(parseS3Endpoint("https://[::1]"), {
    host: "::1",
    port: 443,
    secure: true,
    url: "https://[::1]",
  });
});

for (
  const text of [
    "",
    " ",
    "http://",
    "ftp://host",
    "host name",
    "https://user:secret-word@host",
    "https://host/path",
    "https://host?secret-word",
    "host:99999",
  ]
) {
  Deno.test(`parseS3Endpoint() refuses ${JSON.stringify(text)} in one line`, () => {
    throws(() => parseS3Endpoint(text), (error) => {
      ok(error instanceof UsageError);
      ok(!/\n|secret-word/.test(error.message));
      return true;
    });
  });
}
