import { deepStrictEqual, throws } from "node:assert/strict";
import { kubeflowParams } from "../../lib/steps/kubeflow_params.ts";

Deno.test("kubeflowParams() is MNIST served by KServe unless said otherwise", () => {
  deepStrictEqual(kubeflowParams(), { dataset: "mnist", serving: { target: "kserve" } });
  deepStrictEqual(kubeflowParams({ data: "auto" }).dataset, "mnist", "never a fall-back");
  for (const data of ["fashion-mnist", "synthetic", "https://host/mnist/"]) {
    deepStrictEqual(kubeflowParams({ data }).dataset, data);
  }
  deepStrictEqual(kubeflowParams({ image: "host/digits:1", pullPolicy: "Never" }).serving, {
    target: "kserve",
    image: "host/digits:1",
    pull_policy: "Never",
  });
});

Deno.test("kubeflowParams() refuses a folder, with a hint, and an image that is none", () => {
  throws(
    () => kubeflowParams({ data: "../mnist" }),
    /^UsageError: Cannot use "\.\.\/mnist" as digits on Kubeflow: .*give their URL, set MNIST_MIRRORS/,
  );
  throws(
    () => kubeflowParams({ data: "https://ann:hush@host/mnist" }),
    ({ name, message }: Error) =>
      name === "UsageError" && /a URL with a login/.test(message) && !/hush/.test(message),
  );
  throws(() => kubeflowParams({ data: "s3://bucket/mnist" }), /^UsageError/);
  throws(
    () => kubeflowParams({ image: "two words" }),
    /^UsageError: Cannot use serving\.image: it must name an image, got "two words"$/,
  );
});
